//! Signing in, and the first start. Plain forms to the server's own handlers: no wasm is asked for.

mod card;
mod setup_page;
mod sign_in_page;

pub(crate) use setup_page::SetupPage;
pub(crate) use sign_in_page::SignInPage;

/// What an `error` in the address says.
fn error_text(code: &str) -> &'static str {
    match code {
        "wrong_credentials" => "Login or password is wrong.",
        "rate_limited" => "Too many attempts. Wait a minute, then try again.",
        "password_mismatch" => "The two passwords are not the same.",
        "invalid_request" => {
            "Login, name or password cannot be used: a password has 8 characters or more."
        }
        "already_set_up" => "The first administrator exists already. Sign in.",
        "disabled" => "This account is disabled.",
        "overloaded" => "The server is busy. Try again in a moment.",
        _ => "That did not work. Try again.",
    }
}
