//! The tables as SeaORM sees them. Private to the store.
//!
//! JSON is kept as text and times as microseconds since 1970: see the migrations.

macro_rules! entity {
    ($(#[$doc:meta])* $module:ident, $table:literal, { $($(#[$attribute:meta])* $field:ident : $type:ty,)+ }) => {
        $(#[$doc])*
        #[expect(unreachable_pub, reason = "SeaORM's derive makes public items of these")]
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$attribute])* pub $field: $type,)+ }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(
    /// Hosts.
    host, "host", {
        #[sea_orm(primary_key)] id: i32,
        name: String,
        label: String,
        builtin: bool,
        created_at: i64,
        ended_at: Option<i64>,
    }
);

entity!(
    /// Keys of hosts, by hash.
    api_key, "api_key", {
        #[sea_orm(primary_key)] number: i64,
        id: Uuid,
        host_id: i32,
        name: String,
        prefix: String,
        hash: Vec<u8>,
        scopes: String,
        created_at: i64,
        last_used_at: Option<i64>,
        expires_at: Option<i64>,
        revoked_at: Option<i64>,
    }
);

entity!(
    /// Models, with their fields as JSON.
    model, "model", {
        #[sea_orm(primary_key)] id: i32,
        host_id: i32,
        name: String,
        label: String,
        name_field: Option<String>,
        declared: bool,
        fields: String,
        viewers: String,
        subject: Option<String>,
    }
);

entity!(
    /// Rules.
    rule, "rule", {
        #[sea_orm(primary_key)] number: i64,
        id: Uuid,
        host_id: i32,
        model: String,
        name: String,
        log_create: bool,
        log_write: bool,
        log_unlink: bool,
        groups: String,
        excluded_users: String,
        ignored_fields: String,
        require_reason: bool,
        active: bool,
        created_at: i64,
        updated_at: i64,
    }
);

entity!(
    /// Which rule has a model and a group; everyone is the group without a name.
    rule_scope, "rule_scope", {
        #[sea_orm(primary_key, auto_increment = false)] host_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] model: String,
        #[sea_orm(primary_key, auto_increment = false)] group_name: String,
        rule_number: i64,
    }
);

entity!(
    /// The version of the configuration: one row.
    configuration, "configuration", {
        #[sea_orm(primary_key, auto_increment = false)] id: i32,
        version: i64,
    }
);

entity!(
    /// Logs. Never updated, never deleted.
    log, "log", {
        #[sea_orm(primary_key, auto_increment = false)] seq: i64,
        id: Uuid,
        host_id: i32,
        model_id: i32,
        model_label: String,
        record_id: String,
        record_name: Option<String>,
        revision: i64,
        operation: i16,
        user_login: String,
        user_name: Option<String>,
        on_behalf_of: Option<String>,
        occurred_at: i64,
        recorded_at: i64,
        rule_ids: String,
        changes: String,
        unrecorded: Option<String>,
        observed: Option<String>,
        request_id: Option<String>,
        transaction_id: Option<String>,
        context: Option<String>,
        search: String,
        fields: String,
    }
);

entity!(
    /// Which fields a log changes.
    log_field, "log_field", {
        #[sea_orm(primary_key, auto_increment = false)] field: String,
        #[sea_orm(primary_key, auto_increment = false)] model_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] seq: i64,
    }
);

entity!(
    /// The last log: one row, locked by whoever appends.
    log_head, "log_head", {
        #[sea_orm(primary_key, auto_increment = false)] id: i32,
        seq: i64,
        recorded_at: i64,
    }
);

entity!(
    /// Idempotency keys, for ever.
    operation_key, "operation_key", {
        #[sea_orm(primary_key, auto_increment = false)] host_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] key: String,
        digest: Vec<u8>,
        seq: Option<i64>,
    }
);

entity!(
    /// Records as last known.
    record, "record", {
        #[sea_orm(primary_key)] id: i64,
        model_id: i32,
        record_id: String,
        name: Option<String>,
        revision: i64,
        deleted: bool,
        recorded_at: i64,
        state: String,
        search: String,
    }
);

entity!(
    /// The state of a record at some of its revisions.
    snapshot, "snapshot", {
        #[sea_orm(primary_key, auto_increment = false)] model_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] record_id: String,
        #[sea_orm(primary_key, auto_increment = false)] revision: i64,
        state: String,
    }
);

entity!(
    /// Settings that live with the data, such as the key of commitments.
    setting, "setting", {
        #[sea_orm(primary_key, auto_increment = false)] name: String,
        value: String,
    }
);

