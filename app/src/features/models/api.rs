//! What the pages of models are made of, and who may read a model's logs.

use leptos::prelude::*;
use types::{Model, RuleQuery, ViewersInput};

use super::ModelChoice;
use crate::{address, came_back::query_of, error::PageError, request};

/// The models the person may see, by host and name.
pub async fn list_models() -> Result<Vec<ModelChoice>, PageError> {
    let (audit, principal) = request::caller()?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    let told = principal.reads_all();
    Ok(models
        .into_iter()
        .map(|model| ModelChoice {
            viewers: told.then(|| model.viewers.clone()),
            ..ModelChoice::from(model)
        })
        .collect())
}

/// The settings of a model.
pub(super) struct ModelView {
    /// The model.
    pub(super) model: Model,
    /// Whether the person sees everything: rules, coverage and viewers, too.
    pub(super) reads_all: bool,
    /// Whether the person may change who reads.
    pub(super) editable: bool,
    /// Every group that is known.
    pub(super) groups: Vec<String>,
    /// The groups that may read, as they are kept or as the form holds them.
    pub(super) viewers: Vec<String>,
    /// How many rules it has.
    pub(super) rules: i64,
    /// How many operations were let go in the last 30 days.
    pub(super) let_go: i64,
}

/// The settings of the model that an address names.
pub(super) async fn get_model(name: String, query: String) -> Result<ModelView, PageError> {
    let (audit, principal) = request::caller()?;
    let host = address::parameter(&query, "host");
    let model = audit::models::get(&audit, &principal, host.as_deref(), &name)
        .await
        .map_err(request::fail)?;
    let mut view = ModelView {
        reads_all: principal.reads_all(),
        editable: request::administers(&principal),
        groups: Vec::new(),
        viewers: viewers_of(&query).unwrap_or_else(|| model.viewers.clone()),
        rules: 0,
        let_go: 0,
        model,
    };
    if !view.reads_all {
        return Ok(view);
    }
    view.groups = audit::users::groups(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let of_model = RuleQuery {
        host: Some(view.model.host.clone()),
        model: Some(view.model.model.clone()),
        limit: 200,
        ..RuleQuery::default()
    };
    let rules = audit::rules::list(&audit, &principal, &of_model)
        .await
        .map_err(request::fail)?;
    view.rules = i64::try_from(rules.items.len()).unwrap_or(i64::MAX);
    let uncovered = audit::coverage::list(&audit, &principal, 30)
        .await
        .map_err(request::fail)?;
    view.let_go = uncovered
        .iter()
        .find(|of| of.host == view.model.host && of.model == view.model.model)
        .map_or(0, |of| of.let_go.total());
    Ok(view)
}

/// The groups of a form that is shown again, before it is sent or because it was refused.
fn viewers_of(query: &str) -> Option<Vec<String>> {
    let again = ["try", "error"]
        .iter()
        .any(|name| address::parameter(query, name).is_some());
    let given = || {
        form_urlencoded::parse(query.as_bytes())
            .filter(|(name, value)| name == "groups[]" && !value.trim().is_empty())
            .map(|(_, value)| value.trim().to_owned())
    };
    again.then(|| distinct(given()))
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Says which groups may read the logs of a model.
#[server(prefix = "/fn", endpoint = "models/viewers")]
pub async fn save_viewers(
    host: String,
    model: String,
    #[server(default)] groups: Vec<String>,
) -> Result<(), PageError> {
    let page = address::model(&host, &model);
    let groups = groups.iter().map(|name| name.trim().to_owned());
    let groups = distinct(groups.filter(|name| !name.is_empty()));
    match keep(&host, &model, &groups).await {
        Ok(()) => {
            request::go_to(&format!("{page}&done=viewers"));
            Ok(())
        }
        Err(error) => {
            let typed = groups.iter().map(|name| ("groups[]", name.as_str()));
            let query = query_of(error.code, &error.faults, typed);
            request::go_back(&format!("{page}&{query}"));
            Err(error)
        }
    }
}

async fn keep(host: &str, model: &str, groups: &[String]) -> Result<(), PageError> {
    let (audit, principal) = request::caller()?;
    let input =
        ViewersInput::read(serde_json::json!({ "groups": groups })).map_err(request::invalid)?;
    audit::models::set_viewers(&audit, &principal, Some(host), model, input)
        .await
        .map_err(request::fail)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_shown_again_holds_its_groups() {
        assert_eq!(viewers_of("host=crm"), None);
        assert_eq!(
            viewers_of("try=true&groups%5B%5D=Sales&groups%5B%5D=&groups%5B%5D=Sales"),
            Some(vec!["Sales".to_owned()])
        );
        assert_eq!(viewers_of("error=invalid_request"), Some(Vec::new()));
    }
}
