### logs
