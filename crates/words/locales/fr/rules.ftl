### rules

rules-coverage = Couverture
