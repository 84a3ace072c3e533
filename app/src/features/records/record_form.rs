//! The record as a form at the chosen revision, what changed marked.

use leptos::prelude::*;

use super::state::FormField;
use crate::components::{FieldName, ValueView};

/// The record's fields.
#[component]
pub(super) fn RecordForm(
    /// The fields that are known.
    fields: Vec<FormField>,
    /// Whether the revision deleted the record: nothing changed, everything went.
    deleted: bool,
) -> impl IntoView {
    if fields.is_empty() {
        return view! { <p class="muted">"No value is known at this revision."</p> }.into_any();
    }
    view! {
        <div class="table-box">
            <table class="table record-form" data-test="record">
                <caption class="hidden">"The record at this revision"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">"Value"</th>
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
            </th>
            <td>
                {changed.then(|| view! { <span class="hidden">"Changed: "</span> })}
                {before
                    .map(|before| {
                        view! {
                            <div class="before">
                                <ValueView shown=before />
                                <span class="arrow" aria-label="to">
                                    "→"
                                </span>
                            </div>
                        }
                    })}
                <div class="now">
                    <ValueView shown=field.value />
                </div>
            </td>
        </tr>
    }
    .into_any()
}
