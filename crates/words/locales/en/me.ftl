### me

me-title = My settings
