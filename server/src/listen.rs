//! Connections: accepted, secured where certificates are given, bounded in number and in time.
//!
//! A connection that sends its header too slowly is closed; a header that is too large is answered
//! by 431. More connections than allowed wait in the system's queue until others end.

use std::{future::Future, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Largest header of a request, in bytes.
const HEADER: usize = 32 * 1024;
/// Most lines of a header.
const HEADERS: usize = 100;
/// How long a connection may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long nothing is accepted after the system refused to.
const PAUSE: Duration = Duration::from_millis(200);

/// How connections are taken.
#[derive(Clone)]
pub struct Listening {
    /// The certificates, where the server speaks TLS itself.
    pub tls: Option<Arc<ServerConfig>>,
    /// Most connections at once.
    pub connections: usize,
    /// How long a header may take to come, from the end of the request before.
    pub header_time: Duration,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            tls: None,
            connections: 4_096,
            header_time: Duration::from_secs(30),
        }
    }
}

/// Why TLS is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds no such thing.
    #[error("the file cannot be used: {0}")]
    File(#[from] rustls::pki_types::pem::Error),
    /// There is no certificate in the file.
    #[error("the file holds no certificate")]
    Empty,
    /// Key and certificate do not fit, or cannot be used.
    #[error("certificate and key cannot be used: {0}")]
    Unfit(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 by the certificates and the key of these files, in PEM.
pub fn tls(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    revisor_host::secure_by_ring();
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(certificates)?.collect::<Result<_, _>>()?;
    if chain.is_empty() {
        return Err(TlsError::Empty);
    }
    let key = PrivateKeyDer::from_pem_file(key)?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Answers connections until `ended` is cancelled; then what is being answered comes to its end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    listening: Listening,
    ended: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(listening.connections.clamp(1, 1 << 20)));
    let tasks = TaskTracker::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let Some((accepted, place)) = ended.run_until_cancelled(next).await else {
            break;
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of files, most likely: others end soon.
                tracing::warn!(%error, "connection.not_accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (router, listening, ended) = (router.clone(), listening.clone(), ended.clone());
        tasks.spawn(async move {
            let _place = place;
            connection(stream, peer, router, listening, ended).await;
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    listening: Listening,
    ended: CancellationToken,
) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &listening.tls else {
        return answer(stream, peer, router, &listening, ended).await;
    };
    let handshake = TlsAcceptor::from(Arc::clone(tls)).accept(stream);
    match within(HANDSHAKE, &ended, handshake).await {
        Some(Ok(stream)) => answer(stream, peer, router, &listening, ended).await,
        Some(Err(error)) => tracing::debug!(%error, "connection.not_secured"),
        None => {}
    }
}

async fn within<T>(
    time: Duration,
    ended: &CancellationToken,
    work: impl Future<Output = T>,
) -> Option<T> {
    let work = tokio::time::timeout(time, work);
    ended.run_until_cancelled(work).await?.ok()
}

async fn answer<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    listening: &Listening,
    ended: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(listening.header_time)
        .max_header_size(HEADER)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = ended.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "connection.broken");
    }
}
