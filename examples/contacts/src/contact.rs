//! A contact, and what Revisor is told of it.
#![expect(
    unreachable_pub,
    reason = "SeaORM's derive makes public types that name these"
)]

use revisor_host::{About, Auditable};
use sea_orm::entity::prelude::*;

/// The words of `stage`, with what people read.
pub(crate) const STAGES: [(&str, &str); 3] = [
    ("lead", "Lead"),
    ("customer", "Customer"),
    ("former", "Former customer"),
];

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// What it is called.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
    /// Where it lives.
    pub city: Option<String>,
    /// One of [`STAGES`].
    pub stage: String,
    /// What it says at the phone to prove who it is; nobody reads it in the logs.
    pub passphrase: Option<String>,
    /// Out of use, and still there.
    pub archived: bool,
}

/// It points to nothing.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Auditable for Entity {
    fn describe(about: About<Self>) -> About<Self> {
        about
            .model("contacts.contact")
            .label("Contact")
            .selection(Column::Stage, STAGES)
            .sensitive(Column::Passphrase)
    }
}
