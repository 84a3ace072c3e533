//! What changed: field, old value, new value.

use leptos::prelude::*;
use types::{Change, UnrecordedChange};

use crate::{
    components::{FieldName, Notice, Tone, ValueView},
    value::show,
};

/// The Changes table of a log.
#[component]
pub(super) fn Changes(
    /// The changes.
    changes: Vec<Change>,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table changes" data-test="changes">
                <caption class="hidden">"Changes"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">"Old value"</th>
                        <th scope="col">"New value"</th>
                    </tr>
                </thead>
                <tbody>
                    {changes
                        .into_iter()
                        .map(|change| view! { <ChangeLine change=change /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn ChangeLine(change: Change) -> impl IntoView {
    let old = show(
        change.kind,
        change.old.as_ref(),
        change.old_label.as_deref(),
    );
    let new = show(change.kind, Some(&change.new), change.new_label.as_deref());
    view! {
        <tr>
            <th scope="row" class="c-field">
                <FieldName label=change.label field=change.field />
            </th>
            <td class="old" data-label="Old">
                <ValueView shown=old />
            </td>
            <td class="new" data-label="New">
                <ValueView shown=new />
            </td>
        </tr>
    }
    .into_any()
}

/// What changed outside the trail before the operation; shows nothing where nothing did.
#[component]
pub(crate) fn Unrecorded(
    /// The fields, what was known and what was found.
    gaps: Vec<UnrecordedChange>,
    /// The changes of the log, for the labels and types of the fields.
    changes: Vec<Change>,
) -> impl IntoView {
    (!gaps.is_empty()).then(move || {
        view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>"Changed outside the trail"</strong>
                    " before this operation. Nobody knows by whom:"
                </p>
                <ul class="gaps">
                    {gaps
                        .into_iter()
                        .map(|gap| {
                            let known = changes.iter().find(|change| change.field == gap.field);
                            let label = known
                                .map_or_else(
                                    || types::label_from_name(&gap.field),
                                    |change| change.label.clone(),
                                );
                            let kind = known.map_or(types::FieldType::Char, |change| change.kind);
                            let last = show(
                                kind,
                                Some(&gap.last_known),
                                gap.last_known_label.as_deref(),
                            );
                            let found = show(kind, Some(&gap.found), gap.found_label.as_deref());
                            view! {
                                <li>
                                    <strong>{label}</strong>
                                    " "
                                    <ValueView shown=last />
                                    <span class="arrow" aria-label="to">
                                        " → "
                                    </span>
                                    <ValueView shown=found />
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </Notice>
        }
    })
}
