//! The form of a rule. Works without wasm: what was typed and what is wrong come back with it.

use leptos::{form::ActionForm, prelude::*};

use super::api::{RuleForm, SaveRule};
use crate::{
    address,
    components::{FieldError, FormErrors, Glyph, Icon, Notice, Tone},
    error::PageError,
    features::models::ModelChoice,
};

/// The form.
#[component]
pub(super) fn Form(
    /// What it holds.
    form: RuleForm,
) -> impl IntoView {
    let save = ServerAction::<SaveRule>::new();
    let RuleForm {
        id,
        kept_name,
        editable,
        draft,
        error: came_back,
        hosts,
        models,
    } = form;
    let error = Signal::derive(move || match save.value().get() {
        Some(result) => result.err(),
        None => came_back.clone(),
    });
    let pending = save.pending();
    let delete = id
        .as_deref()
        .map(|id| format!("{}/delete", address::rule(id)));
    view! {
        <nav class="crumbs" aria-label="Where this is">
            <a href="/rules">"Rules"</a>
        </nav>
        <header class="page-head">
            <h1>{kept_name.unwrap_or_else(|| "New rule".to_owned())}</h1>
        </header>
        {(!editable)
            .then(|| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>"Only administrators change rules. This is how it stands."</p>
                    </Notice>
                }
            })}
        <ActionForm action=save attr:class="form" attr:aria-label="Rule">
            <FormErrors error=error />
            <input type="hidden" name="id" value=id.unwrap_or_default() />
            <fieldset class="form-body" disabled=!editable>
                <TextField
                    name="name"
                    label="Name"
                    value=draft.name
                    help="What it is for, in a few words. At most 64 characters."
                    error=error
                />
                <div class="pair">
                    <HostField value=draft.host hosts=hosts error=error />
                    <ModelField value=draft.model models=models error=error />
                </div>
                <fieldset class="group">
                    <legend>"Operations followed"</legend>
                    <div class="boxes">
                        {tick("log_create", "Creation", draft.log_create)}
                        {tick("log_write", "Update", draft.log_write)}
                        {tick("log_unlink", "Deletion", draft.log_unlink)}
                    </div>
                </fieldset>
                <ListField
                    name="groups"
                    label="Groups"
                    value=draft.groups
                    help="Only users in one of these are followed, one a line. Empty: everyone."
                    error=error
                />
                <div class="pair">
                    <ListField
                        name="excluded_users"
                        label="Users left out"
                        value=draft.excluded_users
                        help="Logins that are never followed, such as a job's, one a line."
                        error=error
                    />
                    <ListField
                        name="ignored_fields"
                        label="Fields left out"
                        value=draft.ignored_fields
                        help="Technical names, one a line. Kept where another rule follows them."
                        error=error
                    />
                </div>
                <fieldset class="group">
                    <legend>"In force"</legend>
                    <div class="boxes">
                        {tick("active", "Active", draft.active)}
                        {tick("require_reason", "Refuse operations without a reason", draft.require_reason)}
                    </div>
                </fieldset>
            </fieldset>
            {editable
                .then(|| {
                    view! {
                        <div class="form-end">
                            <button type="submit" class="primary" disabled=pending>
                                "Save"
                            </button>
                            <a class="button" href="/rules">
                                "Cancel"
                            </a>
                            <span class="grow"></span>
                            {delete
                                .map(|href| {
                                    view! {
                                        <a class="button danger-quiet" href=href>
                                            <Icon glyph=Glyph::Bin />
                                            "Delete"
                                        </a>
                                    }
                                })}
                        </div>
                    }
                })}
        </ActionForm>
    }
}

fn tick(name: &'static str, label: &'static str, on: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=on />
            {label}
        </label>
    }
}

fn is_wrong(
    error: Signal<Option<PageError>>,
    name: &'static str,
) -> impl Fn() -> Option<&'static str> {
    let pointer = format!("/{name}");
    move || {
        error
            .with(|error| {
                error
                    .as_ref()
                    .is_some_and(|error| error.at(&pointer).is_some())
            })
            .then_some("true")
    }
}

#[component]
fn TextField(
    name: &'static str,
    label: &'static str,
    value: String,
    help: &'static str,
    error: Signal<Option<PageError>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                name=name
                value=value
                required
                autocomplete="off"
                aria-invalid=is_wrong(error, name)
                aria-describedby=format!("{name}-help {name}-error")
            />
            <small id=format!("{name}-help")>{help}</small>
            <FieldError name=name error=error />
        </label>
    }
}

#[component]
fn ListField(
    name: &'static str,
    label: &'static str,
    value: String,
    help: &'static str,
    error: Signal<Option<PageError>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <textarea
                name=name
                rows="3"
                spellcheck="false"
                aria-invalid=is_wrong(error, name)
                aria-describedby=format!("{name}-help {name}-error")
            >
                {value}
            </textarea>
            <small id=format!("{name}-help")>{help}</small>
            <FieldError name=name error=error />
        </label>
    }
}

#[component]
fn HostField(
    value: String,
    hosts: Vec<(String, String)>,
    error: Signal<Option<PageError>>,
) -> impl IntoView {
    // A host that has ended is still the one of its rule.
    let ended = !value.is_empty() && !hosts.iter().any(|(name, _)| *name == value);
    let none = hosts.is_empty();
    let alone = hosts.len() == 1 && value.is_empty();
    let chosen = value.clone();
    view! {
        <label class="field">
            <span>"Host"</span>
            <select name="host" required aria-invalid=is_wrong(error, "host") aria-describedby="host-help host-error">
                {(!alone).then(|| view! { <option value="">"Choose a host"</option> })}
                {ended.then(|| view! { <option value=value.clone() selected>{value.clone()}</option> })}
                {hosts
                    .into_iter()
                    .map(|(name, label)| {
                        let selected = name == chosen;
                        view! {
                            <option value=name.clone() selected=selected>
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
                    "No host yet. An administrator's key or the command line makes one."
                } else {
                    "The application that reports the operations."
                }}
            </small>
            <FieldError name="host" error=error />
        </label>
    }
}

#[component]
fn ModelField(
    value: String,
    models: Vec<ModelChoice>,
    error: Signal<Option<PageError>>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>"Model"</span>
            <input
                name="model"
                list="models"
                value=value
                required
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=is_wrong(error, "model")
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
                "The technical name, such as " <code>"crm.lead"</code> ". It need not be known yet."
            </small>
            <FieldError name="model" error=error />
        </label>
    }
}
