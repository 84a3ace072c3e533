//! What the keyboard does. Opens without wasm: it is a popover.

use leptos::prelude::*;

use crate::say::t;

/// The list of keys.
#[component]
pub(super) fn Help() -> impl IntoView {
    let keys = [
        ("Ctrl K", t!("keys-palette")),
        ("/", t!("keys-search")),
        ("j  k", t!("keys-move")),
        ("Enter", t!("keys-open")),
        ("x", t!("keys-select")),
        ("e", t!("keys-actions")),
        ("←  →", t!("keys-step")),
        ("g o", t!("nav-overview")),
        ("g l", t!("nav-logs")),
        ("g m", t!("nav-records")),
        ("g r", t!("nav-rules")),
        ("g h", t!("nav-hosts")),
        ("g u", t!("nav-users")),
        ("g i", t!("nav-integrity")),
        ("?", t!("keys-help")),
    ];
    view! {
        <div id="keys" class="help" popover="auto" role="dialog" aria-labelledby="keys-title">
            <h2 id="keys-title">{t!("nav-keyboard")}</h2>
            <dl>
                {keys
                    .into_iter()
                    .map(|(keys, what)| {
                        view! {
                            <div>
                                <dt>
                                    {keys
                                        .split_whitespace()
                                        .map(|key| view! { <kbd>{key}</kbd> })
                                        .collect_view()}
                                </dt>
                                <dd>{what}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            <p class="muted small">{t!("keys-close")}</p>
        </div>
    }
    .into_any()
}
