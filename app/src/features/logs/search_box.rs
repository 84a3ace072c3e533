//! The search: one box with the grammar, completed while one types where wasm is there.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{LogQuery, Qualifier};

use super::{
    api::CompleteSearch,
    list_query::ListQuery,
    terms::{qualifier_takes, qualifier_word},
};
use crate::{
    address,
    components::{GetForm, Glyph, Icon},
    say::t,
};

/// The search form. What else the address asks for goes along.
#[component]
pub(super) fn SearchBox(
    /// What is asked for now.
    list: ListQuery,
) -> impl IntoView {
    let text = list.query.q.clone().unwrap_or_default();
    let rest = ListQuery {
        query: LogQuery {
            q: None,
            cursor: None,
            ..list.query.clone()
        },
        open: Vec::new(),
        ..list.clone()
    };
    let rest = rest.address();
    let rest = rest.split_once('?').map_or("", |(_, rest)| rest).to_owned();
    let all = list.all && address::parameter(&rest, "all").is_none();
    let kept: Vec<_> = form_urlencoded::parse(rest.as_bytes())
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.into_owned() value=value.into_owned() /> }
        })
        .collect();
    view! {
        <GetForm action="/logs".to_owned() class="log-search" label=t!("logs-search-form")>
            <div class="search">
                <Icon glyph=Glyph::Search />
                <input
                    type="search"
                    name="q"
                    id="log-search"
                    value=text
                    maxlength="2000"
                    placeholder=t!("logs-search-hint")
                    aria-label=t!("logs-search")
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    enterkeyhint="search"
                    data-complete=CompleteSearch::url()
                />
                <ul
                    class="completions"
                    id="log-completions"
                    role="listbox"
                    aria-label=t!("logs-suggestions")
                    hidden
                ></ul>
            </div>
            {kept}
            {all.then(|| view! { <input type="hidden" name="all" value="true" /> })}
            <button type="submit">{t!("logs-search")}</button>
            <button type="button" class="quiet" popovertarget="grammar" title=t!("logs-grammar-open")>
                <Icon glyph=Glyph::Info />
                <span>{t!("logs-grammar-short")}</span>
            </button>
        </GetForm>
        <Grammar />
    }
    .into_any()
}

const EXAMPLES: [(Qualifier, &str); 11] = [
    (Qualifier::Model, "model:crm.lead"),
    (Qualifier::User, "user:marc,joel"),
    (Qualifier::Operation, "op:create,unlink"),
    (Qualifier::Field, "field:stage"),
    (Qualifier::Record, "record:13,14"),
    (Qualifier::Host, "host:crm"),
    (Qualifier::From, "from:-7d to:today"),
    (Qualifier::On, "on:yesterday"),
    (Qualifier::Revision, "revision:>5"),
    (Qualifier::Request, "request:r-17"),
    (Qualifier::Is, "is:unrecorded"),
];

/// How a search is written, with examples that can be followed. A popover: it needs no wasm.
#[component]
fn Grammar() -> impl IntoView {
    let example = |text: &str| {
        let href = address::with_query("/logs", &address::query_text([("q", text)]));
        view! {
            <a href=href>
                <code>{text.to_owned()}</code>
            </a>
        }
    };
    view! {
        <div id="grammar" class="help grammar" popover="auto" role="dialog" aria-labelledby="grammar-title">
            <h2 id="grammar-title">{t!("logs-grammar-title")}</h2>
            <p class="muted small">{t!("logs-grammar-lead")}</p>
            <table>
                <tbody>
                    <tr>
                        <th scope="row">{t!("logs-grammar-words")}</th>
                        <td>{example("keyboards")} " " {example("\"60 keyboards\"")}</td>
                        <td class="muted">{t!("logs-grammar-words-what")}</td>
                    </tr>
                    {EXAMPLES
                        .into_iter()
                        .map(|(qualifier, text)| {
                            view! {
                                <tr>
                                    <th scope="row">{qualifier_word(qualifier)}</th>
                                    <td>{example(text)}</td>
                                    <td class="muted">{qualifier_takes(qualifier)}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                    <tr>
                        <th scope="row">{t!("logs-grammar-not")}</th>
                        <td>{example("-user:cron")} " " {example("-keyboards")}</td>
                        <td class="muted">{t!("logs-grammar-not-what")}</td>
                    </tr>
                </tbody>
            </table>
            <p class="actions">
                <button type="button" class="small" popovertarget="grammar" popovertargetaction="hide">
                    {t!("logs-close")}
                </button>
            </p>
        </div>
    }
    .into_any()
}
