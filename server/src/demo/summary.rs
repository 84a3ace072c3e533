//! What is printed at the end: what was loaded, who can sign in, and what to try.

use super::{
    load::Tally,
    people::BRUNO,
    setup::{Prepared, SIGN_INS},
    story::BIG_DEAL,
};

/// The summary for people at a terminal.
pub(crate) fn text(url: &str, prepared: &Prepared, tally: &Tally) -> String {
    let mut lines = vec![
        String::new(),
        format!(
            "The CRM's ninety days are loaded: {} operations recorded, {} skipped (no rule), \
             {} unchanged, {} there already.",
            tally.recorded, tally.skipped, tally.unchanged, tally.duplicate
        ),
        "It is made up, its times included.".to_owned(),
        format!("Address   {url}"),
    ];
    for (nth, person) in SIGN_INS.iter().enumerate() {
        let heading = if nth == 0 { "Sign in  " } else { "         " };
        let password = if prepared.own_passwords.contains(&person.login) {
            "(as before)"
        } else {
            person.password
        };
        let (login, sees) = (person.login, person.sees);
        lines.push(format!("{heading} {login:<8} {password:<13} {sees}"));
    }
    lines.push("Try".to_owned());
    lines.extend([
        format!("  1. Logs: search \"bicycles\". Who moved \"{BIG_DEAL}\" from stage to stage?"),
        "  2. Open one of these logs, then History revision: between two revisions somebody \
         changed stage and amount outside the trail."
            .to_owned(),
        "  3. Records of Lead/Opportunity: select three lines, then Action \u{25b8} View audit \
         logs: exactly theirs."
            .to_owned(),
        format!(
            "  4. Logs of model User: who made {} an administrator on a Saturday night, and from \
             which address?",
            BRUNO.name
        ),
        format!(
            "  5. curl -s -H 'Authorization: Bearer {}' \
             '{url}/api/v1/logs?model=crm.lead&field=stage&limit=5'",
            prepared.key
        ),
    ]);
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_address_counts_sign_ins_and_the_key() {
        let prepared = Prepared {
            key: "k-1".to_owned(),
            own_passwords: vec!["admin"],
        };
        let tally = Tally {
            recorded: 4_321,
            ..Tally::default()
        };
        let text = text("http://127.0.0.1:3000", &prepared, &tally);
        for part in [
            "4321 operations recorded",
            "http://127.0.0.1:3000/api/v1/logs?model=crm.lead",
            "Bearer k-1",
            "demo-auditor",
            "demo-nadia",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("demo-admin"), "{text}");
    }
}
