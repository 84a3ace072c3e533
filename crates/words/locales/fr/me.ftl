### me

me-title = Mes réglages
