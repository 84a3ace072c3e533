//! The tables of the host.

pub(crate) mod company {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i32,
        pub(crate) title: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl revisor_host::Auditable for Entity {
        fn describe(about: revisor_host::About<Self>) -> revisor_host::About<Self> {
            about.model("crm.company")
        }
    }
}

pub(crate) mod contact {
    use sea_orm::entity::prelude::*;
    use sea_orm::{ConnectionTrait, Set};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i32,
        pub(crate) name: String,
        pub(crate) city: Option<String>,
        #[sea_orm(unique)]
        pub(crate) email: Option<String>,
        pub(crate) age: i64,
        pub(crate) weight: Option<f64>,
        pub(crate) photo: Option<Vec<u8>>,
        pub(crate) password: Option<String>,
        pub(crate) touched: i64,
        pub(crate) company_id: Option<i32>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::company::Entity",
            from = "Column::CompanyId",
            to = "super::company::Column::Id"
        )]
        Company,
    }

    /// A name is trimmed before it is saved; `refuse` is refused; `write past` tries to.
    #[async_trait::async_trait]
    impl ActiveModelBehavior for ActiveModel {
        async fn before_save<C: ConnectionTrait>(
            mut self,
            db: &C,
            _insert: bool,
        ) -> Result<Self, DbErr> {
            if let Set(name) = &self.name {
                match name.trim() {
                    "refuse" => return Err(DbErr::Custom("refused by a hook".to_owned())),
                    "write past" => {
                        db.execute_unprepared("DELETE FROM contact").await?;
                    }
                    name => self.name = Set(name.to_owned()),
                }
            }
            Ok(self)
        }
    }

    impl revisor_host::Auditable for Entity {
        fn describe(about: revisor_host::About<Self>) -> revisor_host::About<Self> {
            about
                .label("Contact")
                .sensitive(Column::Password)
                .ignored(Column::Touched)
        }
    }

    pub(crate) fn named(name: &str) -> ActiveModel {
        ActiveModel {
            name: Set(name.to_owned()),
            age: Set(0),
            touched: Set(0),
            ..Default::default()
        }
    }
}

pub(crate) mod tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tag")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) contact_id: i32,
        #[sea_orm(
            primary_key,
            auto_increment = false,
            column_type = "String(StringLen::N(40))"
        )]
        pub(crate) word: String,
        pub(crate) weight: i32,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl revisor_host::Auditable for Entity {}
}
