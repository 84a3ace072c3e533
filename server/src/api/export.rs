//! Exports: all the logs of a query, of any number, streamed as CSV or NDJSON.

use std::{fmt::Write as _, io};

use audit::{Audit, Principal};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use types::{Code, Faults, Log, LogQuery, Parameters, Zone};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    etag::Streamed,
    logs::LogFilters,
    problem::chain,
    request::{Caller, Query},
};
use crate::router::AppState;

/// Logs that are written at once.
const CHUNK: usize = 100;

const COLUMNS: [&str; 19] = [
    "seq",
    "id",
    "recorded_at",
    "occurred_at",
    "host",
    "model",
    "model_label",
    "record_id",
    "record_name",
    "revision",
    "operation",
    "user_login",
    "user_name",
    "on_behalf_of",
    "reason",
    "ip",
    "request_id",
    "transaction_id",
    "changes",
];

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
}

/// All the logs of a query, streamed.
///
/// CSV has a row a log, its changes as JSON in the last column; text that a spreadsheet would run
/// as a formula is led by an apostrophe. NDJSON has a log a line, as `GET /api/v1/logs/{id}`
/// answers it.
#[utoipa::path(get, path = "/export", operation_id = "export_logs", tag = "Logs",
    params(
        ("format" = String, Query, description = "`csv` or `ndjson`"),
        LogFilters,
    ),
    responses((status = 200, description = "The logs", content(
        (String = "text/csv"),
        (String = "application/x-ndjson"),
    ))))]
async fn export(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Response, ApiError> {
    answer(&audit, &principal, &query, Zone::default()).await
}

/// The export that `query` asks for, its days and times told in `zone`, for the principal of a key
/// or of a session.
pub(crate) async fn answer(
    audit: &Audit,
    principal: &Principal,
    query: &str,
    zone: Zone,
) -> Result<Response, ApiError> {
    let (format, query) = read(query)?;
    let query = LogQuery { zone, ..query };
    let logs = audit::export::logs(audit, principal, query).await?;
    Ok(streamed(format, logs))
}

/// The export of exactly the logs that are named: `format=csv&log=…&log=…`.
pub(crate) async fn answer_selected(
    audit: &Audit,
    principal: &Principal,
    query: &str,
) -> Result<Response, ApiError> {
    let mut parameters = Parameters::parse(query);
    let ids = parameters.all("log");
    let mut faults = Faults::default();
    let format = format(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    let format = faults.finish(format)?;
    let logs = audit::logs::by_ids(audit, principal, &ids).await?;
    let logs = stream::iter(logs.into_iter().map(Ok)).boxed();
    Ok(streamed(format, logs))
}

fn streamed(format: Format, logs: BoxStream<'static, Result<Log, audit::Error>>) -> Response {
    let head = match format {
        Format::Csv => Bytes::from(COLUMNS.join(",") + "\r\n"),
        Format::Ndjson => Bytes::new(),
    };
    let rows = logs.ready_chunks(CHUNK).map(move |logs| {
        let logs: Result<Vec<Log>, audit::Error> = logs.into_iter().collect();
        let written = logs
            .map_err(|error| {
                tracing::error!(error = %chain(&error), "export.failed");
                io::Error::other("the export failed")
            })
            .and_then(|logs| match format {
                Format::Csv => csv_rows(&logs),
                Format::Ndjson => lines(&logs),
            });
        written.map(Bytes::from)
    });
    let body = stream::once(async { Ok(head) })
        .chain(rows)
        .filter(|chunk| std::future::ready(!matches!(chunk, Ok(bytes) if bytes.is_empty())));
    let (content_type, name) = match format {
        Format::Csv => (
            "text/csv; charset=utf-8; header=present",
            "revisor-logs.csv",
        ),
        Format::Ndjson => ("application/x-ndjson", "revisor-logs.ndjson"),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = (headers, Body::from_stream(body)).into_response();
    response.extensions_mut().insert(Streamed);
    response
}

fn read(query: &str) -> Result<(Format, LogQuery), Faults> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(query);
    let format = format(&mut parameters, &mut faults);
    let query = LogQuery::read(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    faults.finish(format.map(|format| (format, query)))
}

fn format(parameters: &mut Parameters, faults: &mut Faults) -> Option<Format> {
    match parameters.one("format", faults).as_deref() {
        Some("csv") => Some(Format::Csv),
        Some("ndjson") => Some(Format::Ndjson),
        Some(_) => {
            faults.push("/format", Code::UnknownValue, "one of: csv, ndjson");
            None
        }
        None => {
            let detail = "`format` is required: csv or ndjson";
            faults.push("/format", Code::Missing, detail);
            None
        }
    }
}

fn lines(logs: &[Log]) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(logs.len() * 1024);
    for log in logs {
        serde_json::to_writer(&mut text, log)?;
        text.push(b'\n');
    }
    Ok(text)
}

fn csv_rows(logs: &[Log]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(logs.len() * 512));
    for log in logs {
        let context = &log.context;
        writer.write_record([
            log.seq.to_string(),
            cell(&log.id),
            log.recorded_at.to_string(),
            log.occurred_at.to_string(),
            cell(&log.host),
            cell(&log.model),
            cell(&log.model_label),
            cell(&log.record_id),
            optional(log.record_name.as_ref()),
            log.revision.to_string(),
            log.operation.to_string(),
            cell(&log.user.login),
            optional(log.user.name.as_ref()),
            optional(log.user.on_behalf_of.as_ref()),
            optional(context.reason.as_ref()),
            optional(context.ip.as_ref()),
            optional(context.request_id.as_ref()),
            optional(context.transaction_id.as_ref()),
            // Escaped so, JSON says the same.
            cell(&serde_json::to_string(&log.changes)?),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

/// A text that no spreadsheet takes for a formula (OWASP, CSV injection), nor a terminal for a
/// command: control characters but tab and line feed are written as in JSON.
fn cell(text: &str) -> String {
    const LEADS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let mut cell = String::with_capacity(text.len());
    if text.starts_with(LEADS) {
        cell.push('\'');
    }
    for c in text.chars() {
        if c.is_control() && !matches!(c, '\t' | '\n') {
            let _ = write!(cell, "\\u{:04x}", u32::from(c));
        } else {
            cell.push(c);
        }
    }
    cell
}

fn optional(text: Option<&String>) -> String {
    text.map_or_else(String::new, |text| cell(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe() {
        for text in ["=1+1", "+1", "-1", "@SUM", "\tx", "\n=1", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\r=1\u{1b}[2J\u{9b}"), "'\\u000d=1\\u001b[2J\\u009b");
        assert_eq!(cell("Plan = B"), "Plan = B");
    }

    #[test]
    fn the_format_must_be_said() {
        assert_eq!(read("format=csv&model=a").unwrap().0, Format::Csv);
        for query in ["", "format=xlsx", "format=csv&modle=a"] {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
