//! What the forms send.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use sea_orm::ActiveValue::Set;

use crate::contact::{self, STAGES};

/// Longest text of a field, in characters.
const LONGEST: usize = 200;

/// The pairs of a form, in their order; a name may come several times.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of a field without blanks around it; none when it is empty or missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(given, _)| given == name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The numbers of the contacts that are ticked.
    pub(crate) fn ticked(&self) -> Vec<i32> {
        let ticked = self.0.iter().filter(|(name, _)| name == "contact");
        ticked.filter_map(|(_, id)| id.parse().ok()).collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

/// A contact as it was typed, and what is wrong with it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Draft {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) stage: Option<String>,
    pub(crate) passphrase: Option<String>,
    pub(crate) fault: Option<&'static str>,
}

impl Draft {
    /// Reads and checks a form.
    pub(crate) fn read(fields: &Fields) -> Self {
        let mut draft = Self {
            name: fields.text("name"),
            email: fields.text("email"),
            phone: fields.text("phone"),
            city: fields.text("city"),
            stage: fields.text("stage"),
            passphrase: fields.text("passphrase"),
            fault: None,
        };
        let texts = [
            &draft.name,
            &draft.email,
            &draft.phone,
            &draft.city,
            &draft.passphrase,
        ];
        let known = |stage: &String| STAGES.iter().any(|(word, _)| word == stage);
        draft.fault = if draft.name.is_none() {
            Some("A contact has a name.")
        } else if texts
            .into_iter()
            .flatten()
            .any(|text| text.chars().count() > LONGEST)
        {
            Some("A field holds 200 characters at most.")
        } else if draft
            .email
            .as_ref()
            .is_some_and(|email| !email.contains('@'))
        {
            Some("An e-mail address has an @ in it.")
        } else if !draft.stage.as_ref().is_some_and(known) {
            Some("Choose a stage.")
        } else {
            None
        };
        draft
    }

    /// What is written. An empty passphrase leaves the one that is there.
    pub(crate) fn into_active(self) -> contact::ActiveModel {
        let mut active = contact::ActiveModel {
            name: Set(self.name.unwrap_or_default()),
            email: Set(self.email),
            phone: Set(self.phone),
            city: Set(self.city),
            stage: Set(self.stage.unwrap_or_default()),
            ..Default::default()
        };
        if self.passphrase.is_some() {
            active.passphrase = Set(self.passphrase);
        }
        active
    }
}

/// What stands in the form of a contact. Its passphrase is not shown.
impl From<contact::Model> for Draft {
    fn from(contact: contact::Model) -> Self {
        Self {
            name: Some(contact.name),
            email: contact.email,
            phone: contact.phone,
            city: contact.city,
            stage: Some(contact.stage),
            passphrase: None,
            fault: None,
        }
    }
}
