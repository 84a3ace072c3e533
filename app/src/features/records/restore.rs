//! How a host would bring the record back to a revision. Only told: this server writes to no host.

use leptos::prelude::*;

use super::history::Plan;
use crate::{
    components::{Glyph, Icon},
    say::{number, t},
};

/// The plan, folded, to be copied.
#[component]
pub(super) fn RestorePlan(
    /// The plan.
    plan: Plan,
    /// The revision that it leads to.
    revision: i64,
    /// Whether the record is deleted now: the plan makes it anew.
    deleted_now: bool,
) -> impl IntoView {
    let body = if plan.empty {
        view! { <p class="muted">{t!("restore-nothing")}</p> }.into_any()
    } else {
        view! {
            <p>{t!("restore-why")}</p>
            <p class="muted">
                {if deleted_now { t!("restore-deleted") } else { t!("restore-tests") }}
            </p>
            <button
                type="button"
                class="small with-wasm"
                data-copy="restore-plan"
                data-copied=t!("restore-copied")
            >
                <Icon glyph=Glyph::Copy />
                {t!("restore-copy")}
            </button>
            <pre class="value-json" id="restore-plan" tabindex="0">
                {plan.text}
            </pre>
        }
        .into_any()
    };
    view! {
        <details class="fold restore" data-test="restore">
            <summary>{t!("restore-title", revision = number(revision))}</summary>
            {body}
        </details>
    }
    .into_any()
}
