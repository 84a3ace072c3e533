//! `revisor serve`: the server until it is told to end.
//!
//! SIGTERM and SIGINT let what is being answered come to its end, for a while; then what is still
//! open is cut. The process ends within ten seconds.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tokio_util::sync::CancellationToken;

use super::{CommandError, open, system};
use crate::{
    capture,
    config::{Settings, TlsFiles, without_password},
    forward,
    listen::{self, Listening},
    observe,
    outgoing::Outgoing,
    router::{Options, app},
    seal,
};

/// How long requests may go on after the signal.
const DRAIN: Duration = Duration::from_secs(7);
/// How long recording and closing the database may take after that.
const CLOSE: Duration = Duration::from_secs(2);
/// How long writing the last checkpoint may take after that.
const KEEP: Duration = Duration::from_millis(500);
/// How often sessions that have ended are forgotten, and metrics tidied up.
const HOUSEKEEPING: Duration = Duration::from_mins(5);

pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let tls = settings.tls.as_ref().map(secured).transpose()?;
    let audit = open(settings).await?;
    if let Err(error) = seal::start(&audit, settings).await {
        audit.close().await;
        return Err(error);
    }
    let options = Options {
        addr: settings.addr,
        site_root: settings.site_root.clone(),
        behind_tls: settings.behind_tls || settings.tls.is_some(),
        behind_proxy: settings.behind_tls,
        session_idle: settings.session_idle,
        sso: settings.sso.clone(),
        allow_private: settings.allow_private,
        key_rate: settings.key_rate,
        key_requests: settings.key_requests,
        ending: CancellationToken::new(),
        ..Options::default()
    };
    let listener = TcpListener::bind(settings.addr)
        .await
        .map_err(system(format!("cannot listen on {}", settings.addr)))?;
    let address = listener.local_addr().unwrap_or(settings.addr);
    let (hearing, ended) = ending()?;
    announce(settings, address);

    let house = tokio::spawn(keep_house(audit.clone()));
    let keeping = tokio::spawn(seal::keep(audit.clone(), settings.clone()));
    let sending = sending(&audit, settings)?;
    let capturing = capture::start(&audit, &settings.capture, &ended)
        .map_err(|error| CommandError::Other(error.to_string()))?;
    let mut draining = ended.clone();
    let ending = options.ending.clone();
    let listening = Listening {
        tls,
        connections: settings.connections,
        ..Listening::default()
    };
    let answering = listen::serve(
        listener,
        app(audit.clone(), &options),
        listening,
        options.ending.clone(),
    );
    let told = async {
        let _ = draining.wait_for(|ended| *ended).await;
        ending.cancel();
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        () = answering => {}
        () = told => tracing::warn!("some requests did not end in time; they are cut"),
    }
    house.abort();
    capturing.end().await;
    hearing.abort();
    if tokio::time::timeout(CLOSE, audit.close()).await.is_err() {
        tracing::warn!("the database did not close in time");
    }
    // The last checkpoint was signed at the close; it is written now, or found again at the start.
    let _ = tokio::time::timeout(KEEP, keeping).await;
    let _ = tokio::time::timeout(KEEP, sending).await;
    tracing::info!("ended");
    Ok(())
}

/// Sends checkpoints on, where that is asked for.
fn sending(
    audit: &audit::Audit,
    settings: &Settings,
) -> Result<tokio::task::JoinHandle<()>, CommandError> {
    let destinations = settings.send_checkpoints.clone();
    let Some(sealed) = audit.sealed().filter(|_| !destinations.is_empty()) else {
        return Ok(tokio::spawn(async {}));
    };
    let outgoing = Outgoing::new(settings.allow_private)
        .map_err(|error| CommandError::Other(format!("checkpoints cannot be sent: {error}")))?;
    Ok(tokio::spawn(forward::start(sealed, destinations, outgoing)))
}

fn secured(files: &TlsFiles) -> Result<Arc<rustls::ServerConfig>, CommandError> {
    listen::tls(&files.certificates, &files.key).map_err(|error| {
        let (certificates, key) = (files.certificates.display(), files.key.display());
        CommandError::Other(format!("TLS by {certificates} and {key}: {error}"))
    })
}

fn announce(settings: &Settings, address: SocketAddr) {
    let scheme = if settings.tls.is_some() {
        "https"
    } else {
        "http"
    };
    tracing::info!(
        address = %format_args!("{scheme}://{address}"),
        database = %without_password(&settings.database_url),
        "serving"
    );
    tracing::debug!(settings = ?settings, "settings");
}

/// Turns true at the first SIGTERM or SIGINT.
pub(super) fn ending() -> Result<(tokio::task::JoinHandle<()>, watch::Receiver<bool>), CommandError>
{
    let unheard = || system("signals cannot be heard");
    let mut terminate = signal(SignalKind::terminate()).map_err(unheard())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unheard())?;
    let (sender, receiver) = watch::channel(false);
    let task = tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending: what is being answered comes to its end");
        let _ = sender.send(true);
        // Kept, so that the receivers see the value and not a closed channel.
        sender.closed().await;
    });
    Ok((task, receiver))
}

async fn keep_house(audit: audit::Audit) {
    let mut ticks = tokio::time::interval(HOUSEKEEPING);
    loop {
        ticks.tick().await;
        observe::recorder().run_upkeep();
        if let Err(error) = audit::sessions::delete_expired(&audit).await {
            tracing::warn!(error = %error, "sessions.not_tidied");
        }
    }
}
