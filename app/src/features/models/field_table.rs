//! The fields of a model, as its host declares them.

use leptos::prelude::*;
use types::{Field, FieldType};

use crate::{
    components::{FieldName, Glyph, Icon, names_apart},
    say::t,
};

/// What kind of values a field has, in words.
fn kind_word(kind: FieldType) -> String {
    match kind {
        FieldType::Char => t!("models-type-char"),
        FieldType::Text => t!("models-type-text"),
        FieldType::Html => t!("models-type-html"),
        FieldType::Integer => t!("models-type-integer"),
        FieldType::Float => t!("models-type-float"),
        FieldType::Monetary => t!("models-type-monetary"),
        FieldType::Boolean => t!("models-type-boolean"),
        FieldType::Date => t!("models-type-date"),
        FieldType::Datetime => t!("models-type-datetime"),
        FieldType::Selection => t!("models-type-selection"),
        FieldType::Many2one => t!("models-type-many2one"),
        FieldType::One2many => t!("models-type-one2many"),
        FieldType::Many2many => t!("models-type-many2many"),
        FieldType::Reference => t!("models-type-reference"),
        FieldType::Binary => t!("models-type-binary"),
        FieldType::Json => t!("models-type-json"),
    }
}

/// The table.
#[component]
pub(super) fn FieldTable(
    /// The fields that the reader may see.
    fields: Vec<Field>,
    /// The one that names a record, where it was declared.
    name_field: Option<String>,
    /// The one that names whom records are about.
    subject: Option<String>,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table fields-table" data-test="fields">
                <caption class="hidden">{t!("models-fields")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("models-field")}</th>
                        <th scope="col">{t!("models-type")}</th>
                        <th scope="col">{t!("models-treated")}</th>
                        <th scope="col">{t!("models-visible")}</th>
                    </tr>
                </thead>
                <tbody>
                    {fields
                        .into_iter()
                        .map(|field| {
                            let names = name_field.as_ref() == Some(&field.name);
                            let subject = subject.as_ref() == Some(&field.name);
                            view! { <FieldRow field=field names=names subject=subject /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn FieldRow(field: Field, names: bool, subject: bool) -> impl IntoView {
    let everyone = field.groups.is_empty();
    let personal = field.is_erasable();
    let groups = field.groups.into_iter().map(|name| (name, None)).collect();
    let plain = !(field.sensitive || personal || field.ignored);
    let words = field.selection.len();
    view! {
        <tr>
            <th scope="row" class="c-record">
                <FieldName label=field.label field=field.name />
                {names.then(|| view! { <span class="tag">{t!("models-name-field")}</span> })}
                {subject.then(|| view! { <span class="tag">{t!("models-subject")}</span> })}
            </th>
            <td data-label=t!("models-type")>
                {kind_word(field.kind)}
                {field
                    .relation
                    .map(|relation| {
                        view! {
                            " "
                            <code>{relation}</code>
                        }
                    })}
                {(words > 0)
                    .then(|| {
                        let count = i64::try_from(words).unwrap_or(i64::MAX);
                        view! {
                            " "
                            <span class="muted">{t!("models-words", count = count)}</span>
                        }
                    })}
                {(!field.declared)
                    .then(|| {
                        view! {
                            " "
                            <span class="muted">{t!("models-guessed")}</span>
                        }
                    })}
            </td>
            <td data-label=t!("models-treated")>
                {field
                    .sensitive
                    .then(|| {
                        view! {
                            <span class="tag treated" title=t!("models-sensitive-why")>
                                <Icon glyph=Glyph::Lock />
                                {t!("models-sensitive")}
                            </span>
                            " "
                        }
                    })}
                {personal
                    .then(|| {
                        view! {
                            <span class="tag treated" title=t!("models-personal-why")>
                                <Icon glyph=Glyph::Person />
                                {t!("models-personal")}
                            </span>
                            " "
                        }
                    })}
                {field
                    .ignored
                    .then(|| {
                        view! {
                            <span class="tag treated" title=t!("models-ignored-why")>
                                <Icon glyph=Glyph::Cross />
                                {t!("models-ignored")}
                            </span>
                        }
                    })}
                {plain.then(|| view! { <span class="muted">{t!("models-kept")}</span> })}
            </td>
            <td data-label=t!("models-visible")>
                {if everyone {
                    view! { <span class="muted">{t!("models-visible-all")}</span> }.into_any()
                } else {
                    view! { <span>{names_apart(groups)}</span> }.into_any()
                }}
            </td>
        </tr>
    }
    .into_any()
}
