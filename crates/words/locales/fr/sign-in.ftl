### La connexion, et le premier démarrage.

sign-in-title = Connexion
sign-in-submit = Se connecter
sign-in-lead = Qui a changé quoi, quand, de quoi en quoi.
sign-in-login = Identifiant
sign-in-password = Mot de passe
sign-in-name = Nom
sign-in-again = Le mot de passe encore
sign-in-setup = Premier démarrage
sign-in-setup-title = Créer l’administrateur
sign-in-setup-lead = C’est le premier démarrage : personne ne peut encore se connecter. L’administrateur décide ce qui est suivi, et ajoute les hôtes et les personnes.
sign-in-setup-submit = Créer et se connecter
sign-in-error = Cela n’a pas marché. Réessayez.
sign-in-mismatch = Les deux mots de passe ne sont pas les mêmes.
sign-in-invalid = L’identifiant, le nom ou le mot de passe ne convient pas : un mot de passe a 8 caractères ou plus.
sign-in-disabled = Ce compte est désactivé.
sign-in-password-help = 8 caractères ou plus.
sign-in-sso = Se connecter par authentification unique
sign-in-sso-named = Se connecter avec { $name }
sign-in-sso-failed = L’authentification unique n’a pas marché. Réessayez, ou adressez-vous à un administrateur.
sign-in-sso-taken = L’authentification unique a donné un identifiant que quelqu’un d’autre a ici. Adressez-vous à un administrateur.
