### users

users-title = Utilisateurs
users-one = Utilisateur
