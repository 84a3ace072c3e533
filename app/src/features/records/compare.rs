//! Two revisions of a record side by side.

use leptos::prelude::*;

use super::{look::Addresses, revision::Line};
use crate::{
    components::{FieldName, GetForm, SideView},
    say::{number, t},
};

/// Which two revisions, and whether all fields or only those that differ.
#[component]
pub(super) fn CompareForm(
    /// The addresses of the record.
    addresses: Addresses,
    /// The first revision.
    from: i64,
    /// The second.
    to: i64,
    /// Whether all fields are shown.
    all: bool,
    /// The newest there is.
    latest: i64,
) -> impl IntoView {
    let input = move |name: &'static str, word: String, value: i64| {
        view! {
            <label>
                <span>{word}</span>
                <input type="number" name=name min="1" max=latest value=value required inputmode="numeric" />
            </label>
        }
    };
    let choice = |on: bool, word: String, href: String| {
        view! {
            <a class="button small" href=href aria-current=on.then_some("true")>
                {word}
            </a>
        }
    };
    let (differing, whole) = (
        addresses.compared(from, to, false),
        addresses.compared(from, to, true),
    );
    view! {
        <div class="compare-bar">
            <GetForm action=addresses.path() class="compare-form" label=t!("history-compare-form")>
                <input type="hidden" name="host" value=addresses.host.clone() />
                {all.then(|| view! { <input type="hidden" name="fields" value="all" /> })}
                {input("from", t!("history-compare-from"), from)}
                {input("to", t!("history-compare-to"), to)}
                <button type="submit" class="small">
                    {t!("history-compare")}
                </button>
            </GetForm>
            <span class="choice" role="group" aria-label=t!("history-fields")>
                {choice(!all, t!("history-fields-differ"), differing)}
                {choice(all, t!("history-fields-all"), whole)}
            </span>
        </div>
    }
    .into_any()
}

/// The fields of both.
#[component]
pub(super) fn Compared(
    /// The first revision.
    from: i64,
    /// The second.
    to: i64,
    /// The fields.
    lines: Vec<Line>,
) -> impl IntoView {
    if lines.is_empty() {
        return view! { <p class="muted">{t!("history-same")}</p> }.into_any();
    }
    let heads = [from, to].map(|at| t!("history-revision", revision = number(at)));
    let labels = heads.clone();
    let [from_head, to_head] = heads;
    view! {
        <div class="table-box">
            <table class="table changes compared" data-test="compared">
                <caption class="hidden">{t!("history-compared")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("log-field")}</th>
                        <th scope="col">{from_head}</th>
                        <th scope="col">{to_head}</th>
                    </tr>
                </thead>
                <tbody>
                    {lines.into_iter().map(|field| line(field, &labels)).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(line: Line, [from, to]: &[String; 2]) -> impl IntoView + use<> {
    let differs = line.differs;
    view! {
        <tr class:same=!differs>
            <th scope="row" class="c-field">
                <FieldName label=line.label field=line.field />
                {differs.then(|| view! { <span class="hidden">{t!("history-differs")}</span> })}
            </th>
            <td class="old" data-label=from.clone()>
                <SideView side=line.from new=false />
            </td>
            <td class="new" data-label=to.clone()>
                <SideView side=line.to new=true />
            </td>
        </tr>
    }
}
