//! Ending, in any order, while the host writes: the host works and its data are as they are.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use revisor_host::{Error, Mode, Trail, uninstall};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Set,
    Statement,
};
use tokio::task::JoinSet;

use crate::entities::{contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc, deliver, until};
use crate::recorder::Recorder;

everywhere!(
    uninstalled_while_a_strict_host_writes,
    uninstalled_while_a_buffered_host_writes,
    the_server_stops_for_ever_then_delivery_then_the_outbox_goes,
    auditing_ended_before_all_else,
    the_outbox_alone_is_gone,
    installed_again_it_audits_again,
);

/// Writers of a host that never stop and never accept an error.
struct Load {
    ending: Arc<AtomicBool>,
    writers: JoinSet<u64>,
}

impl Load {
    fn on(trail: &Trail) -> Self {
        let ending = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for writer in 0..4 {
            let (db, ending) = (by_marc(trail), Arc::clone(&ending));
            writers.spawn(async move {
                let mut written = 0;
                while !ending.load(Ordering::Relaxed) {
                    let name = format!("{writer}-{written}");
                    let txn = db.begin().await.unwrap();
                    let made = txn.insert(named(&name)).await.unwrap();
                    let older = contact::ActiveModel {
                        id: Set(made.id),
                        age: Set(1),
                        ..Default::default()
                    };
                    txn.update(older).await.unwrap();
                    txn.commit().await.unwrap();
                    written += 1;
                }
                written
            });
        }
        Self { ending, writers }
    }

    async fn runs(&self) {
        tokio::time::sleep(Duration::from_millis(150)).await;
    }

    /// Every write of every writer is in the host's table, once.
    async fn end(mut self, host: &Host) {
        self.runs().await;
        self.ending.store(true, Ordering::Relaxed);
        let mut written = 0;
        while let Some(writer) = self.writers.join_next().await {
            written += writer.unwrap();
        }
        let older = contact::Entity::find().filter(contact::Column::Age.eq(1));
        assert_eq!(older.count(&host.db).await.unwrap(), written);
        let all = contact::Entity::find().all(&host.db).await.unwrap();
        let names: BTreeSet<_> = all.into_iter().map(|one| one.name).collect();
        assert_eq!(names.len() as u64, written);
        assert!(written > 4, "there was load: {written}");
    }
}

/// All that the host's schema names.
async fn schema(host: &Host) -> BTreeSet<String> {
    let backend = host.db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => "SELECT type || ' ' || name AS n FROM sqlite_master",
        DbBackend::MySql => {
            "SELECT table_name AS n FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
        _ => {
            "SELECT relkind::text || ' ' || relname AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        }
    };
    let rows = host
        .db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get("", "n").unwrap())
        .collect()
}

async fn uninstalled_while_writing(host: Host, mode: Mode) {
    let before = schema(&host).await;
    let trail = host.trail().mode(mode).open().await.unwrap();
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let load = Load::on(&trail);
    until(&delivery, |progress| progress.delivered > 0).await;
    uninstall(&host.db).await.unwrap();
    load.end(&host).await;
    assert!(trail.has_ended());
    let status = delivery.status().await.unwrap();
    assert!(status.ended && status.backlog.waiting == 0);
    delivery.shutdown(Duration::from_secs(10)).await;
    assert_eq!(schema(&host).await, before);
}

async fn uninstalled_while_a_strict_host_writes(host: Host) {
    uninstalled_while_writing(host, Mode::Strict).await;
}

async fn uninstalled_while_a_buffered_host_writes(host: Host) {
    uninstalled_while_writing(host, Mode::Buffered).await;
}

async fn the_server_stops_for_ever_then_delivery_then_the_outbox_goes(host: Host) {
    let before = schema(&host).await;
    let trail = host.trail().open().await.unwrap();
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let load = Load::on(&trail);
    load.runs().await;
    server.away.store(true, Ordering::Relaxed);
    load.runs().await;
    delivery.shutdown(Duration::from_millis(500)).await;
    load.runs().await;
    let gone = uninstall(&host.db).await.unwrap();
    assert!(gone.waiting > 0, "it tells what went with the outbox");
    load.end(&host).await;
    assert_eq!(schema(&host).await, before);
}

async fn auditing_ended_before_all_else(host: Host) {
    let before = schema(&host).await;
    let trail = host.trail().open().await.unwrap();
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let load = Load::on(&trail);
    load.runs().await;
    trail.end();
    load.runs().await;
    drop(delivery);
    load.runs().await;
    uninstall(&host.db).await.unwrap();
    drop(server);
    load.end(&host).await;
    assert_eq!(schema(&host).await, before);
}

/// Not the orderly end: something is broken, and each mode does what it promises.
async fn the_outbox_alone_is_gone(host: Host) {
    let strict = host.trail().open().await.unwrap();
    let buffered = host.trail().mode(Mode::Buffered).open().await.unwrap();
    by_marc(&strict).insert(named("Ada")).await.unwrap();
    host.db
        .execute_unprepared("DROP TABLE revisor_outbox")
        .await
        .unwrap();
    let refused = by_marc(&strict).insert(named("Bob")).await.unwrap_err();
    assert!(matches!(refused, Error::Outbox(_)), "{refused}");
    by_marc(&buffered).insert(named("Eve")).await.unwrap();
    assert!(!strict.has_ended() && !buffered.has_ended());
    assert_eq!(buffered.spooled(), 1);
    let all = contact::Entity::find().all(&host.db).await.unwrap();
    assert_eq!(
        all.into_iter().map(|one| one.name).collect::<Vec<_>>(),
        ["Ada", "Eve"]
    );
    // The rest of the way is the orderly end, for strict hosts too.
    uninstall(&host.db).await.unwrap();
    by_marc(&strict).insert(named("Bob")).await.unwrap();
    assert!(strict.has_ended());
}

async fn installed_again_it_audits_again(host: Host) {
    let trail = host.trail().open().await.unwrap();
    by_marc(&trail).insert(named("Ada")).await.unwrap();
    assert_eq!(uninstall(&host.db).await.unwrap().waiting, 1);
    assert_eq!(uninstall(&host.db).await.unwrap().waiting, 0);
    by_marc(&trail).insert(named("Bob")).await.unwrap();
    let trail = host.trail().open().await.unwrap();
    by_marc(&trail).insert(named("Eve")).await.unwrap();
    let told: Vec<_> = host
        .heard(&trail)
        .await
        .into_iter()
        .filter_map(|one| one.record_name)
        .collect();
    assert_eq!(told, ["Eve"]);
}
