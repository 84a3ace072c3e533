//! kill -9 of the deliverer and of its backend: each operation arrives once.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use revisor_host::capture::Capturing;
use revisor_host::delivery::Progress;
use tokio::sync::watch;

use crate::host::Host;
use crate::order::{replay, table};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_is_ended_again_and_again_loses_and_repeats_nothing() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY, n int)").await else {
        return;
    };
    let host = Arc::new(host);
    let (progress, _seen) = watch::channel(Progress::default());
    let (stop, stopped) = watch::channel(false);
    let (database, recorder) = (host.database.clone(), host.recorder.clone());
    let running = tokio::spawn(async move {
        Capturing::new(database, recorder)
            .run(&progress, stopped)
            .await;
    });
    let mut ended = 0;
    for round in 0..30 {
        host.run(&format!("INSERT INTO t SELECT i, 0 FROM generate_series({round}00, {round}99) i; UPDATE t SET n = {round} WHERE id % 7 = 0")).await;
        let killed = host
            .value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'revisor capture' AND datname = current_database()")
            .await;
        ended += killed.parse::<u32>().unwrap();
        tokio::time::sleep(Duration::from_millis(20 + round * 7)).await;
    }
    for _ in 0..200 {
        if host.value("SELECT count(*) FROM revisor.outbox").await == "0" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    assert!(ended > 5, "{ended} were ended");
    assert_eq!(replay(&host.recorder.operations()), table(&host).await);
}

/// The child: delivers to files in the folder, a line a batch, until it is killed.
#[tokio::test]
async fn child() {
    let (Ok(url), Ok(folder)) = (
        std::env::var("CAPTURE_CHILD_URL"),
        std::env::var("CAPTURE_CHILD_FOLDER"),
    ) else {
        return;
    };
    let server = Arc::new(Folder(folder.into()));
    let database = revisor_host::capture::Database::new(&url).unwrap();
    let (progress, _seen) = watch::channel(Progress::default());
    let (_stop, stopped) = watch::channel(false);
    Capturing::new(database, server)
        .run(&progress, stopped)
        .await;
}

/// A server that keeps each operation in a file of its id: that it is there before makes it a
/// duplicate. Writing is atomic by a rename.
struct Folder(std::path::PathBuf);

impl revisor_host::Server for Folder {
    async fn record(
        &self,
        batch: &[revisor_host::Operation],
    ) -> Result<Vec<revisor_host::Outcome>, revisor_host::Refusal> {
        let mut outcomes = Vec::new();
        for one in batch {
            let id = one.id.clone().unwrap().replace(':', "_");
            let file = self.0.join(&id);
            let text = serde_json::to_string(one).unwrap();
            if let Ok(known) = std::fs::read_to_string(&file) {
                let known = known.split_once('\n').unwrap().1.to_owned();
                assert_eq!(known, text);
                outcomes.push(revisor_host::Outcome::Duplicate { log_id: None });
                continue;
            }
            let number = std::fs::read_dir(&self.0).unwrap().count();
            let draft = self.0.join(".draft");
            std::fs::write(&draft, format!("{number:08}\n{text}")).unwrap();
            std::fs::rename(&draft, &file).unwrap();
            outcomes.push(revisor_host::Outcome::Unchanged);
        }
        Ok(outcomes)
    }

    async fn declare(
        &self,
        _: &str,
        _: &revisor_host::ModelInput,
    ) -> Result<(), revisor_host::Refusal> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deliverer_that_is_killed_again_and_again_loses_and_repeats_nothing() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY, n int)").await else {
        return;
    };
    let folder = std::env::temp_dir().join(&host.name);
    std::fs::create_dir_all(&folder).unwrap();
    let program = std::env::current_exe().unwrap();
    let start = || {
        Command::new(&program)
            .args(["--exact", "crash::child", "--nocapture"])
            .env("CAPTURE_CHILD_URL", &host.url)
            .env("CAPTURE_CHILD_FOLDER", &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    for round in 0..20_u64 {
        let mut child = start();
        host.run(&format!("INSERT INTO t SELECT i, 0 FROM generate_series({round}00, {round}99) i; UPDATE t SET n = {round} WHERE id % 7 = 0")).await;
        tokio::time::sleep(Duration::from_millis(100 + round * 23)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut last = start();
    for _ in 0..300 {
        if host.value("SELECT count(*) FROM revisor.outbox").await == "0" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    last.kill().unwrap();
    last.wait().unwrap();
    let mut kept: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    kept.sort();
    let operations: Vec<_> = kept
        .iter()
        .map(|text| serde_json::from_str(text.split_once('\n').unwrap().1).unwrap())
        .collect();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(replay(&operations), table(&host).await);
}
