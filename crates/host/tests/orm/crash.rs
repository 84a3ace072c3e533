//! A host killed at random moments: what is in its tables is what the server heard.
//!
//! The host is a process of its own, this program again, that writes and delivers at once and is
//! killed with SIGKILL; the server is in this process and hears all of its lives.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use revisor_host::{Delivery, HttpServer, Operation, Refusal, Server, Trail};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, Set};
use serde_json::json;

use crate::entities::{contact, contact::named, tag};
use crate::host::{Host, by_marc, connect, quick};
use crate::recorder::{Recorder, replay};

/// How often the host is killed.
const LIVES: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_it_tells_everything_once_on_sqlite() {
    killed(Host::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_it_tells_everything_once_on_postgres() {
    if let Some(host) = Host::postgres().await {
        killed(host).await;
    }
}

#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_it_tells_everything_once_on_mysql() {
    if let Some(host) = Host::mysql().await {
        killed(host).await;
    }
}

/// A server by HTTP that now and then records a batch and does not answer.
struct Lossy {
    recorder: Arc<Recorder>,
    batches: AtomicUsize,
    loses: AtomicBool,
}

async fn answer(State(lossy): State<Arc<Lossy>>, request: Request) -> Response {
    if request.uri().path() != "/api/v1/operations" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let body = axum::body::to_bytes(request.into_body(), usize::MAX)
        .await
        .unwrap();
    let body = serde_json::from_slice(&body).unwrap();
    let operations = Operation::read_batch(body).ok().unwrap();
    let outcomes = lossy.recorder.record(&operations).await;
    let batch = lossy.batches.fetch_add(1, Ordering::Relaxed);
    match outcomes {
        Ok(_) if batch % 5 == 3 && lossy.loses.load(Ordering::Relaxed) => {
            StatusCode::BAD_GATEWAY.into_response()
        }
        Ok(results) => axum::Json(json!({"results": results})).into_response(),
        Err(Refusal::Later { .. }) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(refusal) => panic!("{refusal}"),
    }
}

async fn killed(host: Host) {
    let recorder = Recorder::new();
    let lossy = Arc::new(Lossy {
        recorder: Arc::clone(&recorder),
        batches: AtomicUsize::new(0),
        loses: AtomicBool::new(true),
    });
    let app = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&lossy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    host.trail().open().await.unwrap();

    let mut written_at_all = 0;
    for life in 0..LIVES {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::a_life", "--ignored", "--nocapture"])
            .env("REVISOR_TEST_LIFE", life.to_string())
            .env("REVISOR_TEST_HOST_URL", &host.url)
            .env("REVISOR_TEST_SERVER_URL", &server)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut child = Killed(child);
        let began = alive(&mut child.0).await;
        assert!(began, "life {life} began");
        let moment = u64::from(life) * 7_919 % 120;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        drop(child);
        let rows = host
            .rows::<contact::Entity>(|row| row["id"].to_string())
            .await;
        written_at_all = Ord::max(written_at_all, rows.len());
    }
    // The last life ends in order.
    lossy.loses.store(false, Ordering::Relaxed);
    let trail = host.trail().open().await.unwrap();
    forget_lease(&host).await;
    let delivery = Delivery::spawn_at(&trail, HttpServer::new(&server, "key").unwrap(), quick());
    delivery.shutdown(Duration::from_mins(1)).await;
    let heard = recorder.heard();
    let tables = replay(&heard);
    let mut told = tables.get("contact").cloned().unwrap_or_default();
    for row in told.values_mut() {
        row["touched"] = 0.into();
    }
    let contacts = host
        .rows::<contact::Entity>(|row| row["id"].to_string())
        .await;
    assert_eq!(told, contacts);
    let tags = host.rows::<tag::Entity>(|row| {
        format!("{},{}", row["contact_id"], row["word"].as_str().unwrap())
    });
    assert_eq!(tables.get("tag").cloned().unwrap_or_default(), tags.await);
    assert!(written_at_all > 20 && heard.len() > 200, "{}", heard.len());
    assert!(
        recorder.duplicates.load(Ordering::Relaxed) > 0,
        "some were sent again"
    );
    println!(
        "{LIVES} lives, {} operations heard, {} sent again, {} rows",
        heard.len(),
        recorder.duplicates.load(Ordering::Relaxed),
        contacts.len()
    );
}

/// A lease of a host that was killed ends by itself, after longer than a test waits.
async fn forget_lease(host: &Host) {
    use sea_orm::ConnectionTrait as _;
    let forget = "UPDATE revisor_installation SET leased_until = 0";
    host.db.execute_unprepared(forget).await.unwrap();
}

/// Waits until the host says that it runs.
async fn alive(child: &mut Child) -> bool {
    let mut stdout = child.stdout.take().unwrap();
    let reading = tokio::task::spawn_blocking(move || {
        let (mut told, mut byte) = (Vec::new(), [0]);
        while !told.ends_with(b"ALIVE") {
            if !matches!(stdout.read(&mut byte), Ok(1)) {
                return false;
            }
            told.push(byte[0]);
        }
        true
    });
    let began = tokio::time::timeout(Duration::from_secs(30), reading).await;
    began.is_ok_and(|began| began.unwrap())
}

/// A process that is killed (SIGKILL) at its end here.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The host, until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the tests above, as a process of its own"]
async fn a_life() {
    let life: i32 = std::env::var("REVISOR_TEST_LIFE").unwrap().parse().unwrap();
    let db = connect(&std::env::var("REVISOR_TEST_HOST_URL").unwrap()).await;
    let server = std::env::var("REVISOR_TEST_SERVER_URL").unwrap();
    let trail = Trail::builder(db).open().await.unwrap();
    {
        use sea_orm::ConnectionTrait as _;
        let forget = "UPDATE revisor_installation SET leased_until = 0";
        trail.database().execute_unprepared(forget).await.unwrap();
    }
    let server = HttpServer::new(&server, "key").unwrap();
    let _delivery = Delivery::spawn_at(&trail, server, quick());
    println!("ALIVE");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..3 {
        let trail = trail.clone();
        writers.spawn(async move {
            let db = by_marc(&trail);
            for round in 0.. {
                let txn = db.begin().await.unwrap();
                let made = txn
                    .insert(named(&format!("{life}-{writer}-{round}")))
                    .await
                    .unwrap();
                let tags = ["a", "b"].map(|word| tag::Model {
                    contact_id: made.id,
                    word: word.to_owned(),
                    weight: 0,
                });
                txn.insert_many(tags).await.unwrap();
                if round % 4 == 3 {
                    txn.rollback().await.unwrap();
                } else {
                    txn.commit().await.unwrap();
                }
                let heavier = db.update_many::<tag::Entity>();
                let weight = Expr::col(tag::Column::Weight).add(1);
                let heavier = heavier.col_expr(tag::Column::Weight, weight);
                heavier
                    .filter(tag::Column::ContactId.eq(made.id))
                    .exec()
                    .await
                    .unwrap();
                if round % 3 == 2 {
                    db.delete_by_id::<contact::Entity>(made.id).await.unwrap();
                } else if round % 4 != 3 {
                    let older = contact::ActiveModel {
                        id: Set(made.id),
                        age: Set(i64::from(round)),
                        ..Default::default()
                    };
                    db.update(older).await.unwrap();
                }
            }
        });
    }
    writers.join_next().await;
}
