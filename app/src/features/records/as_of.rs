//! The record as of a date and time.

use leptos::prelude::*;
use types::Timestamp;

use super::look::Addresses;
use crate::{components::GetForm, reader::reader, say::t};

/// A form that asks for the record as it was known at a time, in the reader's zone.
#[component]
pub(super) fn AsOf(
    /// The addresses of the record.
    addresses: Addresses,
    /// The time that it offers.
    time: Timestamp,
) -> impl IntoView {
    let zone = reader().zone.name();
    view! {
        <GetForm action=addresses.path() class="as-of" label=t!("history-as-of")>
            <input type="hidden" name="host" value=addresses.host.clone() />
            <label>
                <span>{t!("history-as-of-until", zone = zone)}</span>
                <input type="datetime-local" name="at" step="1" required value=reader().to_input(time) />
            </label>
            <button type="submit" class="small">
                {t!("history-show")}
            </button>
        </GetForm>
    }
    .into_any()
}
