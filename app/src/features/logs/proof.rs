//! The proof of a log: the checkpoint that it stands under, and what a browser needs to check it
//! by itself.

use leptos::prelude::*;
use types::{Code, Proof};

use crate::{
    components::{Glyph, Icon},
    error::PageError,
    request,
    say::{number, t},
};

/// The longest leaf that a page carries, in characters of base64; a longer one is proven by its
/// hash alone.
const LONGEST_LEAF: usize = 64 * 1024;

/// A proof with the keys to check it by, or that there is none yet.
pub(super) struct ProofView {
    proof: Option<Proof>,
    keys: Vec<String>,
}

/// The proof of a log, as far as there is one.
pub(super) async fn get_proof(id: &str) -> Result<ProofView, PageError> {
    let (audit, principal) = request::caller()?;
    let proof = match audit::integrity::proof(&audit, &principal, id).await {
        Ok(proof) => Some(proof),
        Err(error) if error.code() == Code::NotSealedYet => None,
        Err(error) => return Err(request::fail(error)),
    };
    let keys = audit::integrity::keys(&audit, &principal)
        .await
        .map_err(request::fail)?;
    Ok(ProofView { proof, keys })
}

/// The proof. The browser fills in what it finds: its words stand in the attributes.
#[component]
pub(super) fn ProofPanel(view: ProofView) -> impl IntoView {
    let Some(proof) = view.proof else {
        return view! { <p class="muted small">{t!("proof-none")}</p> }.into_any();
    };
    let root = proof
        .checkpoint
        .lines()
        .nth(2)
        .unwrap_or_default()
        .to_owned();
    let leaf = proof.leaf.filter(|leaf| leaf.len() <= LONGEST_LEAF);
    let leaf_hash = proof.leaf_hash.clone();
    let path = i64::try_from(proof.hashes.len()).unwrap_or(i64::MAX);
    let size = i64::try_from(proof.tree_size).unwrap_or(i64::MAX);
    view! {
        <div
            class="proof"
            data-proof=proof.checkpoint
            data-proof-keys=view.keys.join("\n")
            data-proof-leaf=leaf
            data-proof-leaf-hash=proof.leaf_hash
            data-proof-index=proof.index.to_string()
            data-proof-hashes=proof.hashes.join(" ")
            data-proof-id=proof.log_id
            data-proof-good=t!("proof-good")
            data-proof-bad=t!("proof-bad")
        >
            <p class="proof-under">
                <Icon glyph=Glyph::Shield />
                <span>{t!("proof-under", size = number(size))}</span>
            </p>
            <p class="proof-told small" role="status"></p>
            <details class="small">
                <summary>{t!("proof-details")}</summary>
                <dl class="facts">
                    <div><dt>{t!("proof-leaf-hash")}</dt><dd><code>{leaf_hash}</code></dd></div>
                    <div><dt>{t!("proof-root")}</dt><dd><code>{root}</code></dd></div>
                    <div><dt>{t!("proof-path")}</dt><dd>{t!("proof-hashes", count = path)}</dd></div>
                </dl>
                <p>
                    <a href="/integrity">{t!("proof-more")}</a>
                </p>
            </details>
        </div>
    }
    .into_any()
}
