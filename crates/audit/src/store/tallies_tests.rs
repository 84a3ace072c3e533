//! Tests of counting by the database: its days are those of the clocks, and its bound is exact.

use proptest::prelude::*;
use sea_orm::Database;
use types::Timestamp;

use super::*;

fn any_time() -> impl Strategy<Value = Timestamp> {
    // Most at a moment at which a day may begin, or right before it.
    let edge = (-700_000_i64..=2_900_000, -50_000_i64..=50_000, -1_i64..=1)
        .prop_map(|(day, seconds, micros)| day * DAY + seconds * 1_000_000 + micros);
    prop_oneof![edge, Timestamp::MIN.micros()..=Timestamp::MAX.micros()]
        .prop_map(Timestamp::from_micros)
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let changes = proptest::collection::vec((any_time(), -50_000..50_000), 0..4);
    (-50_000..50_000, changes).prop_map(|(offset, changes)| Zone::new(offset, changes))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_day_of_the_database_is_the_day_that_the_clocks_show(
        zone in any_zone(),
        mut times in proptest::collection::vec(any_time(), 1..40),
    ) {
        // Clocks are read right where they turn, too.
        times.extend(zone.offsets().1.iter().flat_map(|(since, _)| {
            [since.micros() - 1, since.micros()].map(Timestamp::from_micros)
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let days: Vec<String> = runtime.unwrap().block_on(async {
            let memory = Database::connect("sqlite::memory:").await.unwrap();
            let mut days = Vec::new();
            for time in &times {
                let at = Query::select()
                    .expr_as(Expr::val(time.micros()), log::Column::RecordedAt.into_iden())
                    .to_owned();
                let day = Query::select()
                    .expr(day_of(&zone))
                    .from_subquery(at, log::Entity)
                    .to_owned();
                let row = memory.query_one(&day).await.unwrap().unwrap();
                let day: i64 = row.try_get_by_index(0).unwrap();
                days.push(Timestamp::from_micros((day - BEFORE) * DAY).to_string());
            }
            days
        });
        for (time, day) in times.into_iter().zip(days) {
            let shown = zone.to_local(time).to_string();
            prop_assert_eq!(&day[..10], &shown[..10], "{}", time);
        }
    }
}

#[test]
fn the_oldest_log_is_taken_off_where_there_is_one_too_many() {
    let row = |part: Part, number, login: &str, (logs, oldest, newest)| Row {
        part: part as i32,
        numbers: [number, 0, 0],
        login: login.to_owned(),
        name: None,
        logs,
        oldest,
        newest,
    };
    let rows = || {
        vec![
            row(Part::Kinds, 1, "", (3, 5, 9)),
            row(Part::Kinds, 2, "", (1, 4, 4)),
            row(Part::Days, BEFORE + 7, "", (4, 4, 9)),
            row(Part::Fields, 3, r#"["a","b"]"#, (2, 4, 8)),
            row(Part::Fields, 3, r#"["a"]"#, (2, 5, 9)),
        ]
    };
    let tally = |logs, newest| Tally { logs, newest };
    let (all, more) = told(rows(), 4).unwrap();
    assert!(!more);
    assert_eq!(all.kinds[&(2, 0, 0)], tally(1, 4));
    assert_eq!(all.days[&7], tally(4, 9));
    assert_eq!(all.fields[&(3, "a".to_owned())], 4);
    let (three, more) = told(rows(), 3).unwrap();
    assert!(more);
    assert_eq!(three.kinds, [((1, 0, 0), tally(3, 9))].into());
    assert_eq!(three.days[&7], tally(3, 9));
    assert_eq!(three.fields[&(3, "a".to_owned())], 3);
    assert_eq!(three.fields[&(3, "b".to_owned())], 1);
}
