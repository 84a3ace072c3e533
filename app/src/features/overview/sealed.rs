//! How the trail is sealed, and what the last verification came to, in two lines.

use leptos::prelude::*;
use types::{Sealing, Timestamp, Verification};

use crate::{components::Moment, features::integrity::verdict, say::t};

/// The newest checkpoint and the last verification.
#[component]
pub(super) fn SealedAndVerified(
    /// How the trail is sealed.
    sealing: Sealing,
    /// The last verification, where one may see it and there is one.
    verified: Option<Verification>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    let sealed = match sealing.newest {
        Some(newest) => view! {
            <p>
                {t!("integrity-covers", count = newest.size)} ", "
                <Moment time=newest.sealed_at now=now />
            </p>
        }
        .into_any(),
        None => view! { <p>{t!("integrity-none")}</p> }.into_any(),
    };
    let verified = verified.and_then(|run| Some((run.finished_at?, run.report?)));
    view! {
        {sealed}
        {verified
            .map(|(at, report)| {
                view! {
                    <p>
                        {t!("overview-verified")} " " <Moment time=at now=now /> " "
                        {verdict(report.verdict)}
                    </p>
                }
            })}
    }
}
