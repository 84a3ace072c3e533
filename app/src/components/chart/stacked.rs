//! Columns of stacked parts over time, with their scale, their legend and the table behind them.

use leptos::prelude::*;

use super::{at, per_cent, step};
use crate::say::number;

/// One part of every column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    /// Its colour, by a class.
    pub(crate) class: &'static str,
    /// Its word.
    pub(crate) word: String,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// What a pointer on it tells.
    pub(crate) title: String,
    /// What stands below it on the axis.
    pub(crate) tick: Option<String>,
    /// Where it leads.
    pub(crate) href: String,
    /// How much of each series, from the foot up.
    pub(crate) parts: Vec<i64>,
}

impl Column {
    fn total(&self) -> i64 {
        self.parts.iter().sum()
    }
}

/// The chart. Who hears the page or uses the keyboard has the table, which holds the same links.
#[component]
pub(crate) fn StackedChart(
    /// What is shown.
    #[prop(into)]
    label: String,
    /// The head of the table's first column.
    #[prop(into)]
    name_word: String,
    /// The head of the table's last column.
    #[prop(into)]
    total_word: String,
    /// What opens the table.
    #[prop(into)]
    table_word: String,
    /// The parts of a column, from the foot up.
    series: Vec<Series>,
    /// The columns, from the left.
    columns: Vec<Column>,
) -> impl IntoView {
    let legend = series
        .iter()
        .map(|of| {
            view! {
                <li>
                    <span class=format!("chart-key {}", of.class) aria-hidden="true"></span>
                    {of.word.clone()}
                </li>
            }
        })
        .collect_view();
    view! {
        <figure class="chart" aria-label=label>
            <ul class="chart-legend">{legend}</ul>
            <div class="chart-body" aria-hidden="true">{drawing(&series, &columns)}</div>
            <details class="chart-table">
                <summary>{table_word}</summary>
                {table(&series, columns, name_word, total_word)}
            </details>
        </figure>
    }
    .into_any()
}

fn drawing(series: &[Series], columns: &[Column]) -> impl IntoView + use<> {
    let most = columns.iter().map(Column::total).max().unwrap_or_default();
    let step = step(most);
    let top = (most.max(1) + step - 1) / step * step;
    let lines: Vec<i64> = (0..=top / step).map(|n| n * step).collect();
    let height = |value: i64| at(100.0 - per_cent(value, top));
    let scale = lines
        .iter()
        .map(|value| {
            view! {
                <text x="100%" y=height(*value) text-anchor="end" dominant-baseline="middle">
                    {number(*value)}
                </text>
            }
        })
        .collect_view();
    let grid = lines
        .iter()
        .map(|value| view! { <line x1="0" x2="100%" y1=height(*value) y2=height(*value)></line> })
        .collect_view();
    let count = i64::try_from(columns.len()).unwrap_or(1);
    let mut bars = Vec::with_capacity(columns.len());
    let mut ticks = Vec::new();
    for (n, column) in (0..count).zip(columns) {
        bars.push(bar(series, column, n, count, top));
        if let Some(word) = column.tick.clone() {
            let middle = per_cent(2 * n + 1, 2 * count);
            // A word at an end stays within the drawing.
            let anchor = match middle {
                ..6.0 => "start",
                94.0.. => "end",
                _ => "middle",
            };
            ticks.push(view! {
                <text x=at(middle) y="1em" text-anchor=anchor>
                    {word}
                </text>
            });
        }
    }
    view! {
        <svg class="chart-scale">{scale}</svg>
        <svg class="chart-plot">
            <g class="chart-grid">{grid}</g>
            {bars}
        </svg>
        <svg class="chart-ticks">{ticks}</svg>
    }
}

fn bar(series: &[Series], column: &Column, n: i64, count: i64, top: i64) -> impl IntoView + use<> {
    let width = per_cent(1, count);
    let left = per_cent(n, count);
    let mut below = 0;
    let parts = series
        .iter()
        .zip(&column.parts)
        .filter(|(_, value)| **value > 0)
        .map(|(of, value)| {
            below += value;
            view! {
                <rect
                    class=of.class
                    x=at(left + width * 0.12)
                    width=at(width * 0.76)
                    y=at(100.0 - per_cent(below, top))
                    height=at(per_cent(*value, top))
                ></rect>
            }
        })
        .collect_view();
    view! {
        <a href=column.href.clone() tabindex="-1">
            <title>{column.title.clone()}</title>
            <rect class="chart-hit" x=at(left) width=at(width) y="0" height="100%"></rect>
            {parts}
        </a>
    }
}

/// The table, latest first; columns with nothing in them are left out.
fn table(
    series: &[Series],
    columns: Vec<Column>,
    name_word: String,
    total_word: String,
) -> impl IntoView + use<> {
    let heads = series
        .iter()
        .map(|of| {
            view! {
                <th scope="col" class="num">
                    {of.word.clone()}
                </th>
            }
        })
        .collect_view();
    let rows = columns
        .into_iter()
        .rev()
        .filter(|column| column.total() > 0)
        .map(|column| {
            let total = column.total();
            view! {
                <tr>
                    <th scope="row">
                        <a href=column.href>{column.name}</a>
                    </th>
                    {column
                        .parts
                        .into_iter()
                        .map(|value| view! { <td class="num">{number(value)}</td> })
                        .collect_view()}
                    <td class="num">{number(total)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{name_word}</th>
                        {heads}
                        <th scope="col" class="num">
                            {total_word}
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
