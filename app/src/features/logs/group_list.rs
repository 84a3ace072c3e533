//! The list by user, model or day: a line a group with its count, its first logs where it stands
//! open.

use leptos::prelude::*;
use types::{Group, GroupBy, Groups, Timestamp};

use super::{
    columns::Column,
    list_query::ListQuery,
    listing::{group_key, group_query},
    state::LogRow,
    table::LogTable,
};
use crate::{
    components::{Glyph, Icon},
    reader::reader,
    say::t,
};

/// The groups.
#[component]
pub(super) fn GroupList(
    /// What the list asks for.
    list: ListQuery,
    /// The groups.
    groups: Groups,
    /// The first logs of each that stands open.
    open: Vec<Vec<LogRow>>,
    /// When the page was made.
    now: Timestamp,
    /// The columns.
    columns: Vec<Column>,
) -> impl IntoView {
    let more = groups.more;
    let complete = groups.complete;
    view! {
        {(!complete).then(|| view! { <p class="muted small">{t!("logs-groups-newest")}</p> })}
        <ul class="groups" aria-label=t!("logs-groups")>
            {groups
                .groups
                .into_iter()
                .zip(open)
                .map(|(group, rows)| {
                    view! {
                        <GroupView
                            list=list.clone()
                            group=group
                            rows=rows
                            now=now
                            columns=columns.clone()
                        />
                    }
                })
                .collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p class="muted small">{t!("logs-groups-left", count = i64::from(more))}</p> })}
    }
    .into_any()
}

#[component]
fn GroupView(
    list: ListQuery,
    group: Group,
    rows: Vec<LogRow>,
    now: Timestamp,
    columns: Vec<Column>,
) -> impl IntoView {
    let key = group_key(&group);
    let open = list.open.contains(&key);
    let query = group_query(&list.query, &group);
    let flat = ListQuery {
        group: None,
        ..list.clone()
    };
    let within = ListQuery {
        query: query.clone(),
        ..flat.clone()
    }
    .text();
    let all = flat.of(query);
    let named = group.label.is_some();
    let name = match list.group {
        Some(GroupBy::Day) => reader().plain_day(&group.key),
        _ => group.label.clone().unwrap_or_else(|| group.key.clone()),
    };
    let count = i64::from(group.count);
    let shown = rows.len();
    let glyph = if open { Glyph::Down } else { Glyph::Right };
    view! {
        <li class="group">
            <div class="group-head">
                <a class="row-link" href=list.unfolded(&key) aria-expanded=open.to_string()>
                    <Icon glyph=glyph />
                    <bdi>{name}</bdi>
                </a>
                {named.then(|| view! { <code class="id">{group.key.clone()}</code> })}
                {group.host.clone().map(|host| view! { <span class="muted small">{host}</span> })}
                <a class="group-count" href=all.clone()>
                    {t!("common-logs", count = count)}
                </a>
            </div>
            {open
                .then(|| {
                    view! {
                        <div class="group-logs">
                            <LogTable rows=rows now=now columns=columns within=within />
                            {(shown < usize::try_from(count).unwrap_or(usize::MAX))
                                .then(|| {
                                    view! {
                                        <p class="pager">
                                            <a class="button small" href=all>
                                                {t!("logs-group-all", count = count)}
                                                <Icon glyph=Glyph::Right />
                                            </a>
                                        </p>
                                    }
                                })}
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}
