//! Operations as a stream (NDJSON): lines in, one result a line out, in order, with bounded memory.
//!
//! Lines are recorded in groups as they come: a group is closed when it is full, or when the body
//! has nothing ready now, so that a slow sender sees its results at once. A line that cannot be
//! read gets its own `invalid` result and does not stop the rest.

use std::time::Duration;

use audit::{Audit, Principal};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures::{FutureExt, Stream, StreamExt, stream};
use tracing::Instrument;
use types::{Code, Faults, Operation, Outcome};

use super::{
    ApiError,
    etag::Streamed,
    operations::count,
    request::MAX_BODY,
    spool::{Next, Reader, Writer, spool},
};

/// Most lines of a group.
const GROUP: usize = 500;
/// Most bytes of a group's lines, but for a single longer one.
const GROUP_BYTES: usize = 2 * 1024 * 1024;
/// How long the head of the answer waits for the first group, whose failure it can still tell.
const HEAD: Duration = Duration::from_secs(1);

/// Records the lines of `body`; the answer begins while they are still coming.
pub(super) async fn record(
    audit: Audit,
    principal: Principal,
    body: Body,
    traceparent: Option<String>,
) -> Result<Response, ApiError> {
    let (writer, reader) = spool();
    let work = async move {
        let end = work(&audit, &principal, body, traceparent.as_deref(), &writer).await;
        writer.finish(end);
    };
    tokio::spawn(work.in_current_span());
    let first = match tokio::time::timeout(HEAD, reader.next()).await {
        Ok(Next::Bytes(bytes)) => bytes,
        Ok(Next::Failed(error)) => {
            return Err(error.unwrap_or_else(|| ApiError::new(Code::Internal, "the stream failed")));
        }
        Ok(Next::End) | Err(_) => Bytes::new(),
    };
    let results = stream::once(async { Ok(first) })
        .chain(results(reader))
        .filter(|chunk| std::future::ready(!matches!(chunk, Ok(bytes) if bytes.is_empty())));
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = (headers, Body::from_stream(results)).into_response();
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

/// The results as the body of the answer; a failure cuts it off, so that it cannot look whole.
fn results(reader: Reader<ApiError>) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::unfold(Some(reader), |reader| async move {
        let reader = reader?;
        match reader.next().await {
            Next::Bytes(bytes) => Some((Ok(bytes), Some(reader))),
            Next::End => None,
            Next::Failed(_) => Some((Err(std::io::Error::other("the stream failed")), None)),
        }
    })
}

/// Reads, records and answers until the body ends.
async fn work(
    audit: &Audit,
    principal: &Principal,
    body: Body,
    traceparent: Option<&str>,
    writer: &Writer<ApiError>,
) -> Result<(), ApiError> {
    let mut chunks = body.into_data_stream();
    let mut lines = Lines::default();
    let mut group = Vec::new();
    let mut bytes = 0;
    loop {
        let next = if let Some(next) = chunks.next().now_or_never() {
            next
        } else {
            flush(audit, principal, &mut group, traceparent, writer).await?;
            bytes = 0;
            chunks.next().await
        };
        let broke_off = matches!(next, Some(Err(_)));
        match next {
            Some(Ok(chunk)) => lines.feed(&chunk),
            Some(Err(_)) => {}
            None => lines.end(),
        }
        let ended = lines.ended;
        while let Some(line) = lines.next() {
            bytes += line.as_ref().map_or(0, Bytes::len);
            group.push(line.and_then(|line| read(&line)));
            if group.len() >= GROUP || bytes >= GROUP_BYTES {
                flush(audit, principal, &mut group, traceparent, writer).await?;
                bytes = 0;
            }
        }
        if ended || broke_off {
            flush(audit, principal, &mut group, traceparent, writer).await?;
        }
        if broke_off {
            let detail = "the body broke off before its end; its whole lines were recorded";
            return Err(ApiError::new(Code::BadRequest, detail));
        }
        if ended {
            return Ok(());
        }
    }
}

