//! The words of a log or a record that a search looks through, in lower case.

use serde_json::Value;

use super::known::{Form, Known};
use super::state::{Changed, Fields};

/// Collects words; each stands on a line of its own, so that no match runs over two.
#[derive(Debug, Default)]
pub struct Words(String);

impl Words {
    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if text.is_ascii() && !text.contains('\0') {
            let from = self.0.len();
            self.0.push_str(text);
            self.0[from..].make_ascii_lowercase();
        } else {
            // What cannot be stored is not searched for; a line break would end the line.
            self.0.extend(
                text.chars()
                    .filter(|c| *c != '\0')
                    .flat_map(char::to_lowercase),
            );
        }
        self.0.push('\n');
    }

    /// Adds a value and what it is called. A masked or sealed one has no words.
    pub fn value(&mut self, known: &Known) {
        match (known.form, &known.value) {
            (Form::Masked | Form::Sealed, _) | (_, Value::Null) => {}
            (_, Value::String(text)) => self.text(text),
            (_, other) => self.text(&other.to_string()),
        }
        if let Some(label) = &known.label {
            self.text(label);
        }
    }

    /// Adds old and new values.
    pub fn changes<'a>(&mut self, changes: impl IntoIterator<Item = &'a Changed>) {
        for change in changes {
            if let Some(old) = &change.old {
                self.value(old);
            }
            self.value(&change.new);
        }
    }

    /// Adds the values of a record.
    pub fn fields(&mut self, fields: &Fields) {
        for value in fields.values() {
            self.value(value);
        }
    }

    /// The words collected.
    pub fn finish(self) -> String {
        self.0
    }
}

/// A search text as it is looked for among the words.
pub fn needle(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\0')
        .flat_map(char::to_lowercase)
        .collect()
}
