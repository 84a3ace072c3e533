### log
