### hosts
