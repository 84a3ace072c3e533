//! What a search that is being typed may go on with.

use std::collections::BTreeMap;

use types::{Caret, LogQuery, Mark, OperationKind, Qualifier, Search, Suggestion, SuggestionKind};

use super::newest::Counter;
use crate::access::Access;
use crate::engine::catalog::ModelEntry;
use crate::{Audit, Error, Principal};

/// Suggestions given at most.
const MOST: usize = 10;
/// Steps from one login to the next.
const STEPS: usize = 30;

/// At most ten suggestions for the search `text` with the caret at this byte: qualifiers while a
/// word is typed, then values of the qualifier. None tells of what the principal may not see.
pub async fn complete(
    audit: &Audit,
    principal: &Principal,
    text: &str,
    caret: usize,
) -> Result<Vec<Suggestion>, Error> {
    let caret = Caret::at(text, caret);
    let (qualifier, typed) = match &caret {
        Caret::Word { typed, .. } => return Ok(qualifiers(&caret, typed)),
        Caret::Value {
            qualifier, typed, ..
        } => (*qualifier, typed.to_lowercase()),
    };
    let words = |words: &[(&str, &str)]| -> Vec<Candidate> {
        words
            .iter()
            .map(|(word, label)| candidate(word, label))
            .collect()
    };
    let candidates = match qualifier {
        Qualifier::Operation => words(&OperationKind::ALL.map(|kind| match kind {
            OperationKind::Create => (kind.as_str(), "the record came into being"),
            OperationKind::Write => (kind.as_str(), "fields were modified"),
            OperationKind::Unlink => (kind.as_str(), "the record was deleted"),
        })),
        Qualifier::Is => words(&Mark::ALL.map(|mark| match mark {
            Mark::Unrecorded => (mark.as_str(), "changed outside the trail before"),
            Mark::First => (mark.as_str(), "the record's first log"),
        })),
        Qualifier::From | Qualifier::To | Qualifier::On => words(&TIMES),
        Qualifier::Revision => words(&REVISIONS),
        Qualifier::Host => hosts(&Access::now(audit, principal).await?),
        Qualifier::Model => models(&Access::now(audit, principal).await?),
        Qualifier::Field => fields(&Access::now(audit, principal).await?, &Search::parse(text)),
        Qualifier::User => users(audit, principal, &typed).await?,
        Qualifier::Record | Qualifier::Request | Qualifier::Transaction => Vec::new(),
    };
    // Names are looked for by what people call them, too; words are typed as they are.
    let labels = matches!(
        qualifier,
        Qualifier::Model | Qualifier::User | Qualifier::Field | Qualifier::Host
    );
    Ok(best(candidates, &typed, labels)
        .into_iter()
        .map(|found| Suggestion {
            span: caret.span(),
            text: caret.insert(&found.value),
            label: found.label,
            kind: SuggestionKind::Value(qualifier),
        })
        .collect())
}

const TIMES: [(&str, &str); 10] = [
    ("today", "since midnight"),
    ("yesterday", "the day before"),
    ("-1h", "an hour ago"),
    ("-24h", "24 hours ago"),
    ("-7d", "seven days ago"),
    ("-30d", "30 days ago"),
    ("-3mo", "three months ago"),
    ("-1y", "a year ago"),
    ("-30m", "30 minutes ago"),
    ("now", "this moment"),
];

const REVISIONS: [(&str, &str); 3] = [
    ("1", "the record's first log"),
    (">5", "behind the fifth"),
    ("2..4", "from the second to the fourth"),
];

/// A value that may be suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    value: String,
    label: String,
}

fn candidate(value: &str, label: &str) -> Candidate {
    Candidate {
        value: value.to_owned(),
        label: label.to_owned(),
    }
}

