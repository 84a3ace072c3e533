### hosts

hosts-title = Hôtes
hosts-one = Hôte
