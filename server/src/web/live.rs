//! Live arrivals: server-sent events that say how many logs of a list came since it was made.
//!
//! An event tells counts and nothing else; the page asks for the logs when the person does. Who is
//! asking is looked up again before each event, so that nothing is told to one who has signed out,
//! was disabled, or may not see it any more.

use std::{convert::Infallible, time::Duration};

use audit::{Audit, Principal, Watch};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use tokio_util::sync::CancellationToken;
use tower_sessions::{SessionStore, session::Id};
use types::LogQuery;

use super::{pages::clocks, session::AuthSession, store::Store};
use crate::{
    api::{ApiError, problem::chain},
    router::AppState,
};

/// An event comes at most so often.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked whether the person is still signed in.
const CHECK: Duration = Duration::from_secs(5);
/// How often a connection without events is shown to live.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET /live/logs?<LogQuery>`: events `logs` with `{"count", "more", "seq"}`, counted from
/// `after_seq`, or from now where that is missing. To one who is not signed in 204: an event source
/// then does not come again.
pub(super) async fn logs(
    State(state): State<AppState>,
    auth: AuthSession,
    request: Request,
) -> Result<Response, ApiError> {
    let (Some(person), Some(session)) = (auth.user, auth.session.id()) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let Principal::User { id: user, .. } = person.principal else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let query = LogQuery {
        zone: clocks(&state.audit, &person.preferences, request.headers()),
        ..LogQuery::parse(request.uri().query().unwrap_or_default())?
    };
    let watcher = Watcher {
        watch: Watch::new(&state.audit, query).await?,
        audit: state.audit,
        session,
        user,
        ending: state.ending,
        looked: false,
    };
    let events = Sse::new(watcher.events())
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    let unbuffered = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(([unbuffered], events).into_response())
}

/// Somebody who watches.
struct Watcher {
    audit: Audit,
    watch: Watch,
    session: Id,
    user: String,
    ending: CancellationToken,
    looked: bool,
}

impl Watcher {
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut watcher| async move {
            let ending = watcher.ending.clone();
            let event = ending.run_until_cancelled(watcher.next()).await??;
            Some((Ok(event), watcher))
        })
    }

    /// The next event; none when there will be no more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.looked {
                tokio::time::sleep(PAUSE).await;
            }
            self.looked = true;
            let moved = tokio::time::timeout(CHECK, self.watch.moved())
                .await
                .is_ok();
            let principal = self.principal().await?;
            if !moved {
                continue;
            }
            match self.watch.count(&principal).await {
                Ok(None) => {}
                Ok(Some(arrived)) => {
                    return Event::default().event("logs").json_data(arrived).ok();
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "live.ended");
                    return None;
                }
            }
        }
    }

    /// Who is watching, as they are now; none when the session has ended.
    async fn principal(&self) -> Option<Principal> {
        let session = Store(self.audit.clone()).load(&self.session).await;
        let principal = match session {
            Ok(None) => return None,
            Ok(Some(_)) => audit::users::signed_in(&self.audit, &self.user)
                .await
                .map(|person| person.map(|person| person.principal)),
            Err(error) => {
                tracing::warn!(error = %error, "live.ended");
                return None;
            }
        };
        principal.unwrap_or_else(|error| {
            tracing::warn!(error = %chain(&error), "live.ended");
            None
        })
    }
}
