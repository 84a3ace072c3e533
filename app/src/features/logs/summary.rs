//! What changed, on one line.

use leptos::prelude::*;
use types::OperationKind;

use super::state::Summary;

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
    let rest = match (told, kind, more) {
        (_, _, 0) => String::new(),
        (true, _, more) => format!("+{more}"),
        (false, OperationKind::Unlink, 1) => "1 value kept".to_owned(),
        (false, OperationKind::Unlink, more) => format!("{more} values kept"),
        (false, _, more) => format!("{more} changes"),
    };
    view! {
        <span class="summary">
            {first
                .map(|change| {
                    view! {
                        <span class="summary-field">{change.label}</span>
                        {change
                            .old
                            .map(|old| {
                                let old = if old == "—" || old == "unknown" {
                                    view! { <span class="muted">{old}</span> }.into_any()
                                } else {
                                    view! { <del>{old}</del> }.into_any()
                                };
                                view! {
                                    {old}
                                    <span class="arrow" aria-label="to">
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
