### overview

overview-title = Overview
