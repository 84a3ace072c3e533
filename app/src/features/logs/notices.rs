//! What is told above the list, or in its place.

use leptos::prelude::*;
use types::LogQuery;

use super::state::LogRow;
use crate::{
    components::{Empty, Glyph, Notice, Tone, names_apart},
    features::filters::SaveTold,
    request,
    say::{phrase, t},
};

/// Records that are named.
const NAMED: usize = 8;

/// Says of which records the list shows logs, where it was asked for some. Each name stands alone:
/// what one holds does not turn the others round.
#[component]
pub(super) fn Records(
    /// What is asked for.
    query: LogQuery,
    /// The lines.
    rows: Vec<LogRow>,
) -> impl IntoView {
    let model = query.model?;
    if query.record_id.is_empty() {
        return None;
    }
    let label = rows.first().map_or(model, |row| row.model_label.clone());
    let names: Vec<_> = query
        .record_id
        .iter()
        .take(NAMED)
        .map(|id| {
            let name = rows
                .iter()
                .find(|row| row.record_id == *id)
                .and_then(|row| row.record_name.as_deref());
            match name {
                Some(name) => (crate::value::shorten(name, 40), Some(id.clone())),
                None => (id.clone(), None),
            }
        })
        .collect();
    let count = i64::try_from(query.record_id.len()).unwrap_or(i64::MAX);
    let more = count - i64::try_from(names.len()).unwrap_or(0);
    Some(view! {
        <Notice tone=Tone::Info>
            <p>
                {phrase!("logs-of-records", { model = view! { <bdi>{label}</bdi> } }, count = count)} " "
                {names_apart(names)}
                {(more > 0).then(|| t!("logs-of-records-more", count = more))}
            </p>
        </Notice>
    })
}

/// Says which filter stands because it is the person's default, and what became of saving one.
#[component]
pub(super) fn SavedTold(
    /// What became of saving.
    told: SaveTold,
    /// The name of the default filter, while it is what the list asks for.
    applied: Option<String>,
) -> impl IntoView {
    view! {
        {told
            .saved
            .then(|| {
                view! {
                    <Notice tone=Tone::Good>
                        <p>{t!("logs-filter-saved")}</p>
                    </Notice>
                }
            })}
        {applied
            .map(|name| {
                view! {
                    <p class="default-note">
                        {phrase!("logs-default-applied", { name = view! { <bdi>{name}</bdi> } })} " "
                        <a href="/logs?all=true">{t!("logs-see-all")}</a>
                    </p>
                }
            })}
    }
}

/// What the first administrator does next.
#[component]
pub(super) fn Begin() -> impl IntoView {
    view! {
        <Notice tone=Tone::Info>
            <p>
                <strong>{t!("logs-begin")}</strong>
                " "
                {t!("logs-begin-next")}
            </p>
            <p class="actions">
                <a class="button small" href="/rules/new">
                    {t!("logs-new-rule")}
                </a>
                <a class="button small" href="/api/docs" rel="external">
                    {t!("logs-how-host")}
                </a>
            </p>
        </Notice>
    }
}

/// Stands in the place of the lines while the search cannot be understood.
#[component]
pub(super) fn Unclear() -> impl IntoView {
    request::set_status(types::Code::Invalid);
    view! {
        <div role="alert">
            <Empty glyph=Glyph::Warning title=t!("logs-unclear")>
                <p>{t!("logs-unclear-next")}</p>
                <p>
                    <button type="button" popovertarget="grammar">{t!("logs-grammar-open")}</button>
                </p>
            </Empty>
        </div>
    }
}

/// A list without lines.
#[component]
pub(super) fn Nothing(
    /// Whether there is no log at all.
    nothing_asked: bool,
    /// Whether the person may make rules.
    editable: bool,
    /// The address of the list without any term.
    clear: String,
) -> impl IntoView {
    if nothing_asked {
        view! {
            <Empty glyph=Glyph::List title=t!("logs-none")>
                <p>{t!("logs-none-next")}</p>
                <p>
                    {editable
                        .then(|| {
                            view! {
                                <a class="button primary" href="/rules/new">
                                    {t!("logs-new-rule")}
                                </a>
                            }
                        })}
                    <a class="button" href="/api/docs" rel="external">
                        {t!("logs-how-host")}
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty glyph=Glyph::Search title=t!("logs-no-match")>
                <p>{t!("logs-no-match-next")}</p>
                <p>
                    <a class="button" href=clear>
                        {t!("logs-all")}
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    }
}
