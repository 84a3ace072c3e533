### Le temps, par rapport à maintenant.

time-now = à l’instant
time-minutes = il y a { $count } min
time-hours = il y a { $count } h
time-days = il y a { $count } j
time-today = Aujourd’hui
time-yesterday = Hier
