//! What changed: field, old value, new value.

use leptos::prelude::*;
use types::{Change, Field, FieldType, UnrecordedChange};

use crate::{
    components::{FieldName, Notice, SideView, Tone, ValueView},
    difference::{Effort, Side, sides},
    say::t,
    value::show,
};

/// The Changes table of a log.
#[component]
pub(super) fn Changes(
    /// The changes.
    changes: Vec<Change>,
) -> impl IntoView {
    let mut effort = Effort::default();
    let lines = changes
        .into_iter()
        .map(|change| {
            let old = (change.old.as_ref(), change.old_label.as_deref());
            let new = (Some(&change.new), change.new_label.as_deref());
            let (old, new) = sides(change.kind, old, new, &mut effort);
            line(change.label, change.field, old, new)
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table changes" data-test="changes">
                <caption class="hidden">{t!("log-changes")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("log-field")}</th>
                        <th scope="col">{t!("log-old")}</th>
                        <th scope="col">{t!("log-new")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(label: String, field: String, old: Side, new: Side) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="c-field">
                <FieldName label=label field=field />
            </th>
            <td class="old" data-label=t!("log-old")>
                <SideView side=old new=false />
            </td>
            <td class="new" data-label=t!("log-new")>
                <SideView side=new new=true />
            </td>
        </tr>
    }
}

/// A field's label and type: as the log told them, else as the model has them now.
pub(crate) fn field_of(name: &str, changes: &[Change], fields: &[Field]) -> (String, FieldType) {
    let told = changes.iter().find(|change| change.field == name);
    let known = || fields.iter().find(|field| field.name == name);
    told.map(|change| (change.label.clone(), change.kind))
        .or_else(|| known().map(|field| (field.label.clone(), field.kind)))
        .unwrap_or_else(|| (types::label_from_name(name), FieldType::Char))
}

/// What changed outside the trail before the operation; shows nothing where nothing did.
#[component]
pub(crate) fn Unrecorded(
    /// The fields, what was known and what was found.
    gaps: Vec<UnrecordedChange>,
    /// The changes of the log, for the labels and types of the fields.
    changes: Vec<Change>,
    /// The model's fields, for those that the log did not change.
    fields: Vec<Field>,
) -> impl IntoView {
    (!gaps.is_empty()).then(move || {
        view! {
            <Notice tone=Tone::Warning>
                <p>
                    <strong>{t!("log-outside")}</strong>
                    " "
                    {t!("log-outside-why")}
                </p>
                <ul class="gaps">
                    {gaps
                        .into_iter()
                        .map(|gap| {
                            let (label, kind) = field_of(&gap.field, &changes, &fields);
                            let known = gap.last_known_label.as_deref();
                            let last = show(kind, Some(&gap.last_known), known);
                            let found = show(kind, Some(&gap.found), gap.found_label.as_deref());
                            view! {
                                <li>
                                    <strong>
                                        <bdi>{label}</bdi>
                                    </strong>
                                    " "
                                    <ValueView shown=last />
                                    <Arrow />
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

/// From one value to another.
#[component]
pub(crate) fn Arrow() -> impl IntoView {
    view! {
        <span class="arrow">
            <span aria-hidden="true">"→"</span>
            <span class="hidden">{t!("log-to")}</span>
        </span>
    }
}
