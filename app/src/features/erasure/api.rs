//! What the page of erasure shows, and the erasure.

use leptos::prelude::*;
use types::{Code, Erasure, Faults, Subject, SubjectFound, Timestamp};

use crate::{address, came_back::query_of, error::PageError, request};

/// Erasures that are listed.
const LISTED: u64 = 50;

/// What the page shows.
pub(super) struct ErasureView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// Whom the address names, as far as it does.
    pub(super) asked: Subject,
    /// What there is of that one; none where nobody is named.
    pub(super) found: Option<Result<SubjectFound, PageError>>,
    /// What was erased, the last first.
    pub(super) erasures: Vec<Erasure>,
}

/// Whom an address names.
fn asked(query: &str) -> Subject {
    let part = |name| address::parameter(query, name).unwrap_or_default();
    Subject {
        host: part("host"),
        model: part("model"),
        record_id: part("record"),
    }
}

/// What there is of whom the address names, and what was erased before.
pub(super) async fn get_erasure(query: String) -> Result<ErasureView, PageError> {
    let (audit, principal) = request::caller()?;
    let erasures = audit::erasure::list(&audit, &principal, None, LISTED)
        .await
        .map_err(request::fail)?;
    let asked = asked(&query);
    let found = if asked == Subject::default() {
        None
    } else {
        let found = audit::erasure::find(&audit, &principal, &asked).await;
        // What is wrong with the address is told on the page.
        Some(found.map_err(|error| match error {
            audit::Error::Invalid(faults) => PageError {
                faults: faults.into_vec(),
                ..PageError::new(Code::Invalid, "")
            },
            error => request::fail(error),
        }))
    };
    Ok(ErasureView {
        now: request::now(),
        asked,
        found,
        erasures,
    })
}

/// Where the page of a subject is.
pub(super) fn page_of(subject: &Subject) -> String {
    address::erasure(&subject.host, &subject.model, &subject.record_id)
}

/// Erases what is kept of a subject, for ever. What was typed to confirm it is its record's id.
#[server(prefix = "/fn", endpoint = "integrity/erase")]
pub async fn erase_subject(
    #[server(default)] host: String,
    #[server(default)] model: String,
    #[server(default)] record: String,
    #[server(default)] reason: String,
    #[server(default)] confirm: String,
) -> Result<(), PageError> {
    let subject = Subject {
        host,
        model,
        record_id: record,
    };
    match server::erase(&subject, &reason, &confirm).await {
        Ok(cleared) => {
            let done = if cleared {
                "erased"
            } else {
                "erased-not-cleared"
            };
            request::go_to(&format!("{}&done={done}#subject", page_of(&subject)));
            Ok(())
        }
        Err(error) => {
            let typed = [
                ("host", subject.host.as_str()),
                ("model", &subject.model),
                ("record", &subject.record_id),
                ("reason", &reason),
            ];
            let query = query_of(error.code, &error.faults, typed);
            request::go_back(&address::with_query("/integrity/erasure", &query));
            Err(error)
        }
    }
}

mod server {
    use super::{Code, Faults, Subject};
    use crate::{error::PageError, request};

    pub(super) async fn erase(
        subject: &Subject,
        reason: &str,
        confirm: &str,
    ) -> Result<bool, PageError> {
        let (audit, principal) = request::caller()?;
        if request::administers(&principal) {
            let mut faults: Faults = types::check_reason(reason);
            if confirm.trim() != subject.record_id.trim() || confirm.trim().is_empty() {
                faults.push("/confirm", Code::UnknownValue, "must be the record's id");
            }
            if !faults.is_empty() {
                return Err(request::invalid(faults));
            }
        }
        let erased = audit::erasure::erase(&audit, &principal, subject, reason)
            .await
            .map_err(request::fail)?;
        Ok(erased.cleared)
    }
}
