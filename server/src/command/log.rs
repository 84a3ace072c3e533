//! The log on standard error: one event a line, whatever is in it.
//!
//! What comes from outside may hold line breaks, which would make lines of their own, or escape
//! sequences, which a terminal obeys. In the text form both are written as `\u{…}`; JSON does so
//! by itself.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
};

use tracing_subscriber::{
    EnvFilter, field::MakeExt, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use super::CommandError;
use crate::config::{ConfigError, LogFormat, Settings};

/// Writes what is logged from now on to standard error; `level` where no setting says what.
pub(super) fn to_stderr(settings: &Settings, level: &str) -> Result<(), CommandError> {
    let filter = EnvFilter::try_new(settings.log.as_deref().unwrap_or(level)).map_err(|error| {
        CommandError::Config(ConfigError::Value {
            name: "log",
            detail: error.to_string(),
        })
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // Only the first call of a process can set it; a later one keeps what is there.
    let _ = match settings.log_format {
        LogFormat::Text => registry
            .with(layer.fmt_fields(fields()).with_target(false))
            .try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
    };
    Ok(())
}

/// Fields as they are always written, but on one line.
fn fields() -> impl for<'w> fmt::FormatFields<'w> + 'static {
    fmt::format::debug_fn(|writer, field, value| {
        let text = on_one_line(&format!("{value:?}"));
        if field.name() == "message" {
            write!(writer, "{text}")
        } else {
            write!(writer, "{field}={text}")
        }
    })
    .delimited(" ")
}

/// The text with its control characters, and those that turn the writing direction, as `\u{…}`.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}') {
            let _ = write!(line, "{}", c.escape_unicode());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_line_and_no_command_to_a_terminal() {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = fmt::layer()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .fmt_fields(fields());
        let subscriber = tracing_subscriber::registry().with(layer);
        let hostile = "a\n2026-11-23T00:00:00Z ERROR forged \u{1b}[2J\r\u{202e}\u{85}b";
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::error_span!("request", route = %hostile);
            let _in = span.enter();
            tracing::error!(error = %hostile, text = hostile, "it failed: {hostile}");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        let harmful = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(harmful), "{text:?}");
        assert!(
            text.contains("route=a") && text.contains("error=a"),
            "{text}"
        );
    }
}
