//! The list of models: the way to their records and logs.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{ModelChoice, api::list_models};
use crate::{
    address,
    components::{Empty, Glyph, loaded},
};

/// The page of models.
#[component]
pub(crate) fn ModelsPage() -> impl IntoView {
    view! {
        <Title text="Records" />
        {loaded(
            list_models(),
            |models| {
                view! {
                    <header class="page-head">
                        <div>
                            <h1>"Records"</h1>
                            <p class="page-sub muted">
                                "The kinds of records that hosts have reported."
                            </p>
                        </div>
                    </header>
                    <ModelTable models=models />
                }
            },
        )}
    }
}

#[component]
fn ModelTable(models: Vec<ModelChoice>) -> impl IntoView {
    if models.is_empty() {
        return view! {
            <Empty glyph=Glyph::Stack title="No models yet">
                <p>
                    "A model appears here when a host declares it or reports an operation on it, and when one of your groups may read its logs."
                </p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <div class="table-box">
            <table class="table models-table" data-test="models">
                <caption class="hidden">"Models"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Model"</th>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Host"</th>
                        <th scope="col" class="num">
                            "Fields"
                        </th>
                        <th scope="col">"Readable by"</th>
                        <th scope="col">"Logs"</th>
                    </tr>
                </thead>
                <tbody>
                    {models
                        .into_iter()
                        .map(|model| view! { <ModelLine model=model /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn ModelLine(model: ModelChoice) -> impl IntoView {
    let logs = address::logs_of(&model.host, &model.model, Vec::new());
    let logs_label = format!("Logs of {}", model.label);
    view! {
        <tr>
            <td class="c-record">
                <a class="row-link" href=address::records(&model.host, &model.model)>
                    {model.label}
                </a>
            </td>
            <td>
                <code>{model.model}</code>
            </td>
            <td>
                <code>{model.host}</code>
            </td>
            <td class="c-fields num" data-label="Fields">{model.fields}</td>
            <td class="c-viewers muted" data-label="Readable by">
                {if model.viewers.is_empty() {
                    "Administrators, auditors".to_owned()
                } else {
                    model.viewers.join(", ")
                }}
            </td>
            <td>
                <a class="over" href=logs aria-label=logs_label>
                    "Logs"
                </a>
            </td>
        </tr>
    }
    .into_any()
}
