### integrity
