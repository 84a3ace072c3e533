//! Who reads the page: their language and their time zone.

use chrono_tz::Tz;
use leptos::prelude::*;
use types::Language;

use crate::request::RequestInfo;

/// The language and the zone that a page is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader {
    /// The language.
    pub(crate) language: Language,
    /// The time zone.
    pub(crate) zone: Tz,
}

/// The reader of the page that is being made.
pub(crate) fn reader() -> Reader {
    let info = use_context::<RequestInfo>();
    Reader {
        language: info.as_ref().map_or(Language::En, |info| info.language),
        zone: info
            .and_then(|info| info.zone.parse().ok())
            .unwrap_or(Tz::UTC),
    }
}
