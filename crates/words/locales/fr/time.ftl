### time
