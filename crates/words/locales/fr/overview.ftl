### overview

overview-title = Vue d’ensemble
