//! What was erased, by whom, and why.

use leptos::prelude::*;
use types::{Erasure, Timestamp};

use super::api::page_of;
use crate::{components::Moment, say::t};

/// Erasures, the last first.
#[component]
pub(super) fn ErasureList(erasures: Vec<Erasure>, now: Timestamp) -> impl IntoView {
    let line = |erasure: Erasure| {
        view! {
            <tr>
                <th scope="row" class="c-record">
                    <a href=page_of(&erasure.subject)>
                        <bdi>{erasure.subject.to_string()}</bdi>
                    </a>
                </th>
                <td data-label=t!("erasure-when")>
                    <Moment time=erasure.erased_at now=now />
                </td>
                <td data-label=t!("erasure-by")>
                    <code>{erasure.erased_by}</code>
                </td>
                <td data-label=t!("erasure-reason")>{erasure.reason}</td>
            </tr>
        }
    };
    let body = if erasures.is_empty() {
        view! { <p class="muted">{t!("erasure-none")}</p> }.into_any()
    } else {
        view! {
            <div class="table-box">
                <table class="table erasures-table" data-test="erasures">
                    <caption class="hidden">{t!("erasure-list")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t!("erasure-whom")}</th>
                            <th scope="col">{t!("erasure-when")}</th>
                            <th scope="col">{t!("erasure-by")}</th>
                            <th scope="col">{t!("erasure-reason")}</th>
                        </tr>
                    </thead>
                    <tbody>{erasures.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="erasures-title">
            <h2 id="erasures-title">{t!("erasure-list")}</h2>
            {body}
        </section>
    }
}
