//! Checkpoints sent on, so that whoever has database and signing key cannot rewrite what was: to
//! folders, a file each that is never written again, and to addresses, by `POST`.
//!
//! The newest checkpoint goes out at most once a minute and at the end of the server. What could
//! not be sent is told in the log; the next checkpoint, which covers it, is tried again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Method, Request, Url, header};
use tokio::{sync::watch, time::Instant};

use crate::outgoing::{Outgoing, OutgoingError};

/// How long at least between two checkpoints that are sent.
const PAUSE: Duration = Duration::from_mins(1);

/// Where checkpoints go.
#[derive(Clone, PartialEq, Eq)]
pub enum Destination {
    /// A folder, made if it is missing.
    Folder(PathBuf),
    /// An address. It may hold what is secret.
    Address(Url),
}

impl Destination {
    /// Reads a folder, or an address that begins with `https://` or `http://`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        match text.parse::<Url>() {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self::Address(url)),
            _ => Err("a folder, or an address that begins with https://".to_owned()),
        }
    }

    /// Fit to be shown: of an address only the host.
    fn told(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Address(url) => {
                format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
            }
        }
    }
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told())
    }
}

/// Why a checkpoint was not sent.
#[derive(Debug, thiserror::Error)]
enum ForwardError {
    #[error(transparent)]
    Written(#[from] io::Error),
    #[error(transparent)]
    Sent(#[from] OutgoingError),
    #[error("answered by {0}")]
    Refused(reqwest::StatusCode),
}

/// Sends what is sealed to every destination, until nothing more is sealed.
pub(crate) async fn forward(
    mut sealed: watch::Receiver<Option<String>>,
    destinations: Vec<Destination>,
    outgoing: Outgoing,
    pause: Duration,
) {
    let mut due = Instant::now();
    let mut open = true;
    while open {
        open = sealed.changed().await.is_ok();
        // A closed channel still tells its last value: the one of the end.
        while open && Instant::now() < due {
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                changed = sealed.changed() => open = changed.is_ok(),
            }
        }
        let Some(note) = sealed.borrow_and_update().clone() else {
            continue;
        };
        for destination in &destinations {
            if let Err(error) = send(destination, &outgoing, &note).await {
                let to = destination.told();
                tracing::warn!(%error, to, "checkpoint.not_sent");
            }
        }
        due = Instant::now() + pause;
    }
}

/// [`forward`] at the usual pace.
pub(crate) async fn start(
    sealed: watch::Receiver<Option<String>>,
    destinations: Vec<Destination>,
    outgoing: Outgoing,
) {
    forward(sealed, destinations, outgoing, PAUSE).await;
}

async fn send(
    destination: &Destination,
    outgoing: &Outgoing,
    note: &str,
) -> Result<(), ForwardError> {
    match destination {
        Destination::Folder(folder) => Ok(keep(folder, note)?),
        Destination::Address(url) => {
            let mut request = Request::new(Method::POST, url.clone());
            let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
            request.headers_mut().insert(header::CONTENT_TYPE, kind);
            *request.body_mut() = Some(note.to_owned().into());
            let status = outgoing.send(request).await?.status();
            if status.is_success() {
                Ok(())
            } else {
                Err(ForwardError::Refused(status))
            }
        }
    }
}

/// Writes a checkpoint to a file of its own, named by trail and size.
fn keep(folder: &Path, note: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut lines = note.lines();
    let name = lines.next().unwrap_or_default().replace('/', "-");
    let size: u64 = lines.next().unwrap_or_default().parse().unwrap_or_default();
    let path = folder.join(format!("{name}-{size:012}.checkpoint"));
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = match opened {
        Ok(file) => file,
        // Another server of the same trail was quicker, or this one before it ended; but only one
        // trail has so many logs.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let there = fs::read_to_string(&path)?;
            let root = |note: &str| note.lines().nth(2).map(str::to_owned);
            if root(&there) == root(note) {
                return Ok(());
            }
            let what = format!("{} is of another trail", path.display());
            return Err(io::Error::other(what));
        }
        Err(error) => return Err(error),
    };
    file.write_all(note.as_bytes())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{Router, routing::post};

    use super::*;

    fn note(size: u64) -> String {
        format!("revisor/1\n{size}\nroot\n\n— revisor/1 sig\n")
    }

    #[tokio::test]
    async fn checkpoints_go_to_folders_and_addresses_now_and_then_and_at_the_end() {
        let got = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&got);
        let take = async move |body: String| taken.lock().unwrap().push(body);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/in", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });

        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let destinations = vec![
            Destination::parse(&kept.display().to_string()).unwrap(),
            Destination::parse(&format!("http://{address}/in")).unwrap(),
        ];
        let (sender, receiver) = watch::channel(None);
        let outgoing = Outgoing::new(true).unwrap();
        let pause = Duration::from_hours(1);
        let task = tokio::spawn(forward(receiver, destinations, outgoing, pause));
        sender.send_replace(Some(note(3)));
        let first = kept.join("revisor-1-000000000003.checkpoint");
        for _ in 0..200 {
            if first.exists() && !got.lock().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(fs::read_to_string(&first).unwrap(), note(3));
        sender.send_replace(Some(note(4)));
        sender.send_replace(Some(note(5)));
        drop(sender);
        task.await.unwrap();
        assert!(kept.join("revisor-1-000000000005.checkpoint").exists());
        let got = got.lock().unwrap().clone();
        assert_eq!(got, [note(3), note(5)], "not each of them");
    }

    #[tokio::test]
    async fn a_private_address_gets_nothing_unless_that_is_allowed() {
        let destination = Destination::parse("http://127.0.0.1:9/secret").unwrap();
        let outgoing = Outgoing::new(false).unwrap();
        let error = send(&destination, &outgoing, "note").await.unwrap_err();
        assert!(error.to_string().contains("private"), "{error}");
        assert!(!format!("{destination:?}").contains("secret"));
        assert!(Destination::parse("ftp://a/b").is_err());
    }

    #[test]
    fn what_was_kept_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        keep(folder.path(), &note(7)).unwrap();
        keep(folder.path(), &note(7)).unwrap();
        assert!(keep(folder.path(), "revisor/1\n7\nforged\n").is_err());
        let kept = folder.path().join("revisor-1-000000000007.checkpoint");
        assert_eq!(fs::read_to_string(kept).unwrap(), note(7));
    }
}
