//! Records made-up operations through the recorder, without HTTP, for a profiler to look at:
//! `cargo run --profile profiling -p audit --example record -- sqlite:///tmp/x.db?mode=rwc 100 1000`
//! records 100 batches of 1,000 on a new database.

use std::time::Instant;

use audit::{Audit, Options, Principal};
use serde_json::{Value, json};
use types::{HostInput, Operation, Scope};

/// A batch as a host sends it.
fn batch(number: usize, size: usize) -> Value {
    let operation = |place: usize| {
        let n = number * size + place;
        let record = n % 50_000;
        let name = format!("{} keyboards for Lisbon", record % 90);
        let mut operation = json!({
            "id": format!("w0/{n}"), "operation": "write", "model": format!("model.{}", record % 10), "record_id": format!("w0-{record}"),
            "user": {"login": format!("user{}", n % 200), "name": format!("User Number {}", n % 200), "groups": ["Sales / User"]},
            "context": {"ip": "203.0.113.7", "request_id": format!("w0-{}", n / 3)},
        });
        if n < 50_000 && n.is_multiple_of(4) {
            operation["operation"] = json!("create");
            operation["new"] = json!({"name": name, "stage": "new", "amount": n, "probability": 10, "user_id": {"id": "7", "name": "User Number 7"},
                "city": "Lisbon", "deadline": "2027-01-02", "active": true, "note": "Called about desk lamps on day 1; they will answer within the week."});
        } else {
            operation["old"] = json!({"stage": "new", "amount": n});
            operation["new"] = json!({"stage": "qualified", "amount": n + 1});
        }
        operation
    };
    json!({"operations": (0..size).map(operation).collect::<Vec<_>>()})
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("a database URL")?;
    let batches: usize = arguments.next().ok_or("how many batches")?.parse()?;
    let size: usize = arguments
        .next()
        .ok_or("how many operations a batch")?
        .parse()?;
    migration::up(&url).await?;
    let audit = Audit::open(&url, Options::default()).await?;
    let host = HostInput {
        name: "bench".to_owned(),
        label: None,
    };
    audit::hosts::create(&audit, &Principal::System, host).await?;
    for number in 0..10 {
        let rule = json!({"name": format!("All {number}"), "host": "bench", "model": format!("model.{number}"), "log_create": true});
        audit::rules::create(&audit, &Principal::System, serde_json::from_value(rule)?).await?;
    }
    let caller = Principal::Key {
        id: String::new(),
        host: "bench".to_owned(),
        scopes: vec![Scope::Record],
    };
    let texts: Vec<String> = (0..batches).map(|n| batch(n, size).to_string()).collect();
    let started = Instant::now();
    for text in texts {
        let body: Value = serde_json::from_str(&text)?;
        let operations = Operation::read_batch(body).map_err(|faults| format!("{faults:?}"))?;
        audit::recorder::record(&audit, &caller, operations, None).await?;
    }
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("{batches} batches in {seconds:.2} s");
    audit.close().await;
    Ok(())
}
