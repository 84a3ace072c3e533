//! Comparing what the API answers with what git says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::MODEL;
use super::client::{Client, encode};
use super::git::Repository;
use super::history::{Commit, Entry};
use super::path;
use super::report::Report;
use super::send::{Mark, Sent};
use super::tree::Tree;
use crate::interrupt;
use crate::progress::{Count, Step};

/// Requests under way at a time.
const THREADS: usize = 4;
/// Paths looked at for each commit in between, of those known by then and of those not yet known.
const SAMPLE: (usize, usize) = (450, 50);
/// Paths whose revisions are read one by one.
const HISTORIES: usize = 100;

/// Every log, oldest first, is the operation that was sent, with the next revision of its record.
pub(super) fn logs(
    client: &Client,
    host: &str,
    history: &[Commit],
    report: &mut Report,
) -> anyhow::Result<()> {
    let total: usize = history.iter().map(|commit| commit.changes.len()).sum();
    let count = Count::start("Read every log", total);
    let mut revisions = BTreeMap::<&[u8], u64>::new();
    let mut sent = history
        .iter()
        .flat_map(|commit| commit.changes.iter().map(move |change| (commit, change)));
    let mut read = 0_usize;
    let query = format!("host={}&model={}&order=asc", encode(host), encode(MODEL));
    client.walk("/logs", &query, |log| {
        read += 1;
        count.add(1);
        let Some((commit, change)) = sent.next() else {
            return Ok(());
        };
        let revision = revisions.entry(&change.path).or_default();
        *revision += 1;
        let expected = [
            ("record_id", Value::from(path::record_id(&change.path))),
            ("operation", Value::from(change.kind.word())),
            ("revision", Value::from(*revision)),
        ];
        for (name, value) in expected {
            if log[name] != value {
                report.differs(format!("log {read}: {name} is {}, sent {value}", log[name]));
            }
        }
        let transaction = &log["context"]["transaction_id"];
        if *transaction != commit.id.as_str() {
            report.differs(format!(
                "log {read}: of {transaction}, sent in {}",
                commit.id
            ));
        }
        if !log["unrecorded_changes"]
            .as_array()
            .is_none_or(Vec::is_empty)
        {
            report.differs(format!("log {read}: tells of changes outside the trail"));
        }
        Ok(())
    })?;
    count.done();
    if read != total {
        report.differs(format!(
            "there are {read} logs, git tells of {total} changes"
        ));
    }
    report.note(format!("Logs: {read} read in order, {total} expected."));
    Ok(())
}

/// The number of revisions of every path is the number of commits that touch it.
pub(super) fn counts(
    client: &Client,
    host: &str,
    repository: &Repository,
    report: &mut Report,
) -> anyhow::Result<()> {
    let step = Step::start("Count revisions");
    let touches = repository.touches()?;
    let known = records(client, host)?;
    for (touched, times) in &touches {
        let id = path::record_id(touched);
        let revision = known.get(&id).map(|record| &record["revision"]);
        if revision.and_then(Value::as_u64) != Some(*times) {
            let told = revision.map_or("no record".to_owned(), |found| format!("revision {found}"));
            report.differs(format!("{id:?}: {told}, git log has {times} commits"));
        }
    }
    if known.len() != touches.len() {
        let (records, paths) = (known.len(), touches.len());
        report.differs(format!(
            "there are {records} records, git log has {paths} paths"
        ));
    }
    step.done();
    let mut chosen: Vec<_> = touches.iter().collect();
    chosen.sort_by_key(|(path, times)| (u64::MAX - **times, spread(path)));
    chosen.truncate(HISTORIES);
    in_parallel("Read revisions one by one", &chosen, |(path, times)| {
        let id = path::record_id(path);
        let mut next = 1_u64;
        let address = format!("/records/{}/{}/revisions", encode(MODEL), encode(&id));
        client.walk(&address, "", |log| {
            if log["revision"].as_u64() != Some(next) {
                report.differs(format!(
                    "{id:?}: revision {} comes as {next}",
                    log["revision"]
                ));
            }
            next += 1;
            Ok(())
        })?;
        if next - 1 != **times {
            report.differs(format!(
                "{id:?}: {} revisions listed, {times} commits",
                next - 1
            ));
        }
        Ok(())
    })?;
    report.note(format!(
        "Revisions: counted for {} paths, listed one by one for {}.",
        touches.len(),
        chosen.len()
    ));
    Ok(())
}

/// The last known state of every record is the tree of the last commit.
pub(super) fn last_state(
    client: &Client,
    host: &str,
    repository: &Repository,
    report: &mut Report,
) -> anyhow::Result<()> {
    let step = Step::start("Compare the last state");
    let tree = repository.tree(repository.tip())?;
    let mut known = records(client, host)?;
    for path in tree.keys() {
        let record = known.remove(&path::record_id(path));
        compare(path, record.as_ref(), &tree, "at the last commit", report);
    }
    let deleted = known.len();
    for (id, record) in &known {
        if record["deleted"] != true {
            report.differs(format!("{id:?}: not in the last commit, and not deleted"));
        }
    }
    step.done();
    report.note(format!(
        "Last commit: {} files compared with git ls-tree, {deleted} other paths must be deleted.",
        tree.len()
    ));
    Ok(())
}

