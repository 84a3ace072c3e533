//! What an operation told of its record without changing it.

use leptos::prelude::*;
use types::{Field, Values};

use super::changes::field_of;
use crate::{
    components::{FieldName, ValueView},
    say::t,
    value::show,
};

/// The values observed, folded: they are no change, but the trail knows them from here on. Shows
/// nothing where none was.
#[component]
pub(super) fn Observed(
    /// The values by field.
    values: Values,
    /// The model's fields, for their labels.
    fields: Vec<Field>,
) -> impl IntoView {
    let count = values.len();
    (count > 0).then(move || {
        view! {
            <details class="fold observed" data-test="observed">
                <summary>{t!("log-observed", count = count)}</summary>
                <p class="muted">{t!("log-observed-why")}</p>
                <dl class="facts">
                    {values
                        .into_iter()
                        .map(|(field, value)| {
                            let (label, kind) = field_of(&field, &[], &fields);
                            view! {
                                <div>
                                    <dt>
                                        <FieldName label=label field=field />
                                    </dt>
                                    <dd>
                                        <ValueView shown=show(kind, Some(&value), None) />
                                    </dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </details>
        }
    })
}
