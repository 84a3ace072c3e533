//! What a rule would have caught, beside its form.

use leptos::prelude::*;
use types::{OperationKind, Preview};

use crate::{
    components::{OperationBadge, operation_word},
    reader::reader,
    say::{number, t},
};

/// The figures, and the button that asks for them again. The browser asks by itself while the form
/// is filled in.
#[component]
pub(super) fn PreviewCard(
    /// The figures; none while the form says too little.
    preview: Option<Preview>,
    /// The page that shows the form again.
    again: String,
) -> impl IntoView {
    view! {
        <aside class="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">{t!("rules-preview")}</h2>
            <div id="preview" data-fresh="true" aria-live="polite">
                {match preview {
                    None => view! { <p class="muted">{t!("rules-preview-first")}</p> }.into_any(),
                    Some(preview) if preview.counted == 0 => {
                        view! { <p class="muted">{t!("rules-preview-nothing")}</p> }.into_any()
                    }
                    Some(preview) => view! { <Figures preview=preview /> }.into_any(),
                }}
            </div>
            <button type="submit" form="rule" formmethod="get" formaction=again formnovalidate name="try" value="true">
                {t!("rules-preview-try")}
            </button>
        </aside>
    }
    .into_any()
}

#[component]
fn Figures(preview: Preview) -> impl IntoView {
    let most = preview.counted.to_string();
    let since = preview
        .since
        .map(|since| t!("rules-preview-since", time = reader().absolute(since)));
    view! {
        <p class="preview-caught">
            <strong>{number(preview.caught)}</strong>
            " "
            {t!("rules-preview-of", count = preview.counted)}
        </p>
        <meter min="0" max=most value=preview.caught.to_string() aria-label=t!("rules-preview-share")></meter>
        <dl class="preview-kinds">
            {OperationKind::ALL
                .into_iter()
                .map(|kind| {
                    let none = preview.by_operation.of(kind) == 0;
                    view! {
                        <div class:muted=none>
                            <dt>
                                {if none {
                                    operation_word(kind).into_any()
                                } else {
                                    view! { <OperationBadge kind=kind /> }.into_any()
                                }}
                            </dt>
                            <dd class="num">{number(preview.by_operation.of(kind))}</dd>
                        </div>
                    }
                })
                .collect_view()}
            <div>
                <dt>{t!("rules-preview-already")}</dt>
                <dd class="num">{number(preview.recorded_already)}</dd>
            </div>
            <div class="preview-new">
                <dt>{t!("rules-preview-new")}</dt>
                <dd class="num">{number(preview.caught - preview.recorded_already)}</dd>
            </div>
        </dl>
        <p class="muted small">{since}</p>
    }
    .into_any()
}
