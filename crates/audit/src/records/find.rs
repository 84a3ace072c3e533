//! Records by their name, across models: for somebody who wants to go to one.

use types::Record;

use crate::access::Access;
use crate::engine::search::needle;
use crate::{Audit, Error, Principal, present};

/// How many of the records seen last are looked through: a look costs the same however many there
/// are.
const LOOKED_AT: u64 = 20_000;
/// How many of those that hold the text anywhere are told apart by their names.
const CANDIDATES: u64 = 200;
/// In how many models an id is looked for.
const MODELS: usize = 500;

/// At most `limit` records that the principal may see, of any model: those with this id, then
/// those whose name begins with `text`, then those whose name holds it. Names are looked for among
/// the 20,000 records that were seen last for the first time. What is sealed in them is not opened.
pub async fn find_named(
    audit: &Audit,
    principal: &Principal,
    text: &str,
    limit: usize,
) -> Result<Vec<Record>, Error> {
    let access = Access::now(audit, principal).await?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut models: Vec<i32> = access
        .catalog()
        .models()
        .filter(|model| access.sees(model))
        .map(|model| model.id)
        .collect();
    models.sort_unstable();
    let store = audit.store();
    let mut rows = store
        .records_of_id(&models[..models.len().min(MODELS)], text)
        .await?;
    // Who sees everything needs no list of what.
    let among = access.chooses_models().then_some(models);
    rows.extend(
        store
            .records_holding(among, text, LOOKED_AT, CANDIDATES)
            .await?,
    );
    let needle = needle(text);
    let mut found: Vec<(u8, Record)> = Vec::new();
    for row in rows {
        let Some(model) = access.catalog().model(row.model_id) else {
            continue;
        };
        if !access.sees(model) {
            continue;
        }
        let record = present::record(&access, model, row)?;
        let name = record.record_name.as_deref().unwrap_or_default();
        let name = crate::engine::search::needle(name);
        let rank = match () {
            () if record.record_id == text => 0,
            () if name.starts_with(&needle) => 1,
            () if name.contains(&needle) => 2,
            () => continue,
        };
        let same = |(_, other): &(u8, Record)| {
            (&other.host, &other.model, &other.record_id)
                == (&record.host, &record.model, &record.record_id)
        };
        if !found.iter().any(same) {
            found.push((rank, record));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found
        .into_iter()
        .take(limit)
        .map(|(_, record)| record)
        .collect())
}
