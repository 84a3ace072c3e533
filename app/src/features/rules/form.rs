//! The form of a rule. Works without wasm: what was typed and what is wrong come back with it.

use leptos::{prelude::*, server_fn::ServerFn};
use types::Code;

use super::{
    api::SaveRule,
    fields::{HostField, ModelField, TextField, tick},
    form_view::{Offers, RuleForm},
    preview::PreviewCard,
    state::{Draft, lines},
};
use crate::{
    address,
    components::{Choices, FieldError, FormErrors, Glyph, Icon, Notice, Tone},
    error::PageError,
    say::t,
};

/// The form, with what the rule would have caught beside it.
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
        offers,
        preview,
    } = form;
    let error = error.map(in_their_place);
    let again = id
        .as_deref()
        .map_or_else(|| "/rules/new".to_owned(), address::rule);
    let delete = id
        .as_deref()
        .map(|id| format!("{}/delete", address::rule(id)));
    let card = editable.then(|| view! { <PreviewCard preview=preview again=again.clone() /> });
    let fresh_from = again.clone();
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/rules">{t!("nav-rules")}</a>
        </nav>
        <header class="page-head">
            <h1>{kept_name.unwrap_or_else(|| t!("rules-new"))}</h1>
        </header>
        {(!editable)
            .then(|| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>{t!("rules-read-only")}</p>
                    </Notice>
                }
            })}
        <div class="rule-columns">
            <form
                id="rule"
                method="post"
                action=SaveRule::url()
                class="form"
                aria-label=t!("rules-one")
                data-fresh-from=fresh_from
            >
                <FormErrors error=error.clone() />
                <input type="hidden" name="id" value=id.unwrap_or_default() />
                <Body draft=draft offers=offers editable=editable again=again error=error />
                {editable.then(|| view! { <End delete=delete /> })}
            </form>
            {card}
        </div>
    }
    .into_any()
}

#[component]
fn End(delete: Option<String>) -> impl IntoView {
    view! {
        <div class="form-end">
            <button type="submit" class="primary">
                {t!("rules-save")}
            </button>
            <a class="button" href="/rules">
                {t!("rules-cancel")}
            </a>
            <span class="grow"></span>
            {delete
                .map(|href| {
                    view! {
                        <a class="button danger-quiet" href=href>
                            <Icon glyph=Glyph::Bin />
                            {t!("rules-delete")}
                        </a>
                    }
                })}
        </div>
    }
    .into_any()
}

/// That no operation is ticked is told beside the boxes; what is wrong with one of several, beside
/// all of them.
fn in_their_place(mut error: PageError) -> PageError {
    for fault in &mut error.faults {
        if fault.code == Code::NoOperation {
            "/operations".clone_into(&mut fault.pointer);
        }
        for name in ["/groups", "/excluded_users", "/ignored_fields"] {
            if fault.pointer.strip_prefix(name).is_some() {
                name.clone_into(&mut fault.pointer);
            }
        }
    }
    error
}

#[component]
fn Body(
    draft: Draft,
    offers: Offers,
    editable: bool,
    again: String,
    error: Option<PageError>,
) -> impl IntoView {
    view! {
        <fieldset class="form-body" disabled=!editable>
            <TextField
                name="name"
                label=t!("rules-name")
                value=draft.name
                help=t!("rules-name-help")
                error=error.clone()
            />
            <div class="pair">
                <HostField value=draft.host hosts=offers.hosts error=error.clone() />
                <ModelField value=draft.model models=offers.models error=error.clone() />
            </div>
            <fieldset class="group" aria-describedby="operations-error">
                <legend>{t!("rules-followed")}</legend>
                <div class="boxes">
                    {tick("log_create", t!("rules-creation"), draft.log_create)}
                    {tick("log_write", t!("rules-update"), draft.log_write)}
                    {tick("log_unlink", t!("rules-deletion"), draft.log_unlink)}
                </div>
                <FieldError name="operations" error=error.clone() />
            </fieldset>
            <Choices
                name="groups"
                label=t!("rules-groups")
                help=t!("rules-groups-help")
                add=t!("rules-groups-add")
                chosen=lines(&draft.groups)
                offered=offers.groups
                again=again.clone()
                error=error.clone()
            />
            <Choices
                name="excluded_users"
                label=t!("rules-users")
                help=t!("rules-users-help")
                add=t!("rules-users-add")
                chosen=lines(&draft.excluded_users)
                offered=offers.users
                again=again.clone()
                error=error.clone()
            />
            <Choices
                name="ignored_fields"
                label=t!("rules-fields")
                help=t!("rules-fields-help")
                add=t!("rules-fields-add")
                chosen=lines(&draft.ignored_fields)
                offered=offers.fields
                again=again
                error=error
            />
            <fieldset class="group">
                <legend>{t!("rules-in-force")}</legend>
                <div class="boxes">
                    {tick("active", t!("rules-active"), draft.active)}
                    {tick("require_reason", t!("rules-reason"), draft.require_reason)}
                </div>
                <small>{t!("rules-reason-help")}</small>
            </fieldset>
        </fieldset>
    }
    .into_any()
}
