### filters

filters-title = Saved filters
