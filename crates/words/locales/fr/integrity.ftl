### integrity

integrity-title = Intégrité
