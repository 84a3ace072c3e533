//! What a query asks for, as one principal may ask it.
//!
//! Names become rows of the catalog, times become instants, and what may not be seen is left out
//! of every part. The store turns the clauses into conditions. Those that look into values are not
//! trusted alone: a row holds what the principal may not see, so that each is asked again of what
//! is shown ([`Shown`]), and one that is negated leaves out no row which might be hidden in part
//! (`opaque`). So no search, count or facet tells anything of a value that is not shown.

use std::collections::BTreeMap;

use types::{Log, LogQuery, Mark, Meaning, OperationKind, Qualifier, Timestamp, When};

use crate::access::Access;
use crate::engine::search::needle;
use crate::{Error, present};

/// The clauses of a query. All must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) clauses: Vec<Clause>,
    /// The only models whose logs can fit, where that is known.
    pub(crate) models: Option<Vec<i32>>,
    /// Models of whose logs something may not be shown.
    pub(crate) opaque: Vec<i32>,
    /// What is asked of a log as it is shown.
    pub(crate) shown: Shown,
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Whether what fits is left out.
    pub(crate) not: bool,
    pub(crate) test: Test,
}

/// What a log is tested for; of several values one must fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    Host(Vec<i32>),
    Model(Vec<i32>),
    Record(Vec<String>),
    User(Vec<String>),
    Operation(Vec<OperationKind>),
    /// Fields, each with the models whose changes of it may not be seen.
    Field(Vec<(String, Vec<i32>)>),
    Request(Vec<String>),
    Transaction(Vec<String>),
    /// From the first to the last of each pair.
    Revision(Vec<(i64, i64)>),
    /// Recorded from the first to the last of each pair.
    Time(Vec<(Timestamp, Timestamp)>),
    Marks(Vec<Mark>),
    /// A text among the words of the log, in lower case.
    Text(String),
    After(i64),
    /// At this place or behind it.
    Since(i64),
}

impl Test {
    /// Whether it looks at what may not be shown.
    pub(crate) fn looks_inside(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Marks(marks) => marks.contains(&Mark::Unrecorded),
            _ => false,
        }
    }
}

/// What is asked of a log as it is shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown(Vec<Clause>);

impl Shown {
    /// Whether the log fits by what is shown of it.
    pub(crate) fn fits(&self, log: &Log) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let words = present::words(log);
        self.0.iter().all(|clause| {
            let fits = match &clause.test {
                Test::Text(needle) => words.contains(needle),
                Test::Marks(marks) => marks.iter().any(|mark| match mark {
                    Mark::Unrecorded => !log.unrecorded_changes.is_empty(),
                    Mark::First => log.revision == 1,
                }),
                _ => return true,
            };
            fits != clause.not
        })
    }
}

impl Filter {
    /// What `query` asks for at `now`; none where nothing can fit. Its faults are refused.
    pub(crate) fn of(
        access: &Access,
        query: &LogQuery,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let faults = query.faults();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let mut build = Build {
            access,
            host: query.host.as_deref(),
            filter: Self::default(),
        };
        build.scope();
        build.parameters(query);
        build.search(query, now);
        Ok(build.finish())
    }

    /// Whether every log fits.
    pub(crate) fn is_everything(&self) -> bool {
        self.clauses.is_empty() && self.models.is_none()
    }

    /// Whether the rows that the store finds are those that fit: none has to be looked at again.
    pub(crate) fn is_exact(&self) -> bool {
        self.shown.0.is_empty() || self.opaque.is_empty()
    }

    /// Whether it asks for words.
    pub(crate) fn has_words(&self) -> bool {
        let mut asked = self.clauses.iter().filter(|clause| !clause.not);
        asked.any(|clause| matches!(clause.test, Test::Text(_)))
    }

    /// The same without what looks into values.
    pub(crate) fn outside(&self) -> Self {
        let mut filter = self.clone();
        filter.clauses.retain(|clause| !clause.test.looks_inside());
        filter.shown = Shown::default();
        filter
    }

    /// The same from a place on.
    pub(crate) fn since(&self, seq: i64) -> Self {
        let mut filter = self.clone();
        filter.push(Test::Since(seq), false);
        filter
    }

    /// The same for models of which everything is shown, and for the others.
    pub(crate) fn parted(self) -> (Option<Self>, Option<Self>) {
        let mut clear = self.clone();
        clear.opaque.clear();
        if let Some(models) = &mut clear.models {
            models.retain(|model| !self.opaque.contains(model));
        } else {
            clear.push(Test::Model(self.opaque.clone()), true);
        }
        let nothing = clear.models.as_ref().is_some_and(Vec::is_empty);
        let mut opaque = self;
        opaque.models = Some(opaque.opaque.clone());
        ((!nothing).then_some(clear), Some(opaque))
    }

    fn push(&mut self, test: Test, not: bool) {
        self.clauses.push(Clause { not, test });
    }
}

struct Build<'a> {
    access: &'a Access,
    host: Option<&'a str>,
    filter: Filter,
}

