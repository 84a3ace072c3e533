//! What is read from an entity, and what is said over it.

use sea_orm::entity::prelude::*;

use super::*;

mod company {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "company")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub title: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Clone, Debug, PartialEq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))")]
pub(super) enum Stage {
    #[sea_orm(string_value = "new")]
    New,
    #[sea_orm(string_value = "in_progress")]
    InProgress,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(schema_name = "crm", table_name = "lead")]
pub(super) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub email: String,
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub notes: String,
    pub stage: Stage,
    pub probability: f64,
    pub open: bool,
    pub photo: Vec<u8>,
    pub extra: Json,
    pub due: Date,
    pub seen_at: DateTimeWithTimeZone,
    pub company_id: Option<i32>,
    pub owner_id: Option<i32>,
    pub secret: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {
    #[sea_orm(
        belongs_to = "company::Entity",
        from = "Column::CompanyId",
        to = "company::Column::Id"
    )]
    Company,
}

impl ActiveModelBehavior for ActiveModel {}

impl Auditable for company::Entity {
    fn describe(about: About<Self>) -> About<Self> {
        about.model("crm.company")
    }
}

impl Auditable for Entity {
    fn describe(about: About<Self>) -> About<Self> {
        about
            .label("Lead")
            .selection_of::<Stage>(Column::Stage)
            .many2one(Column::OwnerId, "res.users")
            .sensitive(Column::Secret)
            .groups(Column::Probability, ["Sales / Manager"])
            .field_label(Column::Due, "Due on")
            .ignored(Column::SeenAt)
    }
}

fn lead(subjects: &Subjects) -> ModelInput {
    subjects.of::<Entity>();
    subjects.models().remove("crm.lead").unwrap()
}

#[test]
fn an_entity_tells_its_fields_and_their_types() {
    let input = lead(&Subjects::default());
    let told: Vec<_> = input
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.kind.unwrap().as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("id", "integer"),
            ("email", "char"),
            ("title", "char"),
            ("notes", "text"),
            ("stage", "selection"),
            ("probability", "float"),
            ("open", "boolean"),
            ("photo", "binary"),
            ("extra", "json"),
            ("due", "date"),
            ("seen_at", "datetime"),
            ("company_id", "many2one"),
            ("owner_id", "many2one"),
            ("secret", "char"),
        ]
    );
    assert_eq!(input.label.as_deref(), Some("Lead"));
    assert_eq!(input.name_field.as_deref(), Some("title"));
    let field = |name: &str| {
        let found = input.fields.iter().find(|field| field.name == name);
        found.unwrap().clone()
    };
    assert!(field("secret").sensitive && field("seen_at").ignored);
    assert_eq!(field("probability").groups, ["Sales / Manager"]);
    assert_eq!(field("due").label.as_deref(), Some("Due on"));
    assert_eq!(field("stage").selection["in_progress"], "In progress");
    assert_eq!(field("owner_id").relation.as_deref(), Some("res.users"));
    // The server reads it as it is meant.
    let read = ModelInput::read(serde_json::to_value(&input).unwrap());
    assert_eq!(read.ok(), Some(input));
}

#[test]
fn a_relation_names_the_model_that_its_table_is() {
    let subjects = Subjects::default();
    let relation = |input: &ModelInput| {
        let field = input.fields.iter().find(|field| field.name == "company_id");
        field.unwrap().relation.clone()
    };
    assert_eq!(relation(&lead(&subjects)).as_deref(), Some("company"));
    subjects.of::<company::Entity>();
    assert_eq!(relation(&lead(&subjects)).as_deref(), Some("crm.company"));
}

#[test]
fn a_secret_never_names_a_record() {
    let about = About::<company::Entity>::new().sensitive(company::Column::Title);
    assert_eq!(about.finish().name_field, None);
    // A person's name is declared as what names a record, and is sent for none.
    let about = About::<company::Entity>::new()
        .personal(company::Column::Title)
        .subject(company::Column::Id);
    let told = about.finish();
    assert_eq!(told.name_field, None);
    assert_eq!(told.input.name_field.as_deref(), Some("title"));
    assert_eq!(told.input.subject.as_deref(), Some("id"));
    assert!(told.input.fields.iter().any(|field| field.personal));
    let about = About::<company::Entity>::new().name_field(company::Column::Id);
    assert_eq!(about.finish().name_field.as_deref(), Some("id"));
}
