//! A refusal that its sender gets to see.
//!
//! A connection that is closed while its client is still sending is broken off, and many clients
//! then report that instead of the answer. So the rest of a refused body is read and dropped, up
//! to a limit and for a while.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};

/// Bytes read and dropped at most.
const MOST: usize = 32 * 1024 * 1024;
/// How long they are read.
const WHILE: Duration = Duration::from_secs(5);

/// A body that can be read on after its handler has let go of it.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Shared {
    fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    }

    fn stream(self) -> impl Stream<Item = Result<Bytes, axum::Error>> {
        stream::poll_fn(move |context| self.poll_next(context))
    }
}

/// Reads what a refusal left unread.
pub(crate) async fn drain(request: Request, next: Next) -> Response {
    // A client that waits for leave to send has sent nothing yet.
    if request.method().is_safe() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let request = Request::from_parts(parts, Body::from_stream(body.clone().stream()));
    let response = next.run(request).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        let mut rest = body.stream();
        let mut left = MOST;
        let _ = tokio::time::timeout(WHILE, async {
            while let Some(Ok(chunk)) = rest.next().await {
                left = left.saturating_sub(chunk.len());
                if left == 0 {
                    break;
                }
            }
        })
        .await;
    }
    response
}
