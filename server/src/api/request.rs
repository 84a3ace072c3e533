//! Reading a request: who asks, the path, the query, the body. Each part says what is wrong with
//! it as the contract asks.

use std::sync::Arc;

use audit::{Audit, Principal, recorder::Room};
use axum::{
    body::Body,
    extract::{FromRef, FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, header, request::Parts},
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::{Code, Faults, Parameters, Scope};

use super::{ApiError, quota::Quotas};

/// Largest JSON body, and longest line of an NDJSON one, in bytes.
pub(super) const MAX_BODY: usize = 8 * 1024 * 1024;
/// Who is asking, by the key of the request. The first thing that every handler takes.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) Principal);

impl Caller {
    /// Refuses a key without this scope before its body is read; the use case decides again.
    pub(super) fn needs(&self, scope: Scope) -> Result<(), ApiError> {
        match &self.0 {
            Principal::Key { scopes, .. }
                if !scopes.contains(&scope) && !scopes.contains(&Scope::Admin) =>
            {
                let detail = format!("this needs a key of scope `{}`", scope.as_str());
                Err(ApiError::new(Code::Forbidden, detail))
            }
            _ => Ok(()),
        }
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Audit: FromRef<S>,
    Arc<Quotas>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Some(key) = bearer(&parts.headers) else {
            let detail = "send a key: `Authorization: Bearer <key>`";
            return Err(ApiError::new(Code::Unauthorized, detail));
        };
        let audit = Audit::from_ref(state);
        let principal = audit::keys::authenticate(&audit, key).await?;
        if let (Principal::Key { id, .. }, Some(slot)) = (&principal, parts.extensions.get()) {
            Arc::<Quotas>::from_ref(state).take(id, slot)?;
        }
        Ok(Self(principal))
    }
}

/// The key of `Authorization: Bearer <key>`; the scheme in any case (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.trim().split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}

/// Segments of the path, percent-decoded.
#[derive(Debug)]
pub(super) struct Segments<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for Segments<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // Nothing has U+0000 in its name, and a database may not even be asked for it.
        if parts.uri.path().contains("%00") {
            return Err(audit::Error::not_found().into());
        }
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(ApiError::new(
                Code::BadRequest,
                "the path is not UTF-8 in percent-encoding",
            )),
        }
    }
}

/// The text behind `?`, for one of the readers of `types`.
#[derive(Debug)]
pub(super) struct Query(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let mut faults = Faults::default();
        for pair in query.split('&').filter(|pair| pair.contains("%00")) {
            let name = pair.split('=').next().unwrap_or_default();
            let detail = "must not contain the character U+0000";
            faults.push(format!("/{name}"), Code::Malformed, detail);
        }
        Ok(Self(faults.finish(Some(query.to_owned()))?))
    }
}

/// A query with no parameter at all.
#[derive(Debug)]
pub(super) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::from_request_parts(parts, state).await?;
        let mut faults = Faults::default();
        Parameters::parse(&query).finish(&mut faults);
        Ok(faults.finish(Some(Self))?)
    }
}

/// A query with `host` alone.
#[derive(Debug)]
pub(super) struct HostOnly(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for HostOnly {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::from_request_parts(parts, state).await?;
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(&query);
        let host = parameters.one("host", &mut faults);
        parameters.finish(&mut faults);
        Ok(Self(faults.finish(Some(host))?))
    }
}

/// The media type of a body, in lower case and without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    Some(essence.to_ascii_lowercase())
}

/// The refusal of a body of another type than `wanted`.
pub(super) fn unsupported(wanted: &str) -> ApiError {
    let detail = format!("the body must be sent with `Content-Type: {wanted}`");
    ApiError::new(Code::UnsupportedMediaType, detail)
}

/// A body of JSON, at most 8 MiB.
///
/// Taken as the whole request, and read only by [`JsonBody::read`], so that a handler can refuse
/// a caller before it.
#[derive(Debug)]
pub(super) struct JsonBody(Request);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(request))
    }
}

impl JsonBody {
    /// Reads the body.
    pub(super) async fn read(self) -> Result<Value, ApiError> {
        if media_type(self.0.headers()).as_deref() != Some("application/json") {
            return Err(unsupported("application/json"));
        }
        read_json(self.0.into_body()).await
    }
}

/// Reads a body of JSON, at most 8 MiB, whatever its type says.
pub(super) async fn read_json(body: Body) -> Result<Value, ApiError> {
    let bytes = read_whole(body, |_| Ok(())).await?;
    parse(&bytes)
}

/// Reads operations as JSON, at most 8 MiB, as far as there is room for them.
pub(super) async fn read_within(request: Request, room: &mut Room) -> Result<Value, ApiError> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    room.grow(length.unwrap_or(0))?;
    let bytes = read_whole(request.into_body(), |bytes| Ok(room.grow(bytes)?)).await?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    types::parse_json(bytes).map_err(|detail| ApiError::new(Code::InvalidJson, detail))
}

/// Reads a body, at most 8 MiB; `grows` is told how long it is so far, and may refuse it.
async fn read_whole(
    body: Body,
    mut grows: impl FnMut(usize) -> Result<(), ApiError>,
) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk
            .map_err(|_| ApiError::new(Code::BadRequest, "the body broke off before its end"))?;
        if read.len() + chunk.len() > MAX_BODY {
            let detail = format!("at most {MAX_BODY} bytes");
            return Err(ApiError::new(Code::PayloadTooLarge, detail));
        }
        grows(read.len() + chunk.len())?;
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_key_is_read_behind_the_scheme_in_any_case() {
        for (value, key) in [
            ("Bearer rev_1", Some("rev_1")),
            ("bearer  rev_1 ", Some("rev_1")),
            ("BEARER rev_1", Some("rev_1")),
            ("Basic rev_1", None),
            ("Bearer", None),
            ("Bearer ", None),
            ("rev_1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(bearer(&headers), key, "{value}");
        }
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        let mut headers = HeaderMap::new();
        assert_eq!(media_type(&headers), None);
        let value = HeaderValue::from_static("Application/JSON ; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, value);
        assert_eq!(media_type(&headers).as_deref(), Some("application/json"));
    }
}
