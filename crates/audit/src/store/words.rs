//! Searches by words that go by the index of them.
//!
//! A block of logs has its rows of the index or has not; one that has not, or not the right ones, is
//! read as it is. So a search is right at every moment, whatever the index lacks. What the index
//! tells is only where something can be: each log is asked itself, by the same conditions as without
//! an index. It goes from block to block and ends where enough is found.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use types::{Order, Timestamp};

use super::entity::log;
use super::{Store, Stored};
use crate::engine::grams::{Spots, Wanted};
use crate::filter::{Filter, Test};

/// How many blocks are looked up at once, first and at most.
const BLOCKS: (usize, usize) = (2, 32);
/// How many logs that may fit are asked at once, first and at most.
const ASKED: (usize, usize) = (256, 4_096);
/// Of so few logs of a block that may fit it is not asked whether the index knows better.
const FEW: i64 = 64;
/// Of a block in which one log of so many may fit, all are read.
const SHARE: i64 = 8;

/// Which logs of a filter are asked for: at most `limit`, in this order, behind `after`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) order: Order,
    pub(super) after: Option<i64>,
    pub(super) limit: u64,
}

impl Reach {
    /// The newest.
    pub(super) const fn newest(limit: u64) -> Self {
        Self {
            order: Order::Desc,
            after: None,
            limit,
        }
    }
}

impl Store {
    /// The places of the logs of a filter within the reach, found by the index of words, where that
    /// is the way: where the filter has words, and nothing else that leaves few logs. `listed` are
    /// the filter's logs as they are found without it.
    pub(super) async fn indexed(
        &self,
        filter: &Filter,
        reach: Reach,
        listed: &Select<log::Entity>,
    ) -> Stored<Option<Vec<i64>>> {
        let clauses = || filter.clauses.iter().filter(|clause| !clause.not);
        let few = |test: &Test| {
            matches!(
                test,
                Test::Record(_) | Test::Request(_) | Test::Transaction(_)
            )
        };
        let needles = clauses().filter_map(|clause| match &clause.test {
            Test::Text(needle) => Some(needle.as_str()),
            _ => None,
        });
        let Some(wanted) = Wanted::of(self.shape, needles) else {
            return Ok(None);
        };
        if clauses().any(|clause| few(&clause.test)) {
            return Ok(None);
        }
        let (first, last) = self.span(filter, reach).await?;
        let mut found = Finder {
            store: self,
            wanted: wanted.parted(),
            listed,
            order: reach.order,
            left: reach.limit,
            asked: ASKED.0,
            seqs: Vec::new(),
        };
        found.walk(first, last).await?;
        Ok(Some(found.seqs))
    }

    /// The first and the last place that a log of the filter within the reach can have.
    async fn span(&self, filter: &Filter, reach: Reach) -> Stored<(i64, i64)> {
        let (mut first, mut last) = (1, self.end().await?);
        match (reach.order, reach.after) {
            (Order::Asc, Some(after)) => first = first.max(after + 1),
            (Order::Desc, Some(after)) => last = last.min(after - 1),
            (_, None) => {}
        }
        for clause in filter.clauses.iter().filter(|clause| !clause.not) {
            match &clause.test {
                Test::After(seq) => first = first.max(seq + 1),
                Test::Since(seq) => first = first.max(*seq),
                Test::Time(ranges) => {
                    let begin = ranges.iter().map(|range| range.0).min();
                    let end = ranges.iter().map(|range| range.1).max();
                    if let Some(begin) = begin.filter(|begin| *begin > Timestamp::MIN) {
                        let place = self.first_from(begin).await?;
                        first = first.max(place.unwrap_or(i64::MAX));
                    }
                    if let Some(end) = end.filter(|end| *end < Timestamp::MAX) {
                        let place = self.last_to(end).await?;
                        last = last.min(place.unwrap_or(0));
                    }
                }
                _ => {}
            }
        }
        Ok((first, last))
    }
}

/// Where logs may be that fit.
#[derive(Debug)]
enum Part {
    /// At these places, in the order asked for.
    At(Vec<i64>),
    /// From the first to the last of these.
    Between(i64, i64),
}

/// A search through blocks.
struct Finder<'a> {
    store: &'a Store,
    /// Some grams, and the others.
    wanted: (Wanted, Option<Wanted>),
    listed: &'a Select<log::Entity>,
    order: Order,
    left: u64,
    asked: usize,
    seqs: Vec<i64>,
}

