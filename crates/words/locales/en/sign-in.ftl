### Signing in, and the first start.

sign-in-title = Sign in
sign-in-submit = Sign in
sign-in-lead = Who changed what, when, from what to what.
sign-in-login = Login
sign-in-password = Password
sign-in-name = Name
sign-in-again = Password again
sign-in-setup = First start
sign-in-setup-title = Create the administrator
sign-in-setup-lead = This is the first start: nobody can sign in yet. The administrator decides what is followed, and adds hosts and people.
sign-in-setup-submit = Create and sign in
sign-in-error = That did not work. Try again.
sign-in-mismatch = The two passwords are not the same.
sign-in-invalid = Login, name or password cannot be used: a password has 8 characters or more.
sign-in-disabled = This account is disabled.
sign-in-password-help = 8 characters or more.
sign-in-sso = Sign in with single sign-on
sign-in-sso-named = Sign in with { $name }
sign-in-sso-failed = Single sign-on did not work. Try again, or ask an administrator.
sign-in-sso-taken = Single sign-on named a login that somebody else has here. Ask an administrator.
