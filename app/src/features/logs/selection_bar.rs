//! What may be done with the selected logs. Stands as soon as a line is ticked, without wasm too.

use leptos::prelude::*;
use types::Count;

use crate::{
    components::{Glyph, Icon},
    say::t,
};

/// The bar of the form that it stands in.
#[component]
pub(super) fn SelectionBar(
    /// How many logs the list has, of which the page shows some.
    count: Count,
    /// How many of them it shows.
    shown: usize,
    /// The query text of the list.
    matching: String,
) -> impl IntoView {
    let beyond = count.more || usize::try_from(count.count).unwrap_or(usize::MAX) > shown;
    let number = i64::from(count.count);
    let all = if count.more {
        t!("logs-select-more", count = number)
    } else {
        t!("logs-select-matching", count = number)
    };
    let export = |format: &'static str, word: String| {
        view! {
            <button type="submit" formaction="/export" name="format" value=format data-plain="true">
                <Icon glyph=Glyph::Download />
                {word}
            </button>
        }
    };
    view! {
        <div class="selection" role="group" aria-label=t!("logs-selected-bar")>
            <span class="selection-count">
                <span>{t!("common-selected")}</span>
            </span>
            {beyond
                .then(|| {
                    view! {
                        <label class="check selection-all">
                            <input type="checkbox" name="matching" value=format!("?{matching}") autocomplete="off" />
                            {all}
                        </label>
                    }
                })}
            <details class="menu menu-up">
                <summary class="button primary">
                    {t!("common-action")}
                    <Icon glyph=Glyph::Down />
                </summary>
                <div class="menu-items">
                    <button type="submit">
                        <Icon glyph=Glyph::Stack />
                        {t!("logs-view")}
                    </button>
                    <button type="submit" name="do" value="compare">
                        <Icon glyph=Glyph::Columns />
                        {t!("logs-compare")}
                    </button>
                    {export("csv", t!("logs-export-csv"))}
                    {export("ndjson", t!("logs-export-ndjson"))}
                </div>
            </details>
        </div>
    }
    .into_any()
}
