### users
