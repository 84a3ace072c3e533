### Times, relative to now.

time-now = just now
time-minutes = { $count } min ago
time-hours = { $count } h ago
time-days = { $count } d ago
time-today = Today
time-yesterday = Yesterday
