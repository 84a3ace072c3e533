### integrity

integrity-title = Integrity