entity!(
    /// People who sign in here.
    user, "user", {
        #[sea_orm(primary_key)] number: i64,
        id: Uuid,
        login: String,
        name: String,
        role: String,
        password_hash: String,
        created_at: i64,
        disabled_at: Option<i64>,
        preferences: Option<String>,
        subject: Option<String>,
    }
);

entity!(
    /// The groups that people are in.
    user_group, "user_group", {
        #[sea_orm(primary_key, auto_increment = false)] user_number: i64,
        #[sea_orm(primary_key, auto_increment = false)] group_name: String,
    }
);

entity!(
    /// Sessions of people, under digests of their ids.
    session, "session", {
        #[sea_orm(primary_key, auto_increment = false)] digest: String,
        user_id: Option<Uuid>,
        data: Vec<u8>,
        user_agent: Option<String>,
        address: Option<String>,
        created_at: i64,
        seen_at: i64,
        expires_at: i64,
    }
);

entity!(
    /// Filters that people saved.
    saved_filter, "saved_filter", {
        #[sea_orm(primary_key)] number: i64,
        id: Uuid,
        user_number: i64,
        list: String,
        name: String,
        query: String,
        shared: bool,
        created_at: i64,
    }
);

entity!(
    /// The filter that a person begins a list with.
    default_filter, "default_filter", {
        #[sea_orm(primary_key, auto_increment = false)] user_number: i64,
        #[sea_orm(primary_key, auto_increment = false)] list: String,
        filter_number: i64,
    }
);

entity!(
    /// How many logs a day has of a model, a user and an operation.
    log_count, "log_count", {
        #[sea_orm(primary_key, auto_increment = false)] day: i32,
        #[sea_orm(primary_key, auto_increment = false)] model_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] user_login: String,
        #[sea_orm(primary_key, auto_increment = false)] operation: i16,
        host_id: i32,
        logs: i64,
        unrecorded: i64,
    }
);

entity!(
    /// How many logs a rule asked for on a day.
    rule_count, "rule_count", {
        #[sea_orm(primary_key, auto_increment = false)] day: i32,
        #[sea_orm(primary_key, auto_increment = false)] rule_id: String,
        logs: i64,
    }
);

entity!(
    /// How many operations no rule asked for on a day.
    coverage, "coverage", {
        #[sea_orm(primary_key, auto_increment = false)] day: i32,
        #[sea_orm(primary_key, auto_increment = false)] host_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] model_id: i32,
        #[sea_orm(primary_key, auto_increment = false)] operation: i16,
        operations: i64,
        first_at: i64,
        last_at: i64,
    }
);

entity!(
    /// The last operations counted, a row a commit, under the number of its last one.
    counted, "counted", {
        #[sea_orm(primary_key, auto_increment = false)] last: i64,
        at: i64,
        operations: String,
    }
);

entity!(
    /// How many operations were counted: one row, locked by whoever counts.
    counted_head, "counted_head", {
        #[sea_orm(primary_key, auto_increment = false)] id: i32,
        last: i64,
    }
);

entity!(
    /// Tiles of the Merkle tree.
    tile, "tile", {
        #[sea_orm(primary_key, auto_increment = false)] level: i32,
        #[sea_orm(primary_key, auto_increment = false)] place: i64,
        hashes: Vec<u8>,
    }
);

entity!(
    /// Which logs of a block may have a gram, a bucket of grams a row.
    gram, "gram", {
        #[sea_orm(primary_key, auto_increment = false)] place: i64,
        logs: Vec<u8>,
    }
);

entity!(
    /// Checkpoints that are kept for ever.
    checkpoint, "checkpoint", {
        #[sea_orm(primary_key, auto_increment = false)] size: i64,
        note: String,
        sealed_at: i64,
    }
);

entity!(
    /// The newest checkpoint: one row.
    sealed, "sealed", {
        #[sea_orm(primary_key, auto_increment = false)] id: i32,
        size: i64,
        note: String,
        sealed_at: i64,
    }
);

entity!(
    /// The keys that checkpoints were signed with, by the size from which on.
    signing_key, "signing_key", {
        #[sea_orm(primary_key)] number: i64,
        key: String,
        since: i64,
        created_at: i64,
    }
);

entity!(
    /// Verifications, running and done.
    verification, "verification", {
        #[sea_orm(primary_key)] number: i64,
        started_at: i64,
        finished_at: Option<i64>,
        started_by: String,
        logs: i64,
        done: i64,
        verdict: Option<String>,
        detail: Option<String>,
    }
);

entity!(
    /// Keys of data subjects, without their secrets.
    subject_key, "subject_key", {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        host_id: i32,
        model: String,
        record_id: String,
        created_at: i64,
        erased_at: Option<i64>,
        erased_by: Option<String>,
        reason: Option<String>,
    }
);
