//! Where a person is signed in.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{SessionInfo, Timestamp};

use super::api::{EndOthers, EndSession};
use crate::{
    components::{FormErrors, Moment},
    error::PageError,
    say::t,
};

/// The sessions, the one of now first.
#[component]
pub(super) fn Sessions(
    /// Where they are signed in.
    sessions: Vec<SessionInfo>,
    /// When the page was made.
    now: Timestamp,
    /// What was done a moment ago.
    done: Option<AnyView>,
    /// What went wrong a moment ago.
    error: Option<PageError>,
) -> impl IntoView {
    let mut sessions = sessions;
    sessions.sort_by_key(|session| !session.current);
    let others = sessions.iter().any(|session| !session.current);
    let lines = sessions
        .into_iter()
        .map(|session| view! { <Line session=session now=now /> })
        .collect_view();
    view! {
        <section class="form" id="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{t!("me-sessions")}</h2>
            <p class="muted small">{t!("me-sessions-what")}</p>
            {done}
            <FormErrors error=error />
            <ul class="sessions" data-test="sessions">
                {lines}
            </ul>
            {others
                .then(|| {
                    view! {
                        <form method="post" action=EndOthers::url()>
                            <button type="submit" class="danger-quiet">
                                {t!("me-sessions-end-others")}
                            </button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(session: SessionInfo, now: Timestamp) -> impl IntoView {
    let SessionInfo {
        id,
        created_at,
        seen_at,
        user_agent,
        address,
        current,
    } = session;
    let agent = user_agent.unwrap_or_else(|| t!("me-sessions-unknown"));
    let label = t!("me-sessions-end-of", agent = agent.clone());
    view! {
        <li>
            <div>
                <p>
                    <strong>{agent}</strong>
                    {address.map(|address| view! { <code class="id">{address}</code> })}
                    {current.then(|| view! { <span class="tag">{t!("me-sessions-this")}</span> })}
                </p>
                <p class="muted small">
                    {t!("me-sessions-since")} " " <Moment time=created_at now=now /> " · "
                    {t!("users-seen-in-text")} " " <Moment time=seen_at now=now />
                </p>
            </div>
            {(!current)
                .then(|| {
                    view! {
                        <form method="post" action=EndSession::url()>
                            <input type="hidden" name="id" value=id />
                            <button type="submit" class="small" aria-label=label>
                                {t!("me-sessions-end")}
                            </button>
                        </form>
                    }
                })}
        </li>
    }
    .into_any()
}
