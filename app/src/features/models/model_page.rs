//! One model: its fields, who may read its logs, and the ways to what is known of it.

use leptos::prelude::*;
use leptos_meta::Title;
use types::RuleQuery;

use super::{
    api::{ModelView, get_model},
    field_table::FieldTable,
    viewers_form::ViewersForm,
};
use crate::{
    address,
    came_back::error_of,
    components::{Glyph, Icon, Notice, Tone, loaded},
    here,
    say::{number, t},
};

/// The page.
#[component]
pub(crate) fn ModelPage() -> impl IntoView {
    loaded(get_model(here::segment(1), here::query()), |page| {
        view! {
            <Title text=page.model.label.clone() />
            <Page page=page />
        }
    })
}

#[component]
fn Page(page: ModelView) -> impl IntoView {
    let ModelView {
        model,
        reads_all,
        editable,
        groups,
        viewers,
        rules,
        let_go,
    } = page;
    let query = here::query();
    let saved = address::parameter(&query, "done").is_some();
    let declared = model.declared;
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/models">{t!("nav-records")}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{model.label.clone()}</bdi>
                </h1>
                <p class="page-sub muted">
                    <code>{model.model.clone()}</code>
                    <span>
                        <bdi>{model.host.clone()}</bdi>
                    </span>
                    {(!declared).then(|| view! { <span class="tag">{t!("models-seen")}</span> })}
                </p>
            </div>
            <Ways host=model.host.clone() model=model.model.clone() reads_all=reads_all rules=rules let_go=let_go />
        </header>
        {saved
            .then(|| {
                view! {
                    <Notice tone=Tone::Good>
                        <p>{t!("models-done-viewers")}</p>
                    </Notice>
                }
            })}
        <section class="section">
            <header class="section-head">
                <h2>{t!("models-fields")}</h2>
            </header>
            <p class="section-lead muted">
                {if declared { t!("models-declared") } else { t!("models-undeclared") }}
            </p>
            <FieldTable fields=model.fields name_field=model.name_field subject=model.subject />
        </section>
        {reads_all
            .then(|| {
                view! {
                    <ViewersForm
                        host=model.host
                        model=model.model
                        viewers=viewers
                        groups=groups
                        editable=editable
                        error=error_of(&query)
                    />
                }
            })}
    }
    .into_any()
}

/// The ways to records, logs, and what is followed of them.
#[component]
fn Ways(host: String, model: String, reads_all: bool, rules: i64, let_go: i64) -> impl IntoView {
    let of_model = RuleQuery {
        host: Some(host.clone()),
        model: Some(model.clone()),
        ..RuleQuery::default()
    };
    let rules_of = format!(
        "{}&active=all",
        address::with_query("/rules", &of_model.filters())
    );
    view! {
        <nav class="actions" aria-label=t!("models-ways")>
            <a class="button" href=address::records(&host, &model)>
                <Icon glyph=Glyph::Stack />
                {t!("models-records")}
            </a>
            <a class="button" href=address::logs_of(&host, &model, Vec::new())>
                <Icon glyph=Glyph::List />
                {t!("nav-logs")}
            </a>
            {reads_all
                .then(|| {
                    view! {
                        <a class="button" href=rules_of>
                            <Icon glyph=Glyph::Rule />
                            {t!("nav-rules")}
                            <span class="count quiet-count">{number(rules)}</span>
                        </a>
                        {(let_go > 0)
                            .then(|| {
                                view! {
                                    <a class="button" href="/rules/coverage">
                                        <Icon glyph=Glyph::Shield />
                                        {t!("models-let-go", count = let_go)}
                                    </a>
                                }
                            })}
                    }
                })}
        </nav>
    }
    .into_any()
}
