//! What a name may mean, of what the person may see. Each part is bounded.

use types::{List, Role};

use super::pages::{actions, folded, pages};
use crate::{address, components::Glyph, error::PageError, request, say::t};

/// Most hits of a part.
const MOST: usize = 8;
/// Longest text that is looked for, in characters.
const TEXT: usize = 200;

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where it is.
    pub(super) href: String,
    /// What it is, by a drawing.
    pub(super) glyph: Glyph,
    /// Its name.
    pub(super) title: String,
    /// What tells it from others of the name.
    pub(super) note: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// What was looked for.
    pub(super) text: String,
    /// The parts that hold something: their heading, and what they hold.
    pub(super) parts: Vec<(String, Vec<Hit>)>,
}

/// What the text of an address may mean.
pub(super) async fn find(query: String) -> Result<Found, PageError> {
    let (audit, principal) = request::caller()?;
    let role = match &principal {
        audit::Principal::User { role, .. } => *role,
        _ => Role::User,
    };
    let text = address::parameter(&query, "q").unwrap_or_default();
    let text: String = text.trim().chars().take(TEXT).collect();
    let wanted = folded(&text);
    let among = |hits: Vec<Hit>| -> Vec<Hit> {
        let mut hits: Vec<Hit> = hits
            .into_iter()
            .filter(|hit| {
                folded(&hit.title).contains(&wanted)
                    || hit
                        .note
                        .as_deref()
                        .is_some_and(|note| folded(note).contains(&wanted))
            })
            .collect();
        // A name that begins so comes first; among equals, the order stays.
        hits.sort_by_key(|hit| !folded(&hit.title).starts_with(&wanted));
        hits
    };
    let mut parts = vec![
        (t!("find-pages"), among(pages(role))),
        (t!("find-actions"), among(actions(role))),
    ];
    if !text.is_empty() {
        let mut filters = among(server::filters(&audit, &principal).await?);
        let mut models = among(server::models(&audit, &principal).await?);
        filters.truncate(MOST);
        models.truncate(MOST);
        parts.push((t!("find-filters"), filters));
        parts.push((t!("find-models"), models));
        let records = server::records(&audit, &principal, &text).await?;
        parts.push((t!("find-records"), records));
        let query = address::query_text([("q", text.as_str())]);
        let logs = Hit {
            href: address::with_query("/logs", &query),
            glyph: Glyph::Search,
            title: t!("find-logs-with", text = text.clone()),
            note: None,
        };
        parts.push((t!("nav-logs"), vec![logs]));
    }
    parts.retain(|(_, hits)| !hits.is_empty());
    Ok(Found { text, parts })
}

mod server {
    use audit::{Audit, Principal};

    use super::{Hit, List, MOST};
    use crate::{address, components::Glyph, error::PageError, request};

    /// The saved filters, one's own and those that are shared.
    pub(super) async fn filters(
        audit: &Audit,
        principal: &Principal,
    ) -> Result<Vec<Hit>, PageError> {
        let mut hits = Vec::new();
        for list in List::ALL {
            let filters = audit::filters::list(audit, principal, list)
                .await
                .map_err(request::fail)?;
            for filter in filters {
                let path = match list {
                    List::Logs => "/logs".to_owned(),
                    List::Rules => "/rules".to_owned(),
                    // The records of which model is part of the filter.
                    List::Records => match address::parameter(&filter.query, "model") {
                        Some(model) => {
                            format!("/models/{}/records", address::encode_segment(&model))
                        }
                        None => continue,
                    },
                };
                let query = match list {
                    List::Records => address::without(&filter.query, &["model"]),
                    _ => filter.query,
                };
                hits.push(Hit {
                    href: address::with_query(&path, &query),
                    glyph: Glyph::Filter,
                    title: filter.name,
                    note: (!filter.own).then_some(filter.owner),
                });
            }
        }
        Ok(hits)
    }

    /// The models.
    pub(super) async fn models(
        audit: &Audit,
        principal: &Principal,
    ) -> Result<Vec<Hit>, PageError> {
        let models = audit::models::list(audit, principal, None)
            .await
            .map_err(request::fail)?;
        Ok(models
            .into_iter()
            .map(|model| Hit {
                href: address::records(&model.host, &model.model),
                glyph: Glyph::Stack,
                title: model.label,
                note: Some(model.model),
            })
            .collect())
    }

    /// Records by their name or id.
    pub(super) async fn records(
        audit: &Audit,
        principal: &Principal,
        text: &str,
    ) -> Result<Vec<Hit>, PageError> {
        let records = audit::records::find_named(audit, principal, text, MOST)
            .await
            .map_err(request::fail)?;
        Ok(records
            .into_iter()
            .map(|record| Hit {
                href: address::history(&record.host, &record.model, &record.record_id, None),
                glyph: Glyph::History,
                title: record
                    .record_name
                    .unwrap_or_else(|| record.record_id.clone()),
                note: Some(format!("{} {}", record.model, record.record_id)),
            })
            .collect())
    }
}
