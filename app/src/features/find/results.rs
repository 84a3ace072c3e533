//! What was found, as links on a page or as options of the palette's list.

use leptos::prelude::*;

use super::api::{Found, Hit};
use crate::{
    components::{Empty, Glyph, Icon},
    say::t,
};

/// The parts, each under its heading.
#[component]
pub(super) fn Results(
    /// What was found.
    found: Found,
    /// Whether the palette asks.
    options: bool,
) -> impl IntoView {
    if found.parts.is_empty() {
        return view! {
            <Empty glyph=Glyph::Search title=t!("find-none")>
                <p>{t!("find-none-next")}</p>
            </Empty>
        }
        .into_any();
    }
    let mut number = 0;
    found
        .parts
        .into_iter()
        .enumerate()
        .map(|(part, (heading, hits))| {
            if options {
                let lines = hits
                    .into_iter()
                    .map(|hit| {
                        number += 1;
                        option(hit, number)
                    })
                    .collect_view();
                let id = format!("palette-part-{part}");
                let labelled = id.clone();
                view! {
                    <div role="group" aria-labelledby=labelled>
                        <p class="found-head" id=id role="presentation">
                            {heading}
                        </p>
                        {lines}
                    </div>
                }
                .into_any()
            } else {
                let lines = hits.into_iter().map(line).collect_view();
                view! {
                    <section class="panel found">
                        <h2>{heading}</h2>
                        <ul>{lines}</ul>
                    </section>
                }
                .into_any()
            }
        })
        .collect_view()
        .into_any()
}

fn line(hit: Hit) -> impl IntoView {
    view! {
        <li>
            <a class="hit row-link" href=hit.href>
                <Icon glyph=hit.glyph />
                <bdi>{hit.title}</bdi>
                {hit.note.map(|note| view! { <code class="id">{note}</code> })}
            </a>
        </li>
    }
}

fn option(hit: Hit, number: i32) -> impl IntoView {
    view! {
        <a
            class="hit"
            role="option"
            id=format!("palette-option-{number}")
            href=hit.href
            tabindex="-1"
            aria-selected=if number == 1 { "true" } else { "false" }
        >
            <Icon glyph=hit.glyph />
            <bdi>{hit.title}</bdi>
            {hit.note.map(|note| view! { <code class="id">{note}</code> })}
        </a>
    }
}
