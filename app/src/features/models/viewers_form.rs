//! Which groups may read the logs of a model.

use leptos::{prelude::*, server_fn::ServerFn};

use super::api::SaveViewers;
use crate::{
    address,
    components::{Choices, FormErrors, Notice, Tone, names_apart},
    error::PageError,
    say::t,
};

/// The form; for those who may not change it, what stands.
#[component]
pub(super) fn ViewersForm(
    /// The model's host.
    host: String,
    /// The model.
    model: String,
    /// The groups.
    viewers: Vec<String>,
    /// Every group that is known.
    groups: Vec<String>,
    /// Whether the person may change them.
    editable: bool,
    /// What is wrong with the form, when it came back.
    error: Option<PageError>,
) -> impl IntoView {
    let page = address::model(&host, &model);
    let again = page.split('?').next().unwrap_or_default().to_owned();
    let error = error.map(|mut error| {
        for fault in &mut error.faults {
            "/groups".clone_into(&mut fault.pointer);
        }
        error
    });
    let body = if editable {
        let offered = groups
            .into_iter()
            .map(|name| (name.clone(), name))
            .collect();
        view! {
            <form method="post" action=SaveViewers::url() class="form" aria-label=t!("models-viewers")>
                <FormErrors error=error.clone() />
                <input type="hidden" name="host" value=host />
                <input type="hidden" name="model" value=model />
                <Notice tone=Tone::Warning>
                    <p>{t!("models-viewers-warning")}</p>
                </Notice>
                <Choices
                    name="groups"
                    label=t!("models-viewers-groups")
                    help=t!("models-viewers-help")
                    add=t!("rules-groups-add")
                    chosen=viewers
                    offered=offered
                    again=again
                    error=error
                />
                <div class="form-end">
                    <button type="submit" class="primary">
                        {t!("rules-save")}
                    </button>
                </div>
            </form>
        }
        .into_any()
    } else if viewers.is_empty() {
        view! { <p class="muted">{t!("models-viewers-none")}</p> }.into_any()
    } else {
        let names = viewers.into_iter().map(|name| (name, None)).collect();
        view! { <p>{names_apart(names)}</p> }.into_any()
    };
    view! {
        <section class="section" id="viewers">
            <header class="section-head">
                <h2>{t!("models-viewers")}</h2>
            </header>
            {body}
        </section>
    }
    .into_any()
}
