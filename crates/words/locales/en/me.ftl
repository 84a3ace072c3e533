### My settings.

me-title = My settings
me-password-wrong = This is not your password.