async fn flush(
    audit: &Audit,
    principal: &Principal,
    group: &mut Vec<Result<Operation, Faults>>,
    traceparent: Option<&str>,
    writer: &Writer<ApiError>,
) -> Result<(), ApiError> {
    if group.is_empty() {
        return Ok(());
    }
    let operations = std::mem::take(group);
    let outcomes = audit::recorder::record_each(audit, principal, operations, traceparent).await?;
    count(&outcomes);
    writer.push(write(&outcomes)).await.map_err(|error| {
        tracing::error!(error = %error, "stream.spool_failed");
        ApiError::new(Code::Internal, "the results cannot be kept")
    })
}

fn write(outcomes: &[Outcome]) -> Bytes {
    let mut text = Vec::with_capacity(outcomes.len() * 96);
    for outcome in outcomes {
        // Plain data into memory: this cannot fail.
        let _ = serde_json::to_writer(&mut text, outcome);
        text.push(b'\n');
    }
    Bytes::from(text)
}

fn fault(code: Code, detail: impl Into<String>) -> Faults {
    let mut faults = Faults::default();
    faults.push("", code, detail);
    faults
}

fn read(line: &[u8]) -> Result<Operation, Faults> {
    let value = types::parse_json(line).map_err(|detail| fault(Code::InvalidJson, detail))?;
    let mut faults = Faults::default();
    let operation = Operation::read(value, "", &mut faults);
    faults.finish(operation)
}

/// Cuts chunks into lines. A line that is too long is told once, and skipped to its end.
#[derive(Default)]
struct Lines {
    buffer: BytesMut,
    /// How much of the buffer has no line end in it.
    searched: usize,
    ended: bool,
    skipping: bool,
}

impl Lines {
    fn feed(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    fn end(&mut self) {
        self.ended = true;
    }

    /// The next whole line that is not blank.
    fn next(&mut self) -> Option<Result<Bytes, Faults>> {
        loop {
            let end = self.buffer[self.searched..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map(|position| self.searched + position);
            let line = match end {
                Some(end) => {
                    let mut line = self.buffer.split_to(end + 1);
                    line.truncate(end);
                    self.searched = 0;
                    line
                }
                None if self.ended && !self.buffer.is_empty() => {
                    self.searched = 0;
                    self.buffer.split()
                }
                None => {
                    self.searched = self.buffer.len();
                    if self.skipping {
                        self.buffer.clear();
                        self.searched = 0;
                    } else if self.searched > MAX_BODY {
                        self.skipping = true;
                        self.buffer.clear();
                        self.searched = 0;
                        return Some(Err(too_long()));
                    }
                    return None;
                }
            };
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if line.len() > MAX_BODY {
                return Some(Err(too_long()));
            }
            if !line.trim_ascii().is_empty() {
                return Some(Ok(line.freeze()));
            }
        }
    }
}

fn too_long() -> Faults {
    fault(
        Code::TooLong,
        format!("a line has at most {MAX_BODY} bytes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<Result<Bytes, ()>> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for chunk in chunks {
            lines.feed(chunk);
            while let Some(line) = lines.next() {
                found.push(line.map_err(|_| ()));
            }
        }
        lines.end();
        while let Some(line) = lines.next() {
            found.push(line.map_err(|_| ()));
        }
        found
    }

    #[test]
    fn lines_are_found_across_chunks_and_blank_ones_are_not_lines() {
        let found = lines(&[b"{\"a\"", b":1}\n\n  \r\n{", b"}\n[]"]);
        let whole: Vec<_> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(whole, ["{\"a\":1}", "{}", "[]"]);
    }

    #[test]
    fn a_line_too_long_is_told_once_and_the_next_one_is_read() {
        let long = vec![b'x'; MAX_BODY / 2 + 1];
        let found = lines(&[&long, &long, &long, b"\nshort\n"]);
        assert_eq!(found, [Err(()), Ok(Bytes::from_static(b"short"))]);
    }

    #[test]
    fn a_line_that_is_not_an_operation_is_told_with_pointers_into_it() {
        let faults =
            read(br#"{"operation": "write", "record_id": "1", "user": {"login": "m"}, "new": {}}"#)
                .unwrap_err()
                .into_vec();
        assert_eq!(faults[0].pointer, "/model");
        let faults = read(b"\xff").unwrap_err().into_vec();
        assert_eq!(
            (faults[0].pointer.as_str(), faults[0].code),
            ("", Code::InvalidJson)
        );
    }
}
