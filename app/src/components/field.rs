//! What is wrong with a form, at its head and beside each field.

use leptos::prelude::*;
use types::Code;

use super::{Notice, Tone};
use crate::error::PageError;

/// The id of the text that tells what is wrong with a field.
pub(crate) fn error_id(name: &str) -> String {
    format!("{name}-error")
}

/// What is wrong, as a sentence for people: the API's words begin small and have no full stop.
pub(crate) fn sentence(detail: &str) -> String {
    let mut characters = detail.chars();
    let mut text: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect();
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

/// What is wrong with one field; shows nothing where nothing is.
#[component]
pub(crate) fn FieldError(
    /// The field's name.
    name: &'static str,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    let text = error
        .as_ref()
        .and_then(|error| error.at(&format!("/{name}")))
        .map(|fault| sentence(&fault.detail));
    view! {
        <p class="field-error" id=error_id(name)>
            {text}
        </p>
    }
}

/// What is wrong with the form as a whole, and that what was typed is kept.
#[component]
pub(crate) fn FormErrors(
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    {
        error.map(|error| {
            let whole: Vec<_> = error
                .faults
                .iter()
                .filter(|fault| fault.pointer.is_empty())
                .map(|fault| sentence(&fault.detail))
                .collect();
            let told = match error.code {
                Code::Invalid => "Something is to be corrected.".to_owned(),
                code => sentence(code.title()),
            };
            view! {
                <Notice tone=Tone::Bad>
                    <p>
                        <strong>{told}</strong>
                        " Nothing was changed; what you typed is kept."
                    </p>
                    {if error.faults.is_empty() {
                        (error.detail != error.code.title()).then(|| view! { <p>{error.detail}</p> }).into_any()
                    } else {
                        whole
                            .into_iter()
                            .map(|text| view! { <p>{text}</p> })
                            .collect_view()
                            .into_any()
                    }}
                </Notice>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_fault_is_told_as_a_sentence() {
        assert_eq!(sentence("at most 64 characters"), "At most 64 characters.");
        assert_eq!(sentence("Taken."), "Taken.");
        assert_eq!(sentence("élan"), "Élan.");
    }
}
