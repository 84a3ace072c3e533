### users

users-title = Users
users-one = User
