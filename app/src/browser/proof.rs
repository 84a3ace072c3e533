//! Checks the proof that a page shows, here, by the same code that the server makes it with: the
//! leaf is hashed, the tree is climbed, the signature of the checkpoint is checked.

use proof::{Hash, SignedNote, VerifyingKey, leaf_hash, verify_inclusion};
use web_sys::{Element, Event};

use super::dom::{find, listen};

pub(super) fn start() {
    listen("revisor:page", |_: Event| look());
    look();
}

fn look() {
    let Some(place) = find::<Element>("[data-proof]") else {
        return;
    };
    let holds = check(&place).is_some();
    let words = if holds {
        "data-proof-good"
    } else {
        "data-proof-bad"
    };
    let told = place.query_selector(".proof-told").ok().flatten();
    if let Some(told) = told {
        told.set_text_content(place.get_attribute(words).as_deref());
        let _ = told.set_attribute("data-holds", if holds { "true" } else { "false" });
    }
}

/// Whether the proof holds; none where any part of it does not.
fn check(place: &Element) -> Option<()> {
    let part = |name: &str| place.get_attribute(name);
    let note = SignedNote::parse(&part("data-proof")?).ok()?;
    let checkpoint = part("data-proof-keys")?
        .lines()
        .filter_map(|key| VerifyingKey::parse(key).ok())
        .find_map(|key| note.verify(&key).ok())?;
    let told = Hash::from_base64(&part("data-proof-leaf-hash")?).ok()?;
    if let Some(leaf) = part("data-proof-leaf") {
        let leaf = proof::from_base64(&leaf).ok()?;
        // What is hashed is this log: its id stands in it.
        let id = format!("\"id\":\"{}\"", part("data-proof-id")?);
        let is_this_log = std::str::from_utf8(&leaf).ok()?.contains(&id);
        (is_this_log && leaf_hash(&leaf) == told).then_some(())?;
    }
    let index = part("data-proof-index")?.parse().ok()?;
    let hashes: Option<Vec<Hash>> = part("data-proof-hashes")?
        .split_whitespace()
        .map(|hash| Hash::from_base64(hash).ok())
        .collect();
    verify_inclusion(told, index, checkpoint.size, &hashes?, checkpoint.root).ok()
}
