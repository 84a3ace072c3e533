//! The record as a form at the chosen revision, what changed marked.

use leptos::prelude::*;

use super::revision::FormField;
use crate::{
    components::{FieldName, SideView},
    features::logs::Arrow,
    say::t,
};

/// The record's fields.
#[component]
pub(super) fn RecordForm(
    /// The fields that are known.
    fields: Vec<FormField>,
    /// Whether the revision deleted the record: nothing changed, everything went.
    deleted: bool,
) -> impl IntoView {
    if fields.is_empty() {
        return view! { <p class="muted">{t!("history-no-values")}</p> }.into_any();
    }
    view! {
        <div class="table-box">
            <table class="table record-form" data-test="record">
                <caption class="hidden">{t!("history-form")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("log-field")}</th>
                        <th scope="col">{t!("history-value")}</th>
                    </tr>
                </thead>
                <tbody>
                    {fields
                        .into_iter()
                        .map(|field| view! { <FieldLine field=field deleted=deleted /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn FieldLine(field: FormField, deleted: bool) -> impl IntoView {
    let before = field.before.filter(|_| !deleted);
    let changed = before.is_some();
    view! {
        <tr class:changed=changed>
            <th scope="row" class="c-field">
                <FieldName label=field.label field=field.field />
                {changed.then(|| view! { <span class="changed-mark">{t!("history-changed")}</span> })}
            </th>
            <td>
                <div class="values">
                    {before
                        .map(|before| {
                            view! {
                                <div class="before">
                                    <SideView side=before new=false />
                                </div>
                                <Arrow />
                            }
                        })}
                    <div class="now">
                        <SideView side=field.value new=true />
                    </div>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
