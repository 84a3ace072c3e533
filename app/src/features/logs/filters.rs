//! The filter bar: a plain form whose fields are the parameters of the address.

use leptos::prelude::*;
use types::{LogQuery, OperationKind, Order};

use crate::{
    components::{GetForm, Glyph, Icon, operation_word},
    features::models::ModelChoice,
    reader::reader,
};

/// The filters of the list.
#[component]
pub(super) fn Filters(
    /// What is asked for now.
    query: LogQuery,
    /// The models to choose from.
    models: Vec<ModelChoice>,
) -> impl IntoView {
    let mut hosts: Vec<_> = models.iter().map(|model| model.host.clone()).collect();
    hosts.dedup();
    view! {
        <GetForm action="/logs".to_owned() class="filters" label="Filter the logs">
            <div class="filters-main">
                <label class="search">
                    <span class="hidden">"Search"</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=query.q.clone().unwrap_or_default()
                        prop:value=query.q.clone().unwrap_or_default()
                        maxlength="500"
                        placeholder="Record, user, old or new value"
                    />
                </label>
                <label>
                    <span class="hidden">"Model"</span>
                    <input
                        name="model"
                        list="models"
                        value=query.model.clone().unwrap_or_default()
                        prop:value=query.model.clone().unwrap_or_default()
                        placeholder="Model"
                        autocomplete="off"
                    />
                </label>
                <label>
                    <span class="hidden">"User"</span>
                    <input
                        name="user"
                        value=query.user.clone().unwrap_or_default()
                        prop:value=query.user.clone().unwrap_or_default()
                        placeholder="User"
                        autocomplete="off"
                        autocapitalize="none"
                    />
                </label>
                <fieldset class="ticks">
                    <legend class="hidden">"Operation"</legend>
                    {OperationKind::ALL
                        .into_iter()
                        .map(|kind| {
                            view! {
                                <label class=format!("tick op-{kind}")>
                                    <input
                                        type="checkbox"
                                        name="operation"
                                        value=kind.as_str()
                                        checked=query.operation.contains(&kind)
                                        prop:checked=query.operation.contains(&kind)
                                    />
                                    {operation_word(kind)}
                                </label>
                            }
                        })
                        .collect_view()}
                </fieldset>
                <button type="submit">"Filter"</button>
            </div>
            <MoreFilters query=query />
            <datalist id="models">
                {models
                    .into_iter()
                    .map(|model| {
                        view! { <option value=model.model>{model.label} " · " {model.host}</option> }
                    })
                    .collect_view()}
            </datalist>
            <datalist id="hosts">
                {hosts.into_iter().map(|host| view! { <option value=host></option> }).collect_view()}
            </datalist>
        </GetForm>
    }
    .into_any()
}

/// The filters that are asked for less often; open while one of them is in force.
#[component]
fn MoreFilters(query: LogQuery) -> impl IntoView {
    let more_in_force = query.field.is_some()
        || query.from.is_some()
        || query.to.is_some()
        || query.host.is_some()
        || !query.record_id.is_empty()
        || query.order == Order::Asc;
    let several_records = query.record_id.len() > 1;
    let record_ids = query.record_id.clone();
    let only_record = record_ids.first().cloned().unwrap_or_default();
    view! {
            <details class="filters-more" open=more_in_force>
                <summary>"More filters"</summary>
                <div class="filters-fields">
                    <label>
                        <span>"Host"</span>
                        <input
                            name="host"
                            list="hosts"
                            value=query.host.clone().unwrap_or_default()
                        prop:value=query.host.clone().unwrap_or_default()
                            autocomplete="off"
                        />
                    </label>
                    <label>
                        <span>"Changed field"</span>
                        <input name="field" value=query.field.clone().unwrap_or_default()
                        prop:value=query.field.clone().unwrap_or_default() autocomplete="off" />
                    </label>
                    {if several_records {
                        record_ids
                            .into_iter()
                            .map(|id| view! { <input type="hidden" name="record_id" value=id /> })
                            .collect_view()
                            .into_any()
                    } else {
                        view! {
                            <label>
                                <span>"Record id"</span>
                                <input
                                    name="record_id"
                                    value=only_record.clone()
                                    prop:value=only_record
                                    autocomplete="off"
                                />
                            </label>
                        }
                            .into_any()
                    }}
                    <label>
                        <span>"Recorded from (UTC)"</span>
                        <input
                            type="datetime-local"
                            name="from"
                            step="1"
                            value=query.from.map(|time| reader().to_input(time)).unwrap_or_default()
                            prop:value=query.from.map(|time| reader().to_input(time)).unwrap_or_default()
                        />
                    </label>
                    <label>
                        <span>"Recorded to (UTC)"</span>
                        <input
                            type="datetime-local"
                            name="to"
                            step="1"
                            value=query.to.map(|time| reader().to_input(time)).unwrap_or_default()
                            prop:value=query.to.map(|time| reader().to_input(time)).unwrap_or_default()
                        />
                    </label>
                    <label>
                        <span>"Order"</span>
                        <select name="order">
                            <option value="" selected=query.order == Order::Desc>
                                "Newest first"
                            </option>
                            <option value="asc" selected=query.order == Order::Asc>
                                "Oldest first"
                            </option>
                        </select>
                    </label>
                    <input type="hidden" name="request_id" value=query.request_id.unwrap_or_default() />
                    <input
                        type="hidden"
                        name="transaction_id"
                        value=query.transaction_id.unwrap_or_default()
                    />
                </div>
            </details>
    }
    .into_any()
}
