//! The filters in force, each removable by a link.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// A filter in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    /// What is filtered.
    pub(crate) name: &'static str,
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
    clear: &'static str,
) -> impl IntoView {
    let several = chips.len() > 1;
    (!chips.is_empty()).then(|| {
        view! {
            <ul class="chips" aria-label="Active filters">
                {chips
                    .into_iter()
                    .map(|chip| {
                        let label = format!("Remove filter {}: {}", chip.name, chip.value);
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
                                    "Clear all"
                                </a>
                            </li>
                        }
                    })}
            </ul>
        }
    })
}
