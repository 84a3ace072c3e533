//! What changed, on one line.

use leptos::prelude::*;
use types::OperationKind;

use super::state::Summary;
use crate::say::t;

/// "Stage: New → Qualified, +2".
#[component]
pub(crate) fn SummaryView(
    /// What changed.
    summary: Summary,
    /// What was done.
    kind: OperationKind,
) -> impl IntoView {
    let Summary { first, more } = summary;
    let told = first.is_some();
    let more = i64::from(more);
    let rest = match (told, kind, more) {
        (_, _, 0) => String::new(),
        (true, _, more) => format!("+{more}"),
        (false, OperationKind::Unlink, more) => t!("logs-values-kept", count = more),
        (false, _, more) => t!("logs-changes", count = more),
    };
    view! {
        <span class="summary">
            {first
                .map(|change| {
                    view! {
                        <bdi class="summary-field">{change.label}</bdi>
                        {change
                            .old
                            .map(|old| {
                                let old = if old == "—" || old == "unknown" || old == t!("value-unknown") {
                                    view! { <span class="muted">{old}</span> }.into_any()
                                } else {
                                    view! { <del>{old}</del> }.into_any()
                                };
                                view! {
                                    {old}
                                    <span class="arrow" aria-label=t!("logs-to-value")>
                                        "→"
                                    </span>
                                }
                            })}
                        <ins>{change.new}</ins>
                    }
                })}
            {(!rest.is_empty()).then(|| view! { <span class="summary-more">{rest}</span> })}
        </span>
    }
    .into_any()
}