impl Build<'_> {
    fn scope(&mut self) {
        if let Some(host_id) = self.access.only_host() {
            self.filter.push(Test::Host(vec![host_id]), false);
        }
        if self.access.chooses_models() {
            let catalog = self.access.catalog();
            let seen = catalog.models().filter(|entry| self.access.sees(entry));
            let seen = seen.map(|entry| entry.id).collect();
            self.only_models(seen);
        }
    }

    fn parameters(&mut self, query: &LogQuery) {
        let one = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
        for (qualifier, names) in [
            (Qualifier::Host, one(&query.host)),
            (Qualifier::Model, one(&query.model)),
            (Qualifier::Record, query.record_id.clone()),
            (Qualifier::User, one(&query.user)),
            (Qualifier::Field, one(&query.field)),
            (Qualifier::Request, one(&query.request_id)),
            (Qualifier::Transaction, one(&query.transaction_id)),
        ] {
            if !names.is_empty() {
                self.names(qualifier, names, false);
            }
        }
        if !query.operation.is_empty() {
            let kinds = query.operation.clone();
            self.filter.push(Test::Operation(kinds), false);
        }
        if query.from.is_some() || query.to.is_some() {
            let from = query.from.unwrap_or(Timestamp::MIN);
            let to = query.to.unwrap_or(Timestamp::MAX);
            self.filter.push(Test::Time(vec![(from, to)]), false);
        }
        if let Some(seq) = query.after_seq {
            self.filter.push(Test::After(seq), false);
        }
    }

    /// Several terms of one qualifier are one term with the values of all.
    fn search(&mut self, query: &LogQuery, now: Timestamp) {
        let search = query.search();
        let mut names: BTreeMap<(Qualifier, bool), Vec<String>> = BTreeMap::new();
        let mut times: BTreeMap<(Qualifier, bool), Vec<When>> = BTreeMap::new();
        let mut kinds: [Vec<OperationKind>; 2] = Default::default();
        let mut revisions: [Vec<(i64, i64)>; 2] = Default::default();
        let mut marks: [Vec<Mark>; 2] = Default::default();
        for term in search.terms() {
            let side = usize::from(term.negated);
            match &term.meaning {
                Meaning::Names(qualifier, values) => names
                    .entry((*qualifier, term.negated))
                    .or_default()
                    .extend(values.iter().cloned()),
                Meaning::Times(qualifier, values) => times
                    .entry((*qualifier, term.negated))
                    .or_default()
                    .extend(values),
                Meaning::Operations(values) => kinds[side].extend(values),
                Meaning::Revisions(values) => {
                    revisions[side].extend(values.iter().map(|some| (some.first, some.last)));
                }
                Meaning::Marks(values) => marks[side].extend(values),
                Meaning::Text { needle: text, .. } => {
                    let text = needle(text);
                    if !text.is_empty() {
                        self.inside(Test::Text(text), term.negated);
                    }
                }
                // Refused before.
                Meaning::Fault(_) => {}
            }
        }
        for ((qualifier, not), values) in names {
            self.names(qualifier, values, not);
        }
        for ((qualifier, not), values) in times {
            let ranges = values.into_iter().map(|time| match qualifier {
                Qualifier::From => (time.range(now, &query.zone).0, Timestamp::MAX),
                Qualifier::To => (Timestamp::MIN, time.range(now, &query.zone).1),
                _ => time.day(now, &query.zone),
            });
            self.filter.push(Test::Time(ranges.collect()), not);
        }
        for (side, not) in [(0, false), (1, true)] {
            if !kinds[side].is_empty() {
                let kinds = std::mem::take(&mut kinds[side]);
                self.filter.push(Test::Operation(kinds), not);
            }
            if !revisions[side].is_empty() {
                let revisions = std::mem::take(&mut revisions[side]);
                self.filter.push(Test::Revision(revisions), not);
            }
            if !marks[side].is_empty() {
                self.inside(Test::Marks(std::mem::take(&mut marks[side])), not);
            }
        }
    }

    fn names(&mut self, qualifier: Qualifier, mut names: Vec<String>, not: bool) {
        names.sort_unstable();
        names.dedup();
        let catalog = self.access.catalog();
        let test = match qualifier {
            Qualifier::Host => {
                let hosts = names.iter().filter_map(|name| catalog.host_named(name));
                Test::Host(hosts.map(|host| host.id).collect())
            }
            Qualifier::Model => {
                let found = |name: &String| self.access.models_named(self.host, name);
                let models = names.iter().flat_map(found);
                let mut models: Vec<i32> = models.map(|entry| entry.id).collect();
                models.sort_unstable();
                if !not {
                    self.only_models(models);
                    return;
                }
                Test::Model(models)
            }
            Qualifier::User => Test::User(names),
            Qualifier::Record => Test::Record(names),
            Qualifier::Request => Test::Request(names),
            Qualifier::Transaction => Test::Transaction(names),
            _ => {
                let hidden = |name: &str| -> Vec<i32> {
                    let unseen = |entry: &_| !self.access.sees_field(entry, name);
                    let models = catalog.models().filter(|entry| unseen(entry));
                    let mut hidden: Vec<i32> = models.map(|entry| entry.id).collect();
                    hidden.sort_unstable();
                    hidden
                };
                let fields = names.into_iter().map(|name| {
                    let hidden = hidden(&name);
                    (name, hidden)
                });
                Test::Field(fields.collect())
            }
        };
        self.filter.push(test, not);
    }

    fn inside(&mut self, test: Test, not: bool) {
        let clause = Clause { not, test };
        if clause.test.looks_inside() {
            self.filter.shown.0.push(clause.clone());
        }
        self.filter.clauses.push(clause);
    }

    fn only_models(&mut self, mut models: Vec<i32>) {
        if let Some(known) = &self.filter.models {
            models.retain(|model| known.contains(model));
        }
        models.sort_unstable();
        self.filter.models = Some(models);
    }

    fn finish(mut self) -> Option<Filter> {
        if self.filter.models.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        if !self.filter.shown.0.is_empty() {
            let opaque = self.access.opaque_models();
            self.filter.opaque = opaque
                .into_iter()
                .filter(|id| {
                    let models = self.filter.models.as_ref();
                    models.is_none_or(|models| models.contains(id))
                })
                .collect();
        }
        Some(self.filter)
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
