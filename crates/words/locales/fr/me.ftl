### Mes réglages.

me-title = Mes réglages
me-password-wrong = Ce n’est pas votre mot de passe.
