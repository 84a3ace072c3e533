//! What is wrong with a form, at its head and beside each field.

use leptos::prelude::*;

use super::{Notice, Tone};
use crate::{
    error::{PageError, told, told_fault},
    say::t,
};

/// The id of the text that tells what is wrong with a field.
pub(crate) fn error_id(name: &str) -> String {
    format!("{name}-error")
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
        .map(told_fault);
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
                .map(told_fault)
                .collect();
            let what = told(error.code);
            view! {
                <Notice tone=Tone::Bad>
                    <p>
                        <strong>{what}</strong>
                        " " {t!("form-kept")}
                    </p>
                    {whole.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                </Notice>
            }
        })
    }
}
