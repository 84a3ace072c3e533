//! The form of a rule. Works without wasm: what was typed and what is wrong come back with it.

use leptos::{prelude::*, server_fn::ServerFn};
use types::Code;

use super::{
    api::{RuleForm, SaveRule},
    fields::{HostField, ListField, ModelField, TextField, tick},
    state::Draft,
};
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
    let RuleForm {
        id,
        kept_name,
        editable,
        draft,
        error,
        hosts,
        models,
    } = form;
    let error = error.map(beside_the_boxes);
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
        <form method="post" action=SaveRule::url() class="form" aria-label="Rule">
            <FormErrors error=error.clone() />
            <input type="hidden" name="id" value=id.unwrap_or_default() />
            <Body draft=draft hosts=hosts models=models editable=editable error=error />
            {editable
                .then(|| {
                    view! {
                        <div class="form-end">
                            <button type="submit" class="primary">
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
        </form>
    }
    .into_any()
}

/// That no operation is ticked is told beside the boxes, in their words.
fn beside_the_boxes(mut error: PageError) -> PageError {
    for fault in &mut error.faults {
        if fault.code == Code::NoOperation {
            "/operations".clone_into(&mut fault.pointer);
            "Tick at least one of Creation, Update, Deletion.".clone_into(&mut fault.detail);
        }
    }
    error
}

#[component]
fn Body(
    draft: Draft,
    hosts: Vec<(String, String)>,
    models: Vec<ModelChoice>,
    editable: bool,
    error: Option<PageError>,
) -> impl IntoView {
    view! {
            <fieldset class="form-body" disabled=!editable>
                <TextField
                    name="name"
                    label="Name"
                    value=draft.name
                    help="What it is for, in a few words."
                    error=error.clone()
                />
                <div class="pair">
                    <HostField value=draft.host hosts=hosts error=error.clone() />
                    <ModelField value=draft.model models=models error=error.clone() />
                </div>
                <fieldset class="group" aria-describedby="operations-error">
                    <legend>"Operations followed"</legend>
                    <div class="boxes">
                        {tick("log_create", "Creation", draft.log_create)}
                        {tick("log_write", "Update", draft.log_write)}
                        {tick("log_unlink", "Deletion", draft.log_unlink)}
                    </div>
                    <FieldError name="operations" error=error.clone() />
                </fieldset>
                <ListField
                    name="groups"
                    label="Groups"
                    value=draft.groups
                    help="Only users in one of these are followed, one a line. Empty: everyone."
                    error=error.clone()
                />
                <div class="pair">
                    <ListField
                        name="excluded_users"
                        label="Users left out"
                        value=draft.excluded_users
                        help="Logins that are never followed, such as a job's, one a line."
                        error=error.clone()
                    />
                    <ListField
                        name="ignored_fields"
                        label="Fields left out"
                        value=draft.ignored_fields
                        help="Technical names, one a line. Kept where another rule follows them."
                        error=error.clone()
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
    }
    .into_any()
}