impl Finder<'_> {
    /// Goes from the first to the last place, or back, until enough is found.
    async fn walk(&mut self, first: i64, last: i64) -> Stored<()> {
        let shape = self.store.shape;
        if last < first {
            return Ok(());
        }
        let block = |seq: i64| (seq - 1) / shape.logs();
        let mut blocks: Vec<i64> = (block(first)..=block(last)).collect();
        if self.order == Order::Asc {
            blocks.reverse();
        }
        let mut some = BLOCKS.0;
        while self.left > 0 && !blocks.is_empty() {
            let batch = blocks.split_off(blocks.len().saturating_sub(some));
            some = (some * 2).min(BLOCKS.1);
            for part in self.parts(batch, first, last).await? {
                match part {
                    Part::Between(from, to) => {
                        let between = log::Column::Seq.between(from, to);
                        self.ask(between).await?;
                    }
                    Part::At(mut seqs) => {
                        seqs.reverse();
                        while self.left > 0 && !seqs.is_empty() {
                            let rest = seqs.len().saturating_sub(self.asked);
                            self.asked = (self.asked * 2).min(ASKED.1);
                            let among = self.store.among_logs(seqs.split_off(rest))?;
                            self.ask(among).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Where in these blocks, the last one first, logs may be that fit.
    async fn parts(&self, blocks: Vec<i64>, first: i64, last: i64) -> Stored<Vec<Part>> {
        let shape = self.store.shape;
        let mut spots = self.spots(&self.wanted.0, &blocks).await?;
        if let Some(others) = &self.wanted.1 {
            let unsure = |block: &&i64| spots.get(block).is_some_and(|spots| spots.count() > FEW);
            let unsure: Vec<i64> = blocks.iter().filter(unsure).copied().collect();
            for (block, more) in self.spots(others, &unsure).await? {
                if let Some(spots) = spots.get_mut(&block) {
                    spots.keep(&more);
                }
            }
        }
        let mut parts: Vec<Part> = Vec::new();
        for block in blocks.into_iter().rev() {
            let (begin, end) = (block * shape.logs() + 1, (block + 1) * shape.logs());
            let spots = spots.remove(&block);
            let Some(spots) = spots.filter(|spots| spots.count() * SHARE <= shape.logs()) else {
                let (begin, end) = (begin.max(first), end.min(last));
                match parts.last_mut() {
                    Some(Part::Between(from, to)) => {
                        (*from, *to) = ((*from).min(begin), (*to).max(end));
                    }
                    _ => parts.push(Part::Between(begin, end)),
                }
                continue;
            };
            let seqs = spots.places().map(|place| begin + place);
            let mut seqs: Vec<i64> = seqs.filter(|seq| (first..=last).contains(seq)).collect();
            if self.order == Order::Desc {
                seqs.reverse();
            }
            match parts.last_mut() {
                Some(Part::At(before)) => before.append(&mut seqs),
                _ if seqs.is_empty() => {}
                _ => parts.push(Part::At(seqs)),
            }
        }
        Ok(parts)
    }

    /// Where in these blocks logs are that have all grams, as far as the index knows the blocks.
    async fn spots(&self, wanted: &Wanted, blocks: &[i64]) -> Stored<BTreeMap<i64, Spots>> {
        let shape = self.store.shape;
        let place = |block: i64, bucket| block * i64::from(shape.buckets()) + i64::from(bucket);
        let buckets = wanted.buckets();
        let places = blocks
            .iter()
            .flat_map(|block| buckets.iter().map(|bucket| place(*block, *bucket)));
        let rows = self.store.grams(places.collect()).await?;
        let spots = blocks.iter().filter_map(|block| {
            let row = |bucket| rows.get(&place(*block, bucket)).map(Vec::as_slice);
            Some((*block, wanted.within(row)?))
        });
        Ok(spots.collect())
    }

    /// Takes those of these logs that fit, as many as are still wanted.
    async fn ask(&mut self, of: Expr) -> Stored<()> {
        if self.left == 0 {
            return Ok(());
        }
        let order = match self.order {
            Order::Asc => sea_orm::Order::Asc,
            Order::Desc => sea_orm::Order::Desc,
        };
        let found: Vec<i64> = self
            .listed
            .clone()
            .select_only()
            .column(log::Column::Seq)
            .filter(of)
            .order_by(log::Column::Seq, order)
            .limit(self.left)
            .into_tuple()
            .all(self.store.lists())
            .await?;
        self.left -= found.len() as u64;
        self.seqs.extend(found);
        Ok(())
    }
}
