### logs

logs-selected-bar = Selected logs
