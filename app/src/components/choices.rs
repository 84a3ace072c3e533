//! Several of what is known, and others: ticks for what is offered, a line to add what is not.
//!
//! Works without wasm: what is ticked and what is typed are sent under one name (`groups[]`), and
//! "Add" shows the form again with what was typed among the ticks.

use leptos::prelude::*;

use super::FieldError;
use crate::{error::PageError, say::t};

/// Ticks shown at most; what is ticked is always shown, the rest is offered while one types.
const TICKS: usize = 24;

/// A field that holds several texts.
#[component]
pub(crate) fn Choices(
    /// The field; it is sent as `name[]`.
    name: &'static str,
    /// Its label.
    label: String,
    /// What it is for.
    help: String,
    /// What the line to add one asks for.
    add: String,
    /// What is ticked.
    chosen: Vec<String>,
    /// What may be ticked besides: value and what people call it.
    offered: Vec<(String, String)>,
    /// The page that shows the form again.
    again: String,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    let sent = format!("{name}[]");
    let tick = |value: String, label: String, on: bool| {
        let title = (label != value).then(|| value.clone());
        view! {
            <label class="choice" title=title>
                <input type="checkbox" name=sent.clone() value=value checked=on autocomplete="off" />
                <bdi>{label}</bdi>
            </label>
        }
    };
    let called = |value: &str| {
        let known = offered.iter().find(|(known, _)| known == value);
        known.map_or_else(|| value.to_owned(), |(_, label)| label.clone())
    };
    let rest: Vec<_> = offered
        .iter()
        .filter(|(value, _)| !chosen.contains(value))
        .cloned()
        .collect();
    let room = TICKS.saturating_sub(chosen.len());
    let ticks: Vec<_> = chosen
        .iter()
        .map(|value| tick(value.clone(), called(value), true))
        .chain(
            rest.iter()
                .take(room)
                .map(|(value, label)| tick(value.clone(), label.clone(), false)),
        )
        .collect();
    let more: Vec<_> = rest
        .into_iter()
        .map(|(value, label)| {
            let called = (label != value).then_some(label);
            view! { <option value=value>{called}</option> }
        })
        .collect();
    let empty = ticks.is_empty();
    view! {
        <fieldset class="group choices-of" id=format!("{name}-of") data-fresh="true" aria-describedby=format!("{name}-help {name}-error")>
            <legend>{label}</legend>
            {(!empty).then(|| view! { <div class="choices-ticks">{ticks}</div> })}
            <div class="choices-add">
                <input
                    id=format!("{name}-add")
                    name=sent.clone()
                    list=format!("{name}-known")
                    placeholder=add.clone()
                    aria-label=add
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    data-enter=format!("{name}-more")
                />
                <button
                    type="submit"
                    id=format!("{name}-more")
                    class="small"
                    formmethod="get"
                    formaction=again
                    formnovalidate
                    name="try"
                    value="true"
                >
                    {t!("common-add")}
                </button>
                <datalist id=format!("{name}-known")>{more}</datalist>
            </div>
            <small id=format!("{name}-help")>{help}</small>
            <FieldError name=name error=error />
        </fieldset>
    }
    .into_any()
}
