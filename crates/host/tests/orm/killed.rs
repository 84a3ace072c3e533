//! kill -9 of the host's PostgreSQL while the host writes and delivers, and goes on afterwards: what
//! the server heard is what is in the tables. `REVISOR_TEST_KILLS` says how often (4).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use revisor_host::{Context, Delivery, Error, Trail};
use sea_orm::Set;

use crate::cluster::{Cluster, number};
use crate::entities::{contact, contact::named};
use crate::host::{Host, by_marc, marc, quick};
use crate::recorder::{Recorder, replay};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_under_a_host_loses_repeats_and_invents_nothing() {
    // What is committed is not on the disk for a while, and is not told before it is.
    let settings = ["fsync=off", "synchronous_commit=off", "wal_writer_delay=2s"];
    let Some(mut cluster) = Cluster::start(&settings) else {
        return;
    };
    let url = cluster.url("");
    let host = Host::below(url.trim_end_matches('/').to_owned()).await;
    let trail = host.trail().open().await.unwrap();
    let recorder = Recorder::new();
    let delivery = Delivery::spawn_at(&trail, Arc::clone(&recorder), quick());
    let over = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (trail, over, written) = (trail.clone(), over.clone(), written.clone());
            tokio::spawn(async move {
                let mut round = 0;
                while !over.load(Ordering::Relaxed) {
                    round += 1;
                    match write(&trail, writer, round).await {
                        Ok(()) => _ = written.fetch_add(1, Ordering::Relaxed),
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
            })
        })
        .collect();
    for kill in 0..number("REVISOR_TEST_KILLS", 4) {
        let before = written.load(Ordering::Relaxed);
        while written.load(Ordering::Relaxed) < before + 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(kill * 7_919 % 400)).await;
        if kill % 4 == 3 {
            cluster.kill_one(kill);
            tokio::time::sleep(Duration::from_millis(100)).await;
            cluster.wait();
        } else {
            cluster.kill();
            cluster.restart();
        }
    }
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    delivery.shutdown(Duration::from_mins(1)).await;
    let contacts = host
        .rows::<contact::Entity>(|row| row["id"].to_string())
        .await;
    let mut told = replay(&recorder.heard())
        .remove("contact")
        .unwrap_or_default();
    for row in told.values_mut() {
        row["touched"] = 0.into();
    }
    assert_eq!(told, contacts);
    assert!(recorder.heard().len() > 100, "{}", recorder.heard().len());
}

async fn write(trail: &Trail, writer: u64, round: u64) -> Result<(), Error> {
    let db = trail.act(marc(), Context::default());
    let txn = db.begin().await?;
    let made = txn.insert(named(&format!("{writer}-{round}"))).await?;
    if round % 5 == 4 {
        return txn.rollback().await;
    }
    txn.commit().await?;
    if round % 3 == 2 {
        by_marc(trail)
            .delete_by_id::<contact::Entity>(made.id)
            .await?;
    } else {
        let older = contact::ActiveModel {
            id: Set(made.id),
            age: Set(i64::try_from(round).unwrap()),
            ..Default::default()
        };
        db.update(older).await?;
    }
    Ok(())
}
