### hosts

hosts-title = Hosts
hosts-one = Host
