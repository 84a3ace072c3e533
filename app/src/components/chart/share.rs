//! Who or what has most of something: a bar a line, each a link.

use leptos::prelude::*;

use super::{Series, at, per_cent};
use crate::say::number;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Share {
    /// Its name.
    pub(crate) name: String,
    /// What stands behind the name.
    pub(crate) note: Option<String>,
    /// What a pointer on it tells.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) href: String,
    /// How much of each series.
    pub(crate) parts: Vec<i64>,
}

impl Share {
    fn total(&self) -> i64 {
        self.parts.iter().sum()
    }
}

/// The lines, in the order in which they come.
#[component]
pub(crate) fn Shares(
    /// The parts of a bar.
    series: Vec<Series>,
    /// The lines.
    shares: Vec<Share>,
) -> impl IntoView {
    let most = shares.iter().map(Share::total).max().unwrap_or_default();
    let lines = shares
        .into_iter()
        .map(|share| {
            let total = share.total();
            let mut before = 0;
            let bars = series
                .iter()
                .zip(&share.parts)
                .filter(|(_, value)| **value > 0)
                .map(|(of, value)| {
                    let left = per_cent(before, most);
                    before += value;
                    view! {
                        <rect
                            class=of.class
                            x=at(left)
                            width=at(per_cent(*value, most))
                            y="0"
                            height="100%"
                        ></rect>
                    }
                })
                .collect_view();
            view! {
                <li>
                    <a href=share.href title=share.title>
                        <span class="share-name">
                            <bdi>{share.name}</bdi>
                            {share.note.map(|note| view! { <code class="id">{note}</code> })}
                        </span>
                        <span class="share-count num">{number(total)}</span>
                        <svg class="share-bar" aria-hidden="true" focusable="false">
                            {bars}
                        </svg>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="shares">{lines}</ol> }.into_any()
}
