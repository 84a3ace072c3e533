//! The application without a server: its data, and the operations that wait in its database.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use revisor_host::{Trail, backlog};
use sea_orm::{DatabaseConnection, EntityTrait as _};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::contact::{Entity, Model};

struct Office {
    app: Router,
    db: DatabaseConnection,
    _folder: Arc<TempDir>,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = crate::open(&folder.path().join("contacts.db"))
            .await
            .unwrap();
        let trail = Trail::builder(db.clone()).open().await.unwrap();
        Self {
            app: crate::app::router(&trail, "http://audit.example"),
            db,
            _folder: Arc::new(folder),
        }
    }

    async fn send(&self, method: &str, path: &str, cookie: &str, form: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }

    async fn post(&self, path: &str, form: &str) -> StatusCode {
        self.send("POST", path, ALICE, form).await.status()
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.send("GET", path, ALICE, "").await;
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    async fn contacts(&self) -> Vec<Model> {
        Entity::find().all(&self.db).await.unwrap()
    }

    async fn waiting(&self) -> u64 {
        backlog(&self.db).await.unwrap().waiting
    }
}

const ALICE: &str = "theme=dark; contacts_person=alice";

#[tokio::test]
async fn every_write_leaves_an_operation_a_contact() {
    let office = Office::open().await;
    for name in ["a", "b", "c"] {
        let form = format!("name={name}&stage=lead&city=+");
        assert_eq!(office.post("/contacts", &form).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(office.waiting().await, 3);
    let form = "name=A&stage=customer&reason=why+not";
    assert_eq!(
        office.post("/contacts/1", form).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(office.waiting().await, 4);
    let both = "contact=1&contact=2";
    office.post("/selected/archive", both).await;
    assert_eq!(office.waiting().await, 6);
    office.post("/selected/archive", both).await;
    assert_eq!(office.waiting().await, 6, "they were archived already");
    office.post("/selected/delete", both).await;
    office.post("/contacts/3/delete", "").await;
    assert_eq!(office.waiting().await, 9);
    assert!(office.contacts().await.is_empty());
}

#[tokio::test]
async fn nobody_writes_or_reads_without_saying_who_they_are() {
    let office = Office::open().await;
    for cookie in ["", "contacts_person=mallory", "contacts_person="] {
        let form = "name=a&stage=lead";
        for (method, path) in [("POST", "/contacts"), ("GET", "/"), ("GET", "/contacts/1")] {
            let answer = office.send(method, path, cookie, form).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{method} {path}");
            assert_eq!(answer.headers()["location"], "/sign-in");
        }
    }
    assert!(office.contacts().await.is_empty());
    assert_eq!(office.waiting().await, 0);
}

#[tokio::test]
async fn what_is_typed_wrong_is_told_and_not_written() {
    let office = Office::open().await;
    for form in [
        "stage=lead",
        "name=a",
        "name=a&stage=boss",
        "name=a&stage=lead&email=nowhere",
        &format!("name={}&stage=lead", "a".repeat(201)),
    ] {
        assert_eq!(
            office.post("/contacts", form).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{form}"
        );
    }
    assert!(office.contacts().await.is_empty());
    assert_eq!(
        office.post("/contacts/7", "name=a&stage=lead").await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_passphrase_is_kept_and_never_shown() {
    let office = Office::open().await;
    let form = "name=%3Cb%3E&stage=lead&passphrase=open+sesame";
    office.post("/contacts", form).await;
    office.post("/contacts/1", "name=%3Cb%3E&stage=lead").await;
    let kept = office.contacts().await;
    assert_eq!(kept[0].passphrase.as_deref(), Some("open sesame"));
    let page = office.page("/contacts/1").await;
    assert!(!page.contains("sesame"), "{page}");
    assert!(
        page.contains("&lt;b&gt;") && !page.contains("<b>"),
        "{page}"
    );
}
