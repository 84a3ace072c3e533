//! What the form of a rule is made of.

use audit::{Audit, Principal};
use types::{LogQuery, Preview};

use super::state::Draft;
use crate::{came_back::error_of, error::PageError, features::models::ModelChoice, request};

/// The form of a rule.
pub(super) struct RuleForm {
    /// The rule; none for a new one.
    pub(super) id: Option<String>,
    /// The rule's name as it is kept, for the heading.
    pub(super) kept_name: Option<String>,
    /// Whether the person may change rules.
    pub(super) editable: bool,
    /// What the form holds.
    pub(super) draft: Draft,
    /// What is wrong with it, when it came back.
    pub(super) error: Option<PageError>,
    /// What there is to choose from.
    pub(super) offers: Offers,
    /// What it would have caught, where it can be told.
    pub(super) preview: Option<Preview>,
}

/// What there is to choose from.
#[derive(Default)]
pub(super) struct Offers {
    /// Name and label of each host.
    pub(super) hosts: Vec<(String, String)>,
    /// Every model.
    pub(super) models: Vec<ModelChoice>,
    /// The groups named anywhere.
    pub(super) groups: Vec<(String, String)>,
    /// The users who have logs of the host, by login, with their names.
    pub(super) users: Vec<(String, String)>,
    /// The fields of the model, with their labels.
    pub(super) fields: Vec<(String, String)>,
}

/// The form of a rule, or of a new one where `id` is empty; prefilled by what the address holds.
pub(super) async fn get_rule_form(id: String, query: String) -> Result<RuleForm, PageError> {
    let (audit, principal) = request::caller()?;
    let editable = request::administers(&principal);
    let rule = if id.is_empty() {
        if !editable {
            return Err(request::fail(audit::Error::forbidden(
                "Only administrators make rules.",
            )));
        }
        None
    } else {
        Some(
            audit::rules::get(&audit, &principal, &id)
                .await
                .map_err(request::fail)?,
        )
    };
    let kept_name = rule.as_ref().map(|rule| rule.name.clone());
    let mut draft = rule.map(Draft::from).unwrap_or_default();
    draft.prefill(&query);
    let offers = offers(&audit, &principal, &draft).await?;
    if let ([(host, _)], true) = (offers.hosts.as_slice(), draft.host.is_empty()) {
        draft.host.clone_from(host);
    }
    let error = error_of(&query);
    let preview = if editable {
        preview(&audit, &principal, &draft).await
    } else {
        None
    };
    Ok(RuleForm {
        id: Some(id).filter(|id| !id.is_empty()),
        kept_name,
        editable,
        draft,
        error,
        offers,
        preview,
    })
}

/// What the rule would have caught; nothing while it says too little to tell.
async fn preview(audit: &Audit, principal: &Principal, draft: &Draft) -> Option<Preview> {
    let mut named = draft.clone();
    if named.name.trim().is_empty() {
        // Its name has no say in what it catches.
        "-".clone_into(&mut named.name);
    }
    let input = named.input().ok()?;
    audit::rules::preview(audit, principal, input).await.ok()
}

async fn offers(audit: &Audit, principal: &Principal, draft: &Draft) -> Result<Offers, PageError> {
    let hosts: Vec<_> = audit::hosts::list(audit, principal, false)
        .await
        .map_err(request::fail)?
        .into_iter()
        .filter(|host| !host.builtin)
        .map(|host| (host.name, host.label))
        .collect();
    let models = audit::models::list(audit, principal, None)
        .await
        .map_err(request::fail)?;
    let fields = models
        .iter()
        .find(|model| {
            model.model == draft.model && (draft.host.is_empty() || model.host == draft.host)
        })
        .into_iter()
        .flat_map(|model| &model.fields)
        .filter(|field| !field.ignored)
        .map(|field| (field.name.clone(), field.label.clone()))
        .collect();
    let groups = audit::users::groups(audit, principal)
        .await
        .map_err(request::fail)?;
    let of_host = LogQuery {
        host: Some(draft.host.clone()).filter(|host| !host.is_empty()),
        ..LogQuery::default()
    };
    let users = audit::logs::facets(audit, principal, &of_host)
        .await
        .map_or_else(|_| Vec::new(), |facets| facets.users.values);
    Ok(Offers {
        models: models
            .into_iter()
            .filter(|model| hosts.iter().any(|(name, _)| *name == model.host))
            .map(ModelChoice::from)
            .collect(),
        hosts,
        groups: groups
            .into_iter()
            .map(|name| (name.clone(), name))
            .collect(),
        users: users
            .into_iter()
            .map(|user| {
                let label = user.label.unwrap_or_else(|| user.value.clone());
                (user.value, label)
            })
            .collect(),
        fields,
    })
}
