//! What a list asks for, term by term, each removable by a link.

use leptos::prelude::*;
use types::{Code, LogQuery, Meaning, OperationKind, Order, Qualifier, SearchFault, Term};

use super::list_query::ListQuery;
use crate::{
    components::{Glyph, Icon, operation_word},
    reader::reader,
    say::{number, t},
};

/// More records than these are told by their number.
const RECORDS: usize = 6;

/// One thing that the list asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What it is about.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether what fits it is left out.
    pub negated: bool,
    /// How it was understood, where that must be said.
    pub note: Option<String>,
    /// Whether it cannot be understood.
    pub fault: bool,
    /// The address of the list without it.
    pub remove: String,
}

/// The word for what a qualifier asks about.
pub fn qualifier_word(qualifier: Qualifier) -> String {
    match qualifier {
        Qualifier::Model => t!("logs-model"),
        Qualifier::User => t!("logs-user"),
        Qualifier::Operation => t!("logs-operation"),
        Qualifier::Field => t!("logs-field"),
        Qualifier::Record => t!("logs-record"),
        Qualifier::Host => t!("logs-host"),
        Qualifier::From => t!("logs-from"),
        Qualifier::To => t!("logs-to"),
        Qualifier::On => t!("logs-on"),
        Qualifier::Revision => t!("logs-revision"),
        Qualifier::Request => t!("logs-request"),
        Qualifier::Transaction => t!("logs-transaction"),
        Qualifier::Is => t!("logs-is"),
    }
}

/// What a qualifier takes, in words.
pub fn qualifier_takes(qualifier: Qualifier) -> String {
    match qualifier {
        Qualifier::Model => t!("logs-takes-model"),
        Qualifier::User => t!("logs-takes-user"),
        Qualifier::Operation => t!("logs-takes-op"),
        Qualifier::Field => t!("logs-takes-field"),
        Qualifier::Record => t!("logs-takes-record"),
        Qualifier::Host => t!("logs-takes-host"),
        Qualifier::From | Qualifier::To => t!("logs-takes-time"),
        Qualifier::On => t!("logs-takes-day"),
        Qualifier::Revision => t!("logs-takes-revision"),
        Qualifier::Request => t!("logs-takes-request"),
        Qualifier::Transaction => t!("logs-takes-transaction"),
        Qualifier::Is => t!("logs-takes-is"),
    }
}

/// All that the list asks for: the terms of its search, then the parameters of its address.
pub fn asked(list: &ListQuery) -> Vec<Asked> {
    let search = list.query.search();
    let terms = search.terms().iter().enumerate();
    let mut all: Vec<Asked> = terms
        .map(|(at, term)| {
            let remove = list.of(LogQuery {
                q: Some(search.without(at)),
                ..list.query.clone()
            });
            of_term(term, remove)
        })
        .collect();
    all.extend(parameters(list));
    all
}

fn of_term(term: &Term, remove: String) -> Asked {
    let known = |name: String, value: String| Asked {
        name,
        value,
        negated: term.negated,
        note: None,
        fault: false,
        remove: remove.clone(),
    };
    match &term.meaning {
        Meaning::Text { needle, unknown } => Asked {
            note: unknown.as_ref().map(|word| {
                let written = format!("{word}:");
                t!("logs-term-unknown", word = written)
            }),
            ..known(t!("logs-text"), needle.clone())
        },
        Meaning::Operations(kinds) => {
            let words: Vec<String> = kinds.iter().map(|kind| operation_word(*kind)).collect();
            known(t!("logs-operation"), words.join(", "))
        }
        Meaning::Fault(fault) => {
            let word = term.text.trim_start_matches('-').split(':').next();
            let qualifier = word.and_then(Qualifier::parse);
            Asked {
                note: Some(told(fault, &term.text, qualifier)),
                fault: true,
                negated: false,
                ..known(t!("logs-term-fault"), term.text.clone())
            }
        }
        meaning => {
            let name = meaning.qualifier().map(qualifier_word);
            known(name.unwrap_or_default(), meaning.values().join(", "))
        }
    }
}

/// What is wrong with a term, and what would be understood.
fn told(fault: &SearchFault, term: &str, qualifier: Option<Qualifier>) -> String {
    let takes = qualifier.map(qualifier_takes).unwrap_or_default();
    let quotes = term.replace("\\\"", "").matches('"').count();
    match fault.code {
        Code::Empty => t!("logs-fault-empty", takes = takes),
        Code::Malformed if quotes % 2 == 1 => t!("logs-fault-unclosed"),
        Code::Malformed if quotes > 0 => t!("logs-fault-trailing"),
        _ => t!(
            "logs-fault-value",
            value = fault.text.clone(),
            takes = takes
        ),
    }
}

