//! The fields of a rule's form, each with its help and what is wrong with it.

use leptos::prelude::*;

use crate::{
    components::FieldError,
    error::PageError,
    features::models::ModelChoice,
    say::{phrase, t},
};

/// A box with its words.
pub(super) fn tick(name: &'static str, label: String, on: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=on autocomplete="off" />
            {label}
        </label>
    }
}

fn is_wrong(error: Option<&PageError>, name: &'static str) -> Option<&'static str> {
    error
        .is_some_and(|error| error.at(&format!("/{name}")).is_some())
        .then_some("true")
}

/// A short text.
#[component]
pub(super) fn TextField(
    /// The field.
    name: &'static str,
    /// Its label.
    label: String,
    /// What it holds.
    value: String,
    /// What to write.
    help: String,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                name=name
                value=value
                required
                autocomplete="off"
                aria-invalid=is_wrong(error.as_ref(), name)
                aria-describedby=format!("{name}-help {name}-error")
            />
            <small id=format!("{name}-help")>{help}</small>
            <FieldError name=name error=error />
        </label>
    }
    .into_any()
}

/// The host, of those there are.
#[component]
pub(super) fn HostField(
    /// What it holds.
    value: String,
    /// Name and label of each.
    hosts: Vec<(String, String)>,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    // A host that has ended is still the one of its rule.
    let ended = !value.is_empty() && !hosts.iter().any(|(name, _)| *name == value);
    let none = hosts.is_empty();
    let alone = hosts.len() == 1 && value.is_empty();
    let chosen = value.clone();
    view! {
        <label class="field">
            <span>{t!("hosts-one")}</span>
            <select name="host" required aria-invalid=is_wrong(error.as_ref(), "host") aria-describedby="host-help host-error">
                {(!alone).then(|| view! { <option value="">{t!("rules-host-choose")}</option> })}
                {ended.then(|| view! { <option value=value.clone() selected>{value.clone()}</option> })}
                {hosts
                    .into_iter()
                    .map(|(name, label)| {
                        let selected = name == chosen;
                        let value = name.clone();
                        view! {
                            <option value=value selected=selected>
                                {label}
                                " ("
                                {name}
                                ")"
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <small id="host-help">
                {if none {
                    phrase!("rules-host-none", { hosts = view! { <a href="/hosts">{t!("hosts-title")}</a> } })
                } else {
                    t!("rules-host-help").into_any()
                }}
            </small>
            <FieldError name="host" error=error />
        </label>
    }
    .into_any()
}

/// The model, with those known to choose from.
#[component]
pub(super) fn ModelField(
    /// What it holds.
    value: String,
    /// Those known.
    models: Vec<ModelChoice>,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{t!("models-one")}</span>
            <input
                name="model"
                list="models"
                value=value
                required
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=is_wrong(error.as_ref(), "model")
                aria-describedby="model-help model-error"
            />
            <datalist id="models">
                {models
                    .into_iter()
                    .map(|model| {
                        view! { <option value=model.model>{model.label} " · " {model.host}</option> }
                    })
                    .collect_view()}
            </datalist>
            <small id="model-help">
                {phrase!("rules-model-help", { example = view! { <code>"crm.lead"</code> } })}
            </small>
            <FieldError name="model" error=error />
        </label>
    }
    .into_any()
}
