//! The site: the files that a browser gets beside the pages.
//!
//! `pkg/revisor.js` and `pkg/revisor_bg.wasm` (wasm-bindgen's own names, which Leptos's
//! `HydrationScripts` asks for), `pkg/revisor.css`, and whatever lies in `app/assets`.

mod assets;
mod compress;
mod css;
mod wasm;

pub(crate) use compress::compress;
pub(crate) use wasm::ensure_target;

use std::fs;

use anyhow::Context;

use crate::workspace::{Profile, Workspace};

/// The name of the site's script, wasm and style.
const NAME: &str = "revisor";

/// Builds the whole site.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> anyhow::Result<()> {
    let site = workspace.site(profile);
    let package = site.join("pkg");
    fs::create_dir_all(&package).with_context(|| format!("making {}", package.display()))?;
    wasm::ensure_target(workspace)?;
    wasm::compile(workspace, profile)?;
    wasm::bind(&workspace.wasm(profile), &package, profile)?;
    css::bundle(workspace, &package)?;
    assets::copy(workspace, &site)
}
