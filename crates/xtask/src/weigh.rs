//! `cargo xtask weigh`: what a browser fetches for a page, as it is shipped, against a budget.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::site;
use crate::workspace::{Profile, Workspace};

/// What a page may fetch, in bytes after Brotli (RFC 7932, quality 11).
const BUDGETS: [(&str, u64); 3] = [
    ("pkg/revisor_bg.wasm", 300 * 1024),
    ("pkg/revisor.js", 20 * 1024),
    ("pkg/revisor.css", 25 * 1024),
];

/// A file, its sizes in bytes, and what it may weigh after Brotli.
struct Weight {
    name: &'static str,
    plain: u64,
    gzip: u64,
    brotli: u64,
    budget: u64,
}

/// Builds the release site, prints what its files weigh; `false` when one is over its budget.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<bool> {
    site::build(workspace, Profile::Release)?;
    let folder = workspace.site(Profile::Release);
    site::compress(&folder)?;
    let weights = BUDGETS
        .iter()
        .map(|(name, budget)| weigh(&folder, name, *budget))
        .collect::<anyhow::Result<Vec<_>>>()?;
    eprint!("{}", table(&weights));
    Ok(weights.iter().all(fits))
}

fn weigh(folder: &Path, name: &'static str, budget: u64) -> anyhow::Result<Weight> {
    let size = |ending: &str| {
        let file = folder.join(format!("{name}{ending}"));
        let data = fs::metadata(&file).with_context(|| format!("looking at {}", file.display()))?;
        anyhow::Ok(data.len())
    };
    Ok(Weight {
        name,
        plain: size("")?,
        gzip: size(".gz")?,
        brotli: size(".br")?,
        budget,
    })
}

const fn fits(weight: &Weight) -> bool {
    weight.brotli <= weight.budget
}

fn table(weights: &[Weight]) -> String {
    use std::fmt::Write as _;
    let mut text = format!(
        "{:<22}{:>10}{:>10}{:>10}{:>10}  (KiB)\n",
        "file", "plain", "gzip", "brotli", "budget"
    );
    for weight in weights {
        let verdict = if fits(weight) { "" } else { "  over budget" };
        let _ = writeln!(
            text,
            "{:<22}{:>10}{:>10}{:>10}{:>10}{verdict}",
            weight.name,
            kib(weight.plain),
            kib(weight.gzip),
            kib(weight.brotli),
            kib(weight.budget),
        );
    }
    text
}

/// Bytes in KiB, with one decimal.
fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_its_budget_is_told() {
        let weight = |brotli| Weight {
            name: "pkg/revisor.css",
            plain: 30_000,
            gzip: 7_000,
            brotli,
            budget: 25 * 1024,
        };
        assert!(fits(&weight(25 * 1024)));
        assert!(!fits(&weight(25 * 1024 + 1)));
        let told = table(&[weight(6_000), weight(26_000)]);
        let lines: Vec<_> = told.lines().collect();
        assert!(lines[1].ends_with("5.9      25.0"), "{told}");
        assert!(lines[2].ends_with("25.4      25.0  over budget"), "{told}");
    }
}