fn parameters(list: &ListQuery) -> Vec<Asked> {
    let query = &list.query;
    let mut found = Vec::new();
    let mut push = |name: String, value: Option<String>, change: &dyn Fn(&mut LogQuery)| {
        if let Some(value) = value {
            let mut rest = query.clone();
            change(&mut rest);
            found.push(Asked {
                name,
                value,
                negated: false,
                note: None,
                fault: false,
                remove: list.of(rest),
            });
        }
    };
    let time = |time: Option<types::Timestamp>| time.map(|time| reader().absolute(time));
    push(t!("logs-host"), query.host.clone(), &|q| q.host = None);
    push(t!("logs-model"), query.model.clone(), &|q| q.model = None);
    if query.record_id.len() > RECORDS {
        let count = i64::try_from(query.record_id.len()).unwrap_or(i64::MAX);
        push(t!("logs-record"), Some(number(count)), &|q| {
            q.record_id.clear();
        });
    } else {
        for id in &query.record_id {
            push(t!("logs-record"), Some(id.clone()), &|q| {
                q.record_id.retain(|other| other != id);
            });
        }
    }
    for kind in &query.operation {
        let kind: OperationKind = *kind;
        push(t!("logs-operation"), Some(operation_word(kind)), &|q| {
            q.operation.retain(|other| *other != kind);
        });
    }
    push(t!("logs-user"), query.user.clone(), &|q| q.user = None);
    push(t!("logs-field"), query.field.clone(), &|q| q.field = None);
    push(t!("logs-request"), query.request_id.clone(), &|q| {
        q.request_id = None;
    });
    push(t!("logs-transaction"), query.transaction_id.clone(), &|q| {
        q.transaction_id = None;
    });
    push(t!("logs-from"), time(query.from), &|q| q.from = None);
    push(t!("logs-to"), time(query.to), &|q| q.to = None);
    push(t!("logs-after"), query.after_seq.map(number), &|q| {
        q.after_seq = None;
    });
    let turned = (query.order == Order::Asc).then(|| t!("logs-oldest-first"));
    push(t!("logs-order"), turned, &|q| q.order = Order::Desc);
    found
}

/// The terms, each with a way to take it away. Shows nothing where nothing is asked for.
#[component]
pub(super) fn Terms(
    /// What the list asks for.
    asked: Vec<Asked>,
    /// The address without any of it.
    clear: String,
) -> impl IntoView {
    let several = asked.len() > 1;
    (!asked.is_empty()).then(|| {
        view! {
            <ul class="chips" aria-label=t!("common-filters-active")>
                {asked.into_iter().map(|asked| view! { <TermChip asked=asked /> }).collect_view()}
                {several
                    .then(|| {
                        view! {
                            <li>
                                <a class="chip-clear" href=clear>
                                    {t!("common-filters-clear")}
                                </a>
                            </li>
                        }
                    })}
            </ul>
        }
    })
}

#[component]
fn TermChip(asked: Asked) -> impl IntoView {
    let name = if asked.negated {
        t!("logs-term-not", name = asked.name.clone())
    } else {
        asked.name.clone()
    };
    let label = t!(
        "common-filter-remove",
        name = name.clone(),
        value = asked.value.clone()
    );
    let class = if asked.fault {
        "chip chip-fault"
    } else if asked.negated {
        "chip chip-not"
    } else {
        "chip"
    };
    view! {
        <li>
            <a class=class href=asked.remove aria-label=label>
                <span class="chip-name">{name}</span>
                <bdi class="chip-value">{asked.value}</bdi>
                <Icon glyph=Glyph::Cross />
            </a>
            {asked.note.map(|note| view! { <span class="chip-note">{note}</span> })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Asked> {
        asked(&ListQuery::read(text).0)
    }

    #[test]
    fn each_term_and_each_parameter_is_taken_away_alone() {
        let told: Vec<_> =
            of("model=crm.lead&record_id=1&record_id=2&q=-user%3Acron+60&cursor=abc")
                .into_iter()
                .map(|asked| (asked.name, asked.negated, asked.remove))
                .collect();
        let expected = [
            (
                "User",
                true,
                "/logs?model=crm.lead&record_id=1&record_id=2&q=60",
            ),
            (
                "Text",
                false,
                "/logs?model=crm.lead&record_id=1&record_id=2&q=-user%3Acron",
            ),
            (
                "Model",
                false,
                "/logs?record_id=1&record_id=2&q=-user%3Acron+60",
            ),
            (
                "Record",
                false,
                "/logs?model=crm.lead&record_id=2&q=-user%3Acron+60",
            ),
            (
                "Record",
                false,
                "/logs?model=crm.lead&record_id=1&q=-user%3Acron+60",
            ),
        ];
        let expected = expected.map(|(name, not, to)| (name.to_owned(), not, to.to_owned()));
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_not_understood_says_what_would_be() {
        let found = of("q=op%3Afrob+colour%3Ared+record%3A+user%3A%22a");
        let faults: Vec<_> = found.iter().map(|asked| asked.fault).collect();
        assert_eq!(faults, [true, false, true, true]);
        let notes: Vec<_> = found.iter().map(|it| it.note.clone().unwrap()).collect();
        assert!(notes[0].contains("create, write"), "{notes:?}");
        assert!(notes[1].contains("text"), "{notes:?}");
        assert!(notes[3].contains("quotation mark"), "{notes:?}");
    }

    #[test]
    fn many_records_are_told_by_their_number() {
        let ids: Vec<String> = (0..40).map(|id| format!("record_id={id}")).collect();
        let found = of(&ids.join("&"));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].value.as_str(), found[0].remove.as_str()),
            ("40", "/logs")
        );
    }
}
