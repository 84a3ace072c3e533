//! Whether the log can be proved. Only what holds today is told: no proof is pretended.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{LogQuery, Timestamp};

use crate::{
    components::{Glyph, Icon, Moment, Notice, Tone, loaded},
    error::PageError,
    request,
    say::{number, t},
};

/// Where the log stands.
struct Standing {
    now: Timestamp,
    /// The place of the last log that the person may see, and when it was recorded.
    last: Option<(i64, Timestamp)>,
    /// Whether they see every log: then the place is how many there are.
    whole: bool,
}

async fn standing() -> Result<Standing, PageError> {
    let (audit, principal) = request::caller()?;
    let query = LogQuery {
        limit: 1,
        ..LogQuery::default()
    };
    let page = audit::logs::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    Ok(Standing {
        now: request::now(),
        last: page.items.first().map(|log| (log.seq, log.recorded_at)),
        whole: principal.reads_all(),
    })
}

/// The page.
#[component]
pub(crate) fn IntegrityPage() -> impl IntoView {
    view! {
        <Title text=t!("integrity-title") />
        <header class="page-head">
            <div>
                <h1>{t!("integrity-title")}</h1>
                <p class="page-sub muted">{t!("integrity-sub")}</p>
            </div>
        </header>
        {loaded(standing(), |found| view! { <Told found=found /> })}
    }
}

#[component]
fn Told(found: Standing) -> impl IntoView {
    let Standing { now, last, whole } = found;
    let place = match last {
        None => view! { <p>{t!("integrity-none")}</p> }.into_any(),
        Some((seq, recorded_at)) => {
            let text = if whole {
                t!("integrity-count", count = seq)
            } else {
                t!("integrity-seen", seq = number(seq))
            };
            view! {
                <p class="integrity-count">
                    <strong>{text}</strong>
                    " "
                    <span class="muted">
                        {t!("integrity-last")} " " <Moment time=recorded_at now=now />
                    </span>
                </p>
            }
            .into_any()
        }
    };
    let holds = [
        (t!("integrity-append"), t!("integrity-append-why")),
        (t!("integrity-gapless"), t!("integrity-gapless-why")),
        (t!("integrity-durable"), t!("integrity-durable-why")),
        (t!("integrity-together"), t!("integrity-together-why")),
    ];
    let verdicts = [
        (t!("integrity-intact"), t!("integrity-intact-what")),
        (t!("integrity-tampered"), t!("integrity-tampered-what")),
        (t!("integrity-truncated"), t!("integrity-truncated-what")),
        (t!("integrity-nothing"), t!("integrity-nothing-what")),
    ];
    view! {
        <Notice tone=Tone::Info>
            <p>{t!("integrity-honest")}</p>
        </Notice>
        <div class="integrity">
            <section class="panel" aria-labelledby="holds-title">
                <h2 id="holds-title">
                    <Icon glyph=Glyph::Check />
                    {t!("integrity-holds")}
                </h2>
                {place}
                {listed(holds)}
            </section>
            <section class="panel coming" aria-labelledby="comes-title">
                <h2 id="comes-title">
                    <Icon glyph=Glyph::Shield />
                    {t!("integrity-comes")}
                </h2>
                <p>{t!("integrity-comes-what")}</p>
                {listed(verdicts)}
            </section>
        </div>
    }
    .into_any()
}

/// Words and what they mean.
fn listed(items: [(String, String); 4]) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(word, what)| {
            view! {
                <div>
                    <dt>{word}</dt>
                    <dd class="muted">{what}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="told">{items}</dl> }
}
