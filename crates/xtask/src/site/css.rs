//! The style sheet: `style/main.css` and what it imports, as one small file.
//!
//! Browsers get what was written (layers, nesting, `light-dark()`): nothing is rewritten for old
//! ones, only white space and repetition go.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::progress::Step;
use crate::site::NAME;
use crate::workspace::Workspace;

/// Writes the style sheet into the folder `package`.
pub(crate) fn bundle(workspace: &Workspace, package: &Path) -> anyhow::Result<()> {
    let step = Step::start("Bundle the style");
    let css = minified(&workspace.path("style/main.css"))?;
    let file = package.join(format!("{NAME}.css"));
    fs::write(&file, css).with_context(|| format!("writing {}", file.display()))?;
    step.done();
    Ok(())
}

/// The style sheet in `source` with its imports, as small as it gets.
fn minified(source: &Path) -> anyhow::Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(source)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("reading {}", source.display()))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("{error}"))
        .context("making the style smaller")?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("{error}"))
        .context("writing the style")?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_drawn_in_and_modern_css_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("main.css"),
            "@layer base, parts;\n@import './part.css' layer(parts);\n\
             @layer base { :root { color: light-dark(black, white); } }\n",
        )
        .unwrap();
        fs::write(
            folder.path().join("part.css"),
            "table { & td { padding: 1rem; } }\n",
        )
        .unwrap();
        let css = minified(&folder.path().join("main.css")).unwrap();
        assert!(css.contains("light-dark("), "{css}");
        assert!(css.contains("table{& td{padding:1rem}}"), "{css}");
        assert!(!css.contains("@import"), "{css}");
    }
}
