//! Control characters on a page: shown as pictures (`␀`, `␛`), since no browser shows them as they
//! are, and HTML may not hold them. What hosts report may.

use axum::{body::Body, extract::Request, http::header, middleware::Next, response::Response};
use bytes::Bytes;
use futures::TryStreamExt;

/// Replaces control characters, but for tab and line breaks, in answers of HTML.
pub(super) async fn pictured(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !html {
        return response;
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|body| Body::from_stream(body.into_data_stream().map_ok(pictures)))
}

/// A byte below 0x20 is a character of its own in UTF-8, wherever a chunk is cut.
fn pictures(chunk: Bytes) -> Bytes {
    let harms = |byte: &u8| (*byte < 0x20 && !b"\t\n\r\x0c".contains(byte)) || *byte == 0x7f;
    if !chunk.iter().any(harms) {
        return chunk;
    }
    let mut shown = Vec::with_capacity(chunk.len() + 64);
    for byte in &chunk {
        if harms(byte) {
            // The block of pictures begins at U+2400; the one of DEL follows those below 0x20.
            let picture = if *byte == 0x7f { 0x21 } else { *byte };
            shown.extend_from_slice(&[0xe2, 0x90, 0x80 + picture]);
        } else {
            shown.push(*byte);
        }
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_by_their_pictures() {
        let shown = pictures(Bytes::from_static("a\0b\u{1b}[2J\u{7f}\té\r\n".as_bytes()));
        assert_eq!(shown, "a␀b␛[2J␡\té\r\n".as_bytes());
    }
}
