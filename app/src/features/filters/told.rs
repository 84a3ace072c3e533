//! What became of saving a filter, told in the address that a form comes back to.

use types::Code;

use crate::{address, error::told, say::t};

/// What became of saving a filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaveTold {
    /// Whether one was saved a moment ago.
    pub saved: bool,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// The name that was typed.
    pub name: String,
    /// Whether it was to be shared.
    pub shared: bool,
}

impl SaveTold {
    /// Reads an address.
    pub fn read(query: &str) -> Self {
        let value = |name| address::parameter(query, name);
        let code = value("error").and_then(|word| {
            let mut codes = Code::ALL.iter().copied();
            codes.find(|code| code.as_str() == word)
        });
        Self {
            saved: value("done").as_deref() == Some("filter"),
            error: code.map(|code| match code {
                Code::FilterExists => t!("filters-exists"),
                code => told(code),
            }),
            name: value("name").unwrap_or_default(),
            shared: value("shared").is_some(),
        }
    }
}
