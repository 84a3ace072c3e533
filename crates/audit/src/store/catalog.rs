//! Reading hosts, models and rules as one snapshot, and counting its versions.

use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
};
use types::{Model, OperationKind, Timestamp};

use super::entity::{configuration, host, model, rule};
use super::{Store, Stored, Work, from_json};
use crate::engine::catalog::{Catalog, HostEntry, ModelEntry};
use crate::engine::matcher::Compiled;

/// The version of the configuration now.
pub(super) async fn version(connection: &impl ConnectionTrait) -> Stored<i64> {
    let row = configuration::Entity::find_by_id(1).one(connection).await?;
    row.map(|row| row.version)
        .ok_or_else(|| DbErr::RecordNotFound("configuration".to_owned()).into())
}

impl Store {
    /// The version of the configuration now.
    pub(crate) async fn version(&self) -> Stored<i64> {
        version(self.read()).await
    }

    /// The configuration now.
    pub(crate) async fn catalog(&self) -> Stored<Catalog> {
        load(self.read()).await
    }
}

impl Work {
    /// The version of the configuration within this work.
    pub(crate) async fn version(&self) -> Stored<i64> {
        version(self.connection()).await
    }

    /// The configuration within this work.
    pub(crate) async fn catalog(&self) -> Stored<Catalog> {
        load(self.connection()).await
    }

    /// Says that the configuration changes in this work. Others that change it wait.
    pub(crate) async fn bump(&self) -> Stored<()> {
        configuration::Entity::update_many()
            .col_expr(
                configuration::Column::Version,
                Expr::col(configuration::Column::Version).add(1),
            )
            .filter(configuration::Column::Id.eq(1))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}

async fn load(connection: &impl ConnectionTrait) -> Stored<Catalog> {
    // The version first: a change that comes between is seen with an older version, and so again.
    let version = version(connection).await?;
    let hosts: Vec<HostEntry> = host::Entity::find()
        .order_by_asc(host::Column::Id)
        .all(connection)
        .await?
        .into_iter()
        .map(|row| HostEntry {
            id: row.id,
            name: row.name,
            builtin: row.builtin,
            ended_at: row.ended_at.map(Timestamp::from_micros),
        })
        .collect();
    let names: HashMap<i32, &str> = hosts
        .iter()
        .map(|host| (host.id, host.name.as_str()))
        .collect();
    let mut models = Vec::new();
    for row in model::Entity::find().all(connection).await? {
        let host = names
            .get(&row.host_id)
            .copied()
            .unwrap_or_default()
            .to_owned();
        models.push(entry(row, host)?);
    }
    let mut rules: HashMap<(i32, String), Vec<Compiled>> = HashMap::new();
    let active = rule::Entity::find()
        .filter(rule::Column::Active.eq(true))
        .order_by_asc(rule::Column::Number)
        .all(connection)
        .await?;
    for row in active {
        let key = (row.host_id, row.model.clone());
        rules.entry(key).or_default().push(compiled(&row)?);
    }
    Ok(Catalog::new(version, hosts, models, rules))
}

fn entry(row: model::Model, host: String) -> Stored<ModelEntry> {
    let model = Model {
        host,
        model: row.name,
        label: row.label,
        name_field: row.name_field,
        subject: row.subject,
        declared: row.declared,
        fields: from_json(&row.fields)?,
        viewers: from_json(&row.viewers)?,
    };
    Ok(ModelEntry::new(row.id, row.host_id, model))
}

fn compiled(row: &rule::Model) -> Stored<Compiled> {
    let mut operations = [false; 3];
    operations[OperationKind::Create as usize] = row.log_create;
    operations[OperationKind::Write as usize] = row.log_write;
    operations[OperationKind::Unlink as usize] = row.log_unlink;
    Ok(Compiled {
        id: row.id.to_string(),
        operations,
        groups: from_json(&row.groups)?,
        excluded: from_json(&row.excluded_users)?,
        ignored: from_json(&row.ignored_fields)?,
        require_reason: row.require_reason,
    })
}
