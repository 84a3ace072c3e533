//! Signing in, and the first start. Plain forms to the server's own handlers: no wasm is asked for.

mod card;
mod setup_page;
mod sign_in_page;

pub(crate) use setup_page::SetupPage;
pub(crate) use sign_in_page::SignInPage;

use types::Code;

use crate::{error::told, say::t};

/// What an `error` in the address says.
fn error_text(word: &str) -> String {
    match word {
        "password_mismatch" => t!("sign-in-mismatch"),
        "invalid_request" => t!("sign-in-invalid"),
        "disabled" => t!("sign-in-disabled"),
        "sso_failed" => t!("sign-in-sso-failed"),
        "sso_login_taken" => t!("sign-in-sso-taken"),
        word => Code::ALL
            .iter()
            .find(|code| code.as_str() == word)
            .map_or_else(|| t!("sign-in-error"), |code| told(*code)),
    }
}
