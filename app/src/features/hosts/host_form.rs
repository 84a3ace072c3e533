//! The form of a new host, folded away in the list.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{api::CreateHost, state::HostDraft};
use crate::{
    components::{FieldError, FormErrors, Glyph, Icon},
    error::PageError,
    say::t,
};

/// The button that unfolds the form, and the form.
#[component]
pub(super) fn HostForm(
    /// What it holds.
    draft: HostDraft,
    /// What is wrong with it, when it came back.
    error: Option<PageError>,
    /// Whether it is unfolded.
    open: bool,
) -> impl IntoView {
    let wrong = error
        .as_ref()
        .is_some_and(|error| error.at("/name").is_some())
        .then_some("true");
    view! {
        <details class="unfold" open=open>
            <summary class="button primary">
                <Icon glyph=Glyph::Plus />
                {t!("hosts-new")}
            </summary>
            <form method="post" action=CreateHost::url() class="form" aria-label=t!("hosts-new")>
                <FormErrors error=error.clone() />
                <div class="pair">
                    <label class="field">
                        <span>{t!("hosts-name")}</span>
                        <input
                            name="name"
                            value=draft.name
                            required
                            maxlength="63"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            aria-invalid=wrong
                            aria-describedby="name-help name-error"
                        />
                        <small id="name-help">{t!("hosts-name-help")}</small>
                        <FieldError name="name" error=error.clone() />
                    </label>
                    <label class="field">
                        <span>{t!("hosts-label")}</span>
                        <input
                            name="label"
                            value=draft.label
                            autocomplete="off"
                            aria-describedby="label-help label-error"
                        />
                        <small id="label-help">{t!("hosts-label-help")}</small>
                        <FieldError name="label" error=error />
                    </label>
                </div>
                <div class="form-end">
                    <button type="submit" class="primary">
                        {t!("hosts-create")}
                    </button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
