### rules

rules-coverage = Coverage