/// Those that fit what is typed: by the beginning of the value, and with `labels` then of a word
/// of the label, then anywhere. In their own order otherwise.
fn best(candidates: Vec<Candidate>, typed: &str, labels: bool) -> Vec<Candidate> {
    let rank = |candidate: &Candidate| {
        let value = candidate.value.to_lowercase();
        let label = candidate.label.to_lowercase();
        let in_label = |fits: &dyn Fn(&str) -> bool| labels && fits(&label);
        if value.starts_with(typed) {
            Some(0)
        } else if in_label(&|label| label.split_whitespace().any(|word| word.starts_with(typed))) {
            Some(1)
        } else {
            let held = labels && value.contains(typed) || in_label(&|label| label.contains(typed));
            held.then_some(2)
        }
    };
    let mut ranked: Vec<(u8, Candidate)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((rank(&candidate)?, candidate)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let found = ranked.into_iter().map(|(_, candidate)| candidate);
    found.take(MOST).collect()
}

fn qualifiers(caret: &Caret, typed: &str) -> Vec<Suggestion> {
    let typed = typed.to_ascii_lowercase();
    Qualifier::ALL
        .iter()
        .filter(|qualifier| qualifier.as_str().starts_with(&typed))
        .take(MOST)
        .map(|qualifier| Suggestion {
            span: caret.span(),
            text: format!("{qualifier}:"),
            label: qualifier.what().to_owned(),
            kind: SuggestionKind::Qualifier,
        })
        .collect()
}

fn seen(access: &Access) -> impl Iterator<Item = &ModelEntry> {
    let models = access.catalog().models();
    models.map(AsRef::as_ref).filter(|entry| access.sees(entry))
}

fn hosts(access: &Access) -> Vec<Candidate> {
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in seen(access) {
        *names.entry(&entry.model.host).or_default() += 1;
    }
    let label = |models: u32| match models {
        1 => "1 model".to_owned(),
        models => format!("{models} models"),
    };
    let names = names.into_iter();
    names
        .map(|(name, models)| candidate(name, &label(models)))
        .collect()
}

fn models(access: &Access) -> Vec<Candidate> {
    let models: BTreeMap<&str, &str> = seen(access)
        .map(|entry| (entry.model.model.as_str(), entry.model.label.as_str()))
        .collect();
    let models = models.into_iter();
    models.map(|(name, label)| candidate(name, label)).collect()
}

/// The fields of the models that the search names, or of all.
fn fields(access: &Access, search: &Search) -> Vec<Candidate> {
    let named = search.values(Qualifier::Model);
    let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in seen(access) {
        if !named.is_empty() && !named.contains(&entry.model.model) {
            continue;
        }
        for field in &entry.model.fields {
            if !field.ignored && access.sees_field(entry, &field.name) {
                fields.entry(&field.name).or_insert(&field.label);
            }
        }
    }
    let fields = fields.into_iter();
    fields.map(|(name, label)| candidate(name, label)).collect()
}

/// The users of the newest logs that may be seen; for one who sees everything also those whose
/// login begins with what is typed, from one to the next by the index.
async fn users(audit: &Audit, principal: &Principal, typed: &str) -> Result<Vec<Candidate>, Error> {
    let counter = Counter::new(audit, principal).await?;
    let mut logins: BTreeMap<String, String> = BTreeMap::new();
    for log in counter.newest(&LogQuery::default()).await?.logs {
        let name = log.user_name.unwrap_or_default();
        logins.entry(log.user_login).or_insert(name);
    }
    if principal.reads_all() {
        let mut from = typed.to_owned();
        for step in 0..STEPS {
            let next = audit.store().login_from(&from, step > 0).await?;
            let Some((login, name)) = next else { break };
            from.clone_from(&login);
            logins.entry(login).or_insert(name.unwrap_or_default());
        }
    }
    let logins = logins.into_iter();
    Ok(logins
        .map(|(login, name)| Candidate {
            value: login,
            label: name,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_typed_comes_before_what_only_holds_it() {
        let all = [
            ("res.partner", "Contact"),
            ("sale.order", "Sales order"),
            ("crm.lead", "Lead of sales"),
            ("stock.resale", "Stock"),
        ];
        let all: Vec<_> = all.iter().map(|(v, l)| candidate(v, l)).collect();
        let found = best(all.clone(), "sale", true);
        let values: Vec<_> = found.iter().map(|c| c.value.as_str()).collect();
        assert_eq!(values, ["sale.order", "crm.lead", "stock.resale"]);
        assert_eq!(best(all.clone(), "sale", false).len(), 1);
        assert_eq!(best(all, "", true).len(), 4);
    }
}