/// At a commit in between, every path looked at was what the tree of that commit says, by its
/// revision and by the time.
pub(super) fn state_at(
    client: &Client,
    repository: &Repository,
    sent: &Sent,
    mark: &Mark,
    thorough: bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    let tree = repository.tree(&mark.commit)?;
    let (mut known, mut later): (Vec<_>, Vec<_>) = sent
        .revisions
        .keys()
        .partition(|path| mark.revisions.contains_key(*path));
    for (paths, most) in [(&mut known, SAMPLE.0), (&mut later, SAMPLE.1)] {
        paths.sort_by_key(|path| spread(path));
        if !thorough {
            paths.truncate(most);
        }
    }
    let deleted = known
        .iter()
        .filter(|path| !tree.contains_key(**path))
        .count();
    let (known_count, later_count) = (known.len(), later.len());
    known.append(&mut later);
    let short: String = mark.commit.chars().take(12).collect();
    in_parallel(&format!("Compare the state at {short}"), &known, |path| {
        let record = format!(
            "/records/{}/{}",
            encode(MODEL),
            encode(&path::record_id(path))
        );
        if let Some(revision) = mark.revisions.get(*path) {
            let found = one(client, &format!("{record}?revision={revision}"))?;
            let what = format!("at {short}, by revision {revision}");
            compare(path, found.as_ref(), &tree, &what, report);
        }
        if let Some(time) = &mark.time {
            let found = one(client, &format!("{record}?at={}", encode(time)))?;
            compare(
                path,
                found.as_ref(),
                &tree,
                &format!("at {short}, by time {time}"),
                report,
            );
        }
        Ok(())
    })?;
    report.note(format!(
        "Commit {short}: {known_count} of {} paths compared by revision and by time ({deleted} of \
         them deleted then), and {later_count} of {} not there yet.",
        mark.revisions.len(),
        sent.revisions.len() - mark.revisions.len(),
    ));
    Ok(())
}

/// Every known record of the host's files, by id.
fn records(client: &Client, host: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut known = BTreeMap::new();
    let query = format!("model={}", encode(MODEL));
    client.walk("/records", &query, |record| {
        if record["host"] == host
            && let Some(id) = record["record_id"].as_str()
            && known.insert(id.to_owned(), record.clone()).is_some()
        {
            anyhow::bail!("the list of records has {id:?} twice");
        }
        Ok(())
    })?;
    Ok(known)
}

/// One record; `None` where the answer is 404.
fn one(client: &Client, address: &str) -> anyhow::Result<Option<Value>> {
    let answer = client.get(address)?;
    if answer.status == 404 {
        return Ok(None);
    }
    answer.expect(200, address).map(Some)
}

/// A path that is not in the tree must be unknown or deleted, one that is must be equal to it.
fn compare(path: &[u8], record: Option<&Value>, tree: &Tree, what: &str, report: &Report) {
    let shown = path::readable(path);
    match (record, tree.get(path)) {
        (None, None) => {}
        (None, Some(_)) => report.differs(format!("{shown:?} {what}: no record")),
        (Some(record), None) => {
            if record["deleted"] != true {
                report.differs(format!("{shown:?} {what}: should be deleted: {record}"));
            }
        }
        (Some(record), Some((entry, size))) => {
            if let Some(field) = differing(record, &shown, entry, *size) {
                report.differs(format!("{shown:?} {what}: {field} differs: {record}"));
            }
        }
    }
}

/// The first thing about a record that is not as the tree says.
fn differing(record: &Value, path: &str, entry: &Entry, size: Option<u64>) -> Option<&'static str> {
    let values = &record["values"];
    let checks = [
        ("deleted", record["deleted"] == false),
        ("path", values["path"] == path),
        ("mode", values["mode"] == entry.mode.as_str()),
        ("blob", values["blob"] == entry.blob.as_str()),
        // A submodule has none: `null`, or left out.
        ("size", values["size"].as_u64() == size),
    ];
    checks
        .into_iter()
        .find(|(_, same)| !same)
        .map(|(field, _)| field)
}

/// A number that spreads paths evenly and is the same on every machine (FNV-1a).
fn spread(path: &[u8]) -> u64 {
    path.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Does `work` for every item, a few at a time; the first error ends it.
fn in_parallel<T: Sync>(
    name: &str,
    items: &[T],
    work: impl Fn(&T) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let count = Count::start(name, items.len());
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let one_after_another = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = interrupt::check()
                .map_err(Into::into)
                .and_then(|()| work(item))
            {
                next.store(items.len(), Ordering::Relaxed);
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                return;
            }
            count.add(1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(one_after_another);
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    count.done();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_is_compared_field_by_field() {
        let entry = Entry {
            mode: "100644".into(),
            blob: "b".into(),
        };
        let record = json!({"deleted": false,
            "values": {"path": "a", "mode": "100644", "size": 3, "blob": "b"}});
        assert_eq!(differing(&record, "a", &entry, Some(3)), None);
        assert_eq!(differing(&record, "a", &entry, Some(4)), Some("size"));
        assert_eq!(differing(&record, "a", &entry, None), Some("size"));
        assert_eq!(differing(&record, "b", &entry, Some(3)), Some("path"));
        let gone = json!({"deleted": true, "values": record["values"]});
        assert_eq!(differing(&gone, "a", &entry, Some(3)), Some("deleted"));
    }

    #[test]
    fn an_error_in_parallel_work_is_told() {
        let items: Vec<_> = (0..100).collect();
        let result = in_parallel("test", &items, |item| {
            anyhow::ensure!(*item != 50, "fifty");
            Ok(())
        });
        assert_eq!(result.unwrap_err().to_string(), "fifty");
    }
}
