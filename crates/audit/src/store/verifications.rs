//! Verifications, running and done.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, QueryOrder, QuerySelect,
};

use super::entity::verification;
use super::{Store, Stored};

pub(crate) use super::entity::verification::Model as VerificationRow;

impl Store {
    /// Notes one that begins; answers its number.
    pub(crate) async fn begin_verification(
        &self,
        started_by: &str,
        logs: i64,
        now: i64,
    ) -> Stored<i64> {
        let row = verification::ActiveModel {
            number: NotSet,
            started_at: Set(now),
            finished_at: Set(None),
            started_by: Set(started_by.to_owned()),
            logs: Set(logs),
            done: Set(0),
            verdict: Set(None),
            detail: Set(None),
        };
        let kept = verification::Entity::insert(row).exec(self.write()).await?;
        Ok(kept.last_insert_id)
    }

    /// Notes how far one is.
    pub(crate) async fn advance_verification(
        &self,
        number: i64,
        done: i64,
        logs: i64,
    ) -> Stored<()> {
        let row = verification::ActiveModel {
            number: Set(number),
            done: Set(done),
            logs: Set(logs),
            ..Default::default()
        };
        verification::Entity::update(row).exec(self.write()).await?;
        Ok(())
    }

    /// Notes the end of one: verdict and report, or neither where it failed.
    pub(crate) async fn end_verification(
        &self,
        number: i64,
        now: i64,
        found: Option<(&str, &str)>,
    ) -> Stored<()> {
        let row = verification::ActiveModel {
            number: Set(number),
            finished_at: Set(Some(now)),
            verdict: Set(found.map(|(verdict, _)| verdict.to_owned())),
            detail: Set(found.map(|(_, report)| report.to_owned())),
            ..Default::default()
        };
        verification::Entity::update(row).exec(self.write()).await?;
        Ok(())
    }

    /// The last ones, newest first.
    pub(crate) async fn verifications(&self, limit: u64) -> Stored<Vec<VerificationRow>> {
        Ok(verification::Entity::find()
            .order_by_desc(verification::Column::Number)
            .limit(limit)
            .all(self.read())
            .await?)
    }
}
