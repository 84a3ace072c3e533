//! Which columns the list of a model's records shows.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{api::SaveColumns, state::Choice};
use crate::{
    components::{Glyph, Icon},
    say::t,
};

/// The columns to choose, in a menu. What is chosen is kept for the person.
#[component]
pub(super) fn ColumnsMenu(
    /// The host.
    host: String,
    /// The kind of record.
    model: String,
    /// The query of the list, to come back to.
    place: String,
    /// The columns.
    choices: Vec<Choice>,
    /// Whether the person chose them before.
    chosen: bool,
) -> impl IntoView {
    let boxes = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            view! {
                <label class="menu-check">
                    <input
                        type="checkbox"
                        name=format!("columns[{at}]")
                        value=choice.field.clone()
                        checked=choice.shown
                        autocomplete="off"
                    />
                    <bdi>{choice.label}</bdi>
                    <code class="id">{choice.field}</code>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="menu columns-menu">
            <summary class="button">
                <Icon glyph=Glyph::Columns />
                {t!("records-columns")}
            </summary>
            <form
                method="post"
                action=SaveColumns::url()
                class="menu-items"
                aria-label=t!("records-columns-choose")
            >
                <input type="hidden" name="host" value=host />
                <input type="hidden" name="model" value=model />
                <input type="hidden" name="place" value=place />
                <div class="menu-checks">{boxes}</div>
                <div class="menu-end">
                    <button type="submit" class="primary small">
                        {t!("records-columns-save")}
                    </button>
                    {chosen
                        .then(|| {
                            view! {
                                <button type="submit" class="small" name="forget" value="true">
                                    {t!("records-columns-forget")}
                                </button>
                            }
                        })}
                </div>
            </form>
        </details>
    }
    .into_any()
}
