//! The exported trail: verified with a public key and nothing else, and what was done to it told.

use audit::{
    Principal, Seed,
    integrity::{Offline, export, key, keys},
};
use futures::TryStreamExt;
use serde_json::{Value, json};
use types::{Code, Report, Role, Verdict};

use crate::{
    app::TestApp,
    people::signed_in,
    support::{Host, create, write},
};

const SYSTEM: &Principal = &Principal::System;

/// A sealed trail of more than one checkpoint, and the public key.
async fn trail(app: &TestApp) -> (Vec<String>, String) {
    let crm = Host::crm(app).await;
    app.audit.start_sealing(&Seed([7; 32])).await.unwrap();
    for n in 0..6 {
        crm.log(create(
            &n.to_string(),
            json!({"name": format!("Lead é {n}")}),
        ))
        .await;
        app.audit.seal().await.unwrap();
    }
    crm.log(write("1", json!({"name": "other", "n": 1.5})))
        .await;
    app.audit.seal().await.unwrap();
    let lines = export(&app.audit, SYSTEM).await.unwrap();
    let lines = lines.try_collect().await.unwrap();
    let key = keys(&app.audit, SYSTEM).await.unwrap().remove(0);
    (lines, key)
}

fn verify(lines: &[String], public: &str, notes: &[String]) -> Report {
    let mut offline = Offline::begin(&lines[0], key(public).unwrap(), notes).unwrap();
    for line in &lines[1..] {
        offline.line(line);
    }
    offline.finish()
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// Where the leaves stand among the lines.
fn leaves(lines: &[String]) -> Vec<usize> {
    let has_leaf = |line: &String| parsed(line)["leaf"].is_string();
    (1..lines.len()).filter(|n| has_leaf(&lines[*n])).collect()
}

/// The line of a leaf that says something else.
fn altered(line: &str, with_hash: bool) -> String {
    let mut line = parsed(line);
    let leaf = line["leaf"].as_str().unwrap().replace("Lead", "Lie");
    if with_hash {
        line["hash"] = json!(proof::leaf_hash(leaf.as_bytes()).to_base64());
    }
    line["leaf"] = json!(leaf);
    line.to_string()
}

both!(
    an_exported_trail_is_verified_by_the_public_key_alone,
    async |app: TestApp| {
        let (lines, key) = trail(&app).await;
        let at = leaves(&lines);
        let report = verify(&lines, &key, &[]);
        assert_eq!(report.verdict, Verdict::Intact, "{report:?}");
        assert_eq!(usize::try_from(report.logs).unwrap(), at.len());
        assert!(report.checkpoints > 0);
        let newest = parsed(&lines[0])["checkpoint"].as_str().unwrap().to_owned();

        // Altered: named, even where its hash was made to fit.
        let victim = at[at.len() - 3];
        let mut forged = lines.clone();
        forged[victim] = altered(&lines[victim], false);
        let report = verify(&forged, &key, &[]);
        assert_eq!(report.verdict, Verdict::Tampered);
        assert_eq!(
            usize::try_from(report.findings[0].from).unwrap(),
            at.len() - 2
        );
        forged[victim] = altered(&lines[victim], true);
        assert_eq!(verify(&forged, &key, &[]).verdict, Verdict::Tampered);

        // Removed, moved.
        let mut removed = lines.clone();
        removed.remove(victim);
        assert_eq!(verify(&removed, &key, &[]).verdict, Verdict::Tampered);
        let mut moved = lines.clone();
        moved.swap(at[1], at[2]);
        let report = verify(&moved, &key, &[]);
        assert_eq!(
            (report.verdict, report.findings[0].from),
            (Verdict::Tampered, 2)
        );

        // Cut off; and cut off with an older checkpoint on top, which one from elsewhere tells.
        let short = lines[..*at.last().unwrap()].to_vec();
        assert_eq!(verify(&short, &key, &[]).verdict, Verdict::Truncated);
        let older = lines.iter().skip(1).find_map(|line| {
            let note = parsed(line)["checkpoint"].as_str()?.to_owned();
            let size: usize = note.lines().nth(1)?.parse().ok()?;
            Some((note, size))
        });
        let (note, size) = older.unwrap();
        let mut back = lines[..=at[size - 1]].to_vec();
        let mut head = parsed(&lines[0]);
        (head["checkpoint"], head["size"]) = (json!(note), json!(size));
        back[0] = head.to_string();
        assert_eq!(verify(&back, &key, &[]).verdict, Verdict::Intact);
        let told = verify(&back, &key, std::slice::from_ref(&newest));
        assert_eq!(told.verdict, Verdict::Truncated);

        // Signed by somebody else.
        let other = proof::Signer::new("revisor/other", &[9; 32]).unwrap();
        let other = other.verifying_key().to_string();
        assert_eq!(verify(&lines, &other, &[]).verdict, Verdict::Tampered);
        assert!(Offline::begin("{}", audit::integrity::key(&key).unwrap(), &[]).is_err());
    }
);

both!(
    the_whole_trail_is_for_those_who_may_read_everything,
    async |app: TestApp| {
        let sam = signed_in(&app, "sam", Role::User, &["Sales"]).await;
        let refused = export(&app.audit, &sam).await.map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        let early = export(&app.audit, SYSTEM).await.map(|_| ()).unwrap_err();
        assert_eq!(early.code(), Code::NotSealedYet);
    }
);
