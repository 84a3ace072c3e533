//! The list of models: the way to their records and logs.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{ModelChoice, api::list_models};
use crate::{
    address,
    components::{Empty, Glyph, loaded},
    say::{number, t},
};

/// The page of models.
#[component]
pub(crate) fn ModelsPage() -> impl IntoView {
    view! {
        <Title text=t!("nav-records") />
        {loaded(
            list_models(),
            |models| {
                view! {
                    <header class="page-head">
                        <div>
                            <h1>{t!("nav-records")}</h1>
                            <p class="page-sub muted">
                                {t!("models-lead")}
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
            <Empty glyph=Glyph::Stack title=t!("models-none")>
                <p>
                    {t!("models-none-lead")}
                </p>
            </Empty>
        }
        .into_any();
    }
    let viewers = models.iter().any(|model| model.viewers.is_some());
    view! {
        <div class="table-box">
            <table class="table models-table" data-test="models">
                <caption class="hidden">{t!("models-title")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("models-one")}</th>
                        <th scope="col">{t!("models-technical")}</th>
                        <th scope="col">{t!("hosts-one")}</th>
                        <th scope="col" class="num">
                            {t!("models-fields")}
                        </th>
                        {viewers.then(|| view! { <th scope="col">{t!("models-viewers-short")}</th> })}
                        <th scope="col">
                            <span class="hidden">{t!("models-ways")}</span>
                        </th>
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
    let logs_label = t!("models-logs-of", model = model.label.clone());
    let settings = address::model(&model.host, &model.model);
    let settings_label = t!("models-settings-of", model = model.label.clone());
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
            <td class="c-fields num" data-label=t!("models-fields")>{number(i64::from(model.fields))}</td>
            {model
                .viewers
                .map(|viewers| {
                    view! {
                        <td class="c-viewers muted" data-label=t!("models-viewers-short")>
                            {if viewers.is_empty() {
                                t!("models-viewers-nobody")
                            } else {
                                viewers.join(", ")
                            }}
                        </td>
                    }
                })}
            <td class="c-ways">
                <a class="over" href=logs aria-label=logs_label>
                    {t!("nav-logs")}
                </a>
                " "
                <a class="over" href=settings aria-label=settings_label>
                    {t!("models-settings")}
                </a>
            </td>
        </tr>
    }
    .into_any()
}
