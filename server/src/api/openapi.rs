//! The `OpenAPI` document, made from the handlers.
//!
//! The frame says what holds for every call: the key, the tags, and that any failure is answered
//! by a problem document.

use std::sync::OnceLock;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use types::{Code, Problem};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi,
        OpenApiBuilder, Ref, RefOr, ResponseBuilder, Schema,
        path::{Operation, PathItem},
        schema::Type,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::{problem, request::NoQuery};
use crate::router::AppState;

const DESCRIPTION: &str = "An audit trail for any application. A *host* reports the operations of \
its users; the rules decide which are followed; each becomes a log with the old and new value of \
every changed field, that nobody can change or delete.

Send a key with each call: `Authorization: Bearer <key>`. A key belongs to one host and has scopes: \
`record` (report operations, declare models), `read` (logs, records and models of that host), \
`admin` (everything of every host, and the administrative resources). Something of another host is \
answered as what does not exist.

Failures are RFC 9457 problem documents with a stable `code`; a request with faults is answered by \
422 with every fault in `errors`. Unknown fields and parameters are faults. Times are RFC 3339 in \
UTC with microseconds. Lists are walked by `next_cursor`. Reads carry an `ETag`. Every answer has \
`X-Request-Id`: the caller's, or a new one.";

/// The document without the resources.
pub(super) fn frame() -> OpenApi {
    let tags = [
        ("Operations", "The way in: what hosts report"),
        ("Logs", "Recorded operations, immutable"),
        ("Records", "Records as last known, and as they were"),
        ("Models", "The kinds of records of a host"),
        ("Rules", "Which operations are followed"),
        ("Hosts", "The applications that are audited"),
        ("Keys", "What hosts sign their calls with"),
        ("Integrity", "Signed checkpoints, and proofs against them"),
    ]
    .map(|(name, description)| {
        TagBuilder::new()
            .name(name)
            .description(Some(description))
            .build()
    });
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key of a host"))
        .build();
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    Problem::schemas(&mut schemas);
    schemas.push((Problem::name().into_owned(), Problem::schema()));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Revisor")
                .version("1")
                .description(Some(DESCRIPTION))
                .license(Some(
                    LicenseBuilder::new().name("MIT OR Apache-2.0").build(),
                ))
                .build(),
        )
        .tags(Some(tags))
        .security(Some([SecurityRequirement::new(
            "key",
            Vec::<String>::new(),
        )]))
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("key", SecurityScheme::Http(bearer))
                .schemas_from_iter(schemas)
                .build(),
        ))
        .build()
}

/// The whole document as JSON text.
pub fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, mut document) = super::resources().split_for_parts();
        for item in document.paths.paths.values_mut() {
            operations(item).for_each(answer_failures);
        }
        if let Some(components) = &mut document.components {
            components
                .schemas
                .insert(Code::name().into_owned(), codes());
        }
        // Plain data into memory: this cannot fail.
        document.to_pretty_json().unwrap_or_default()
    })
}

/// The codes by their words on the wire, which the derive does not see behind a macro.
fn codes() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("What went wrong, as one stable word."))
        .enum_values(Some(Code::ALL.iter().map(|code| code.as_str())))
        .into()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

/// Any call can fail, and every failure has one form.
fn answer_failures(operation: &mut Operation) {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    let failure = ResponseBuilder::new()
        .description("A problem: see its `code`")
        .content("application/problem+json", content)
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(failure));
}

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi))
        .method_not_allowed_fallback(problem::method_not_allowed)
}

async fn openapi(_: NoQuery) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}
