//! The filters in force, each removable by a link.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::say::t;

/// A filter in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    /// What is filtered.
    pub(crate) name: String,
    /// By what.
    pub(crate) value: String,
    /// The address of the same list without it.
    pub(crate) remove: String,
}

/// The filters in force. Shows nothing where there is none.
#[component]
pub(crate) fn Chips(
    /// The filters.
    chips: Vec<Chip>,
    /// The address without any of them.
    #[prop(into)]
    clear: String,
) -> impl IntoView {
    let several = chips.len() > 1;
    (!chips.is_empty()).then(|| {
        view! {
            <ul class="chips" aria-label=t!("common-filters-active")>
                {chips
                    .into_iter()
                    .map(|chip| {
                        let label = t!("common-filter-remove", name = chip.name.clone(), value = chip.value.clone());
                        view! {
                            <li>
                                <a class="chip" href=chip.remove aria-label=label>
                                    <span class="chip-name">{chip.name}</span>
                                    <span class="chip-value">{chip.value}</span>
                                    <Icon glyph=Glyph::Cross />
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
                {several
                    .then(|| {
                        view! {
                            <li>
                                <a class="chip-clear" href=clear>
                                    {t!("common-filters-clear")}
                                </a>
                            </li>
                        }
                    })}
            </ul>
        }
    })
}
