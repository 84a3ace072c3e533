//! The routes: each a few lines between a form and an audited write.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::Markup;
use revisor_host::{AuditLayer, Audited, Trail};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::contact::{Column, Entity, Model};
use crate::form::{Draft, Fields};
use crate::pages;
use crate::people::{self, Person};

/// Where Revisor is, for links to it.
pub(crate) type Revisor = Arc<str>;

/// The application. Its handlers get no other connection than the audited one.
pub(crate) fn router(trail: &Trail, revisor: &str) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/contacts", post(create))
        .route("/contacts/new", get(new))
        .route("/contacts/{id}", get(edit).post(update))
        .route("/contacts/{id}/delete", post(delete))
        .route("/selected/archive", post(archive))
        .route("/selected/delete", post(delete_selected))
        .layer(AuditLayer::new(trail, Person::actor))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/contacts.css", get(css))
        .with_state(Revisor::from(revisor))
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("there is no such contact")]
    Missing,
    #[error(transparent)]
    Write(#[from] revisor_host::Error),
    #[error(transparent)]
    Read(#[from] DbErr),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, text) = match &self {
            Self::Missing => (StatusCode::NOT_FOUND, "There is no such contact."),
            // `strict`: what cannot be audited is not done, and people are told so.
            Self::Write(_) => (StatusCode::SERVICE_UNAVAILABLE, "Nothing was changed."),
            Self::Read(_) => (StatusCode::SERVICE_UNAVAILABLE, "The contacts are away."),
        };
        if status.is_server_error() {
            tracing::error!("{self}");
        }
        (status, pages::failure(text)).into_response()
    }
}

async fn list(
    person: Person,
    State(revisor): State<Revisor>,
    db: Audited,
    RawQuery(query): RawQuery,
) -> Result<Markup, Failure> {
    let archived = query.as_deref() == Some("archived");
    let contacts = Entity::find()
        .filter(Column::Archived.eq(archived))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(&db)
        .await?;
    Ok(pages::list(person, &revisor, &contacts, archived))
}

async fn new(person: Person, State(revisor): State<Revisor>) -> Markup {
    pages::form(person, &revisor, None, &Draft::default())
}

async fn create(
    person: Person,
    State(revisor): State<Revisor>,
    db: Audited,
    fields: Fields,
) -> Result<Response, Failure> {
    let draft = Draft::read(&fields);
    if draft.fault.is_some() {
        return Ok(wrong(pages::form(person, &revisor, None, &draft)));
    }
    let mut contact = draft.into_active();
    contact.archived = Set(false);
    db.insert(contact).await?;
    Ok(Redirect::to("/").into_response())
}

async fn edit(
    person: Person,
    State(revisor): State<Revisor>,
    db: Audited,
    Path(id): Path<i32>,
) -> Result<Markup, Failure> {
    let contact = find(&db, id).await?;
    Ok(pages::form(person, &revisor, Some(id), &contact.into()))
}

async fn update(
    person: Person,
    State(revisor): State<Revisor>,
    db: Audited,
    Path(id): Path<i32>,
    fields: Fields,
) -> Result<Response, Failure> {
    let draft = Draft::read(&fields);
    if draft.fault.is_some() {
        return Ok(wrong(pages::form(person, &revisor, Some(id), &draft)));
    }
    find(&db, id).await?;
    let mut contact = draft.into_active();
    contact.id = Set(id);
    let db = because(db, &fields);
    db.update(contact).await?;
    Ok(Redirect::to("/").into_response())
}

async fn delete(
    _: Person,
    db: Audited,
    Path(id): Path<i32>,
    fields: Fields,
) -> Result<Redirect, Failure> {
    let db = because(db, &fields);
    db.delete_by_id::<Entity>(id).await?;
    Ok(Redirect::to("/"))
}

/// One statement for all; each contact gets its own log with its own old and new value.
async fn archive(_: Person, db: Audited, fields: Fields) -> Result<Redirect, Failure> {
    db.update_many::<Entity>()
        .col_expr(Column::Archived, Expr::value(true))
        .filter(Column::Id.is_in(fields.ticked()))
        .exec()
        .await?;
    Ok(Redirect::to("/"))
}

async fn delete_selected(_: Person, db: Audited, fields: Fields) -> Result<Redirect, Failure> {
    db.delete_many::<Entity>()
        .filter(Column::Id.is_in(fields.ticked()))
        .exec()
        .await?;
    Ok(Redirect::to("/"))
}

async fn sign_in_page() -> Markup {
    pages::sign_in()
}

async fn sign_in(fields: Fields) -> Response {
    let person = fields.text("login").and_then(|login| Person::of(&login));
    person.map_or_else(
        || Redirect::to("/sign-in").into_response(),
        |person| ([(header::SET_COOKIE, person.cookie())], Redirect::to("/")).into_response(),
    )
}

async fn sign_out() -> impl IntoResponse {
    (
        [(header::SET_COOKIE, people::no_cookie())],
        Redirect::to("/sign-in"),
    )
}

async fn css() -> ([(HeaderName, &'static str); 1], &'static str) {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("contacts.css"),
    )
}

async fn find(db: &Audited, id: i32) -> Result<Model, Failure> {
    let found = Entity::find_by_id(id).one(db).await?;
    found.ok_or(Failure::Missing)
}

/// With the reason that was given, where one was.
fn because(db: Audited, fields: &Fields) -> Audited {
    match fields.text("reason") {
        Some(reason) => db.because(reason),
        None => db,
    }
}

fn wrong(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
