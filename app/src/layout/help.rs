//! What the keyboard does. Opens without wasm: it is a popover.

use leptos::prelude::*;

const KEYS: [(&str, &str); 9] = [
    ("/", "Search"),
    ("j  k", "Next and previous line"),
    ("Enter", "Open the line"),
    ("x", "Select the line"),
    ("e", "Actions"),
    ("g l", "Logs"),
    ("g m", "Records"),
    ("g r", "Rules"),
    ("?", "This help"),
];

/// The list of keys.
#[component]
pub(super) fn Help() -> impl IntoView {
    view! {
        <div id="keys" class="help" popover="auto" role="dialog" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keyboard"</h2>
            <dl>
                {KEYS
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
            <p class="muted small">"Esc closes this."</p>
        </div>
    }
    .into_any()
}
