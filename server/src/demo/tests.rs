//! The demo loaded at the times of its story, on a database of its own.

use audit::{Audit, Options, Principal, coverage, logs};
use types::{Log, LogQuery, Order};

use super::{SEED, clock, load_here, operations, setup};

async fn all_logs(audit: &Audit) -> Vec<Log> {
    let mut query = LogQuery {
        order: Order::Asc,
        limit: 200,
        ..LogQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = logs::list(audit, &Principal::System, &query).await.unwrap();
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_over_ninety_days_is_recorded_a_second_or_so_later_each() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/demo.db?mode=rwc", folder.path().display());
    migration::up(&url).await.unwrap();
    let options = Options {
        ports: clock::ports(),
        ..Options::default()
    };
    let audit = Audit::open(&url, options).await.unwrap();
    let end = setup::end(&audit).await.unwrap();
    // The whole story takes a while: every tenth of its requests, and the last of them.
    let whole = operations(SEED, end);
    let requests: Vec<_> = whole
        .chunk_by(|a, b| a.occurred_at == b.occurred_at)
        .collect();
    let some: Vec<_> = requests.iter().rev().step_by(10).rev().copied().collect();
    let some = some.concat();
    let (_, tally) = load_here(&audit, end, &some).await.unwrap();
    assert_eq!(
        tally.recorded + tally.skipped + tally.unchanged,
        some.len(),
        "each for the first time"
    );
    let system = audit.now();
    assert!(system >= end, "the clock is the system's again");

    let all = all_logs(&audit).await;
    let of_crm: Vec<_> = all.iter().filter(|log| log.host == "crm").collect();
    assert_eq!(of_crm.len(), tally.recorded);
    for log in &of_crm {
        let late = log.recorded_at.micros() - log.occurred_at.micros();
        assert!((400_000..2_500_000).contains(&late), "{late}");
    }
    assert!(of_crm.last().unwrap().recorded_at <= system);
    for pair in all.windows(2) {
        assert!(pair[0].seq < pair[1].seq && pair[0].recorded_at < pair[1].recorded_at);
    }
    let day = 86_400_000_000;
    let begin = all[0].recorded_at.micros();
    assert!(end.micros() - begin > 85 * day, "from the first rule on");

    let overview = audit::overview::get(&audit, &Principal::System, 90)
        .await
        .unwrap();
    let busy = overview.days.iter().filter(|day| day.logs.total() > 0);
    assert!(busy.count() > 40, "there is something to draw");
    let let_go = coverage::list(&audit, &Principal::System, 90)
        .await
        .unwrap();
    let meetings = let_go.iter().find(|of| of.model == "calendar.event");
    assert!(meetings.is_some_and(|of| of.rules.iter().all(|rule| !rule.active)));

    // Told again it is the same story, and nothing of it is recorded twice.
    assert_eq!(setup::end(&audit).await.unwrap(), end);
    let (_, again) = load_here(&audit, end, &some).await.unwrap();
    assert_eq!((again.recorded, again.unchanged), (0, 0));
    assert_eq!(again.duplicate, tally.recorded + tally.unchanged);
    let known = all_logs(&audit).await;
    let of_crm = known.iter().filter(|log| log.host == "crm").count();
    assert_eq!(of_crm, tally.recorded);
    audit.close().await;
}
