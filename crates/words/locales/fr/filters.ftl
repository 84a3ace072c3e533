### filters

filters-title = Filtres enregistrés
