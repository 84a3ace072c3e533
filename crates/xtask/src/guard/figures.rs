//! Figures that were found, held against those that are kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;

/// Figures by what they are of, by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures(BTreeMap<String, BTreeMap<String, u64>>);

/// How much more than what is kept may be found.
struct Leave {
    /// In hundredths of it.
    percent: u64,
    /// And this besides.
    some: u64,
}

/// Instructions are nearly the same each time; other processors and C libraries choose other ways
/// to copy and compare. What a database looks at depends on where in a page or a batch a row lies,
/// and on what goes on beside.
fn leave(part: &str) -> Leave {
    match part {
        "instructions" => Leave {
            percent: 10,
            some: 0,
        },
        _ => Leave {
            percent: 50,
            some: 2_000,
        },
    }
}

/// What became of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Held,
    /// A good deal less than what is kept: worth keeping.
    Less,
    More,
    New,
}

impl Figures {
    /// Those that are kept; none where there is no file.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        if !file.is_file() {
            return Ok(Self::default());
        }
        let text =
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let kept = serde_json::from_str(&text);
        Ok(Self(
            kept.with_context(|| format!("reading {}", file.display()))?,
        ))
    }

    /// Keeps these.
    pub(super) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(&self.0)?;
        text.push('\n');
        fs::write(file, text).with_context(|| format!("writing {}", file.display()))
    }

    /// Takes one.
    pub(super) fn put(&mut self, part: &str, name: &str, figure: u64) {
        let part = self.0.entry(part.to_owned()).or_default();
        part.insert(name.to_owned(), figure);
    }

    /// Replaces whole parts by those found.
    pub(super) fn replace(&mut self, found: Self) {
        self.0.extend(found.0);
    }

    /// A table of what was found, and whether nothing is more than it may be, new, or missing.
    pub(super) fn compare(&self, found: &Self) -> (String, bool) {
        let (mut table, mut held) = (String::new(), true);
        for (part, figures) in &found.0 {
            let kept = self.0.get(part).cloned().unwrap_or_default();
            let _ = writeln!(table, "{part}: found, kept");
            for (name, figure) in figures {
                let before = kept.get(name).copied();
                let verdict = verdict(&leave(part), before, *figure);
                held &= matches!(verdict, Verdict::Held | Verdict::Less);
                let word = match verdict {
                    Verdict::Held => "",
                    Verdict::Less => "  less: keep it by `cargo xtask guard --write`",
                    Verdict::More => "  TOO MUCH",
                    Verdict::New => "  NEW: keep it by `cargo xtask guard --write`",
                };
                let before = before.map_or_else(|| "–".to_owned(), |before| before.to_string());
                let _ = writeln!(table, "  {name:<32} {figure:>10} {before:>10}{word}");
            }
            for name in kept.keys().filter(|name| !figures.contains_key(*name)) {
                let _ = writeln!(table, "  {name:<32} MISSING");
                held = false;
            }
        }
        (table, held)
    }
}

fn verdict(leave: &Leave, kept: Option<u64>, found: u64) -> Verdict {
    let Some(kept) = kept else {
        return Verdict::New;
    };
    let room = kept * leave.percent / 100 + leave.some;
    if found > kept + room {
        Verdict::More
    } else if found + room < kept {
        Verdict::Less
    } else {
        Verdict::Held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(all: &[(&str, &str, u64)]) -> Figures {
        let mut figures = Figures::default();
        for (part, name, figure) in all {
            figures.put(part, name, *figure);
        }
        figures
    }

    #[test]
    fn what_costs_more_is_new_or_missing_fails() {
        let kept = figures(&[
            ("instructions", "diff", 1_000),
            ("sqlite", "first page", 5_000),
        ]);
        for (found, holds) in [
            (figures(&[("instructions", "diff", 1_100)]), true),
            (figures(&[("instructions", "diff", 1_101)]), false),
            (figures(&[("instructions", "diff", 500)]), true),
            (figures(&[("sqlite", "first page", 9_500)]), true),
            (figures(&[("sqlite", "first page", 9_501)]), false),
            (
                figures(&[("instructions", "diff", 1_000), ("instructions", "leaf", 1)]),
                false,
            ),
            (figures(&[("instructions", "leaf", 1)]), false),
        ] {
            assert_eq!(kept.compare(&found).1, holds, "{found:?}");
        }
        let (table, _) = kept.compare(&figures(&[("instructions", "diff", 500)]));
        assert!(table.contains("less"), "{table}");
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guard.json");
        assert_eq!(Figures::read(&file).unwrap(), Figures::default());
        let mut kept = figures(&[("sqlite", "a", 1), ("postgres", "b", 2)]);
        kept.replace(figures(&[("sqlite", "c", 3)]));
        kept.write(&file).unwrap();
        let read = Figures::read(&file).unwrap();
        assert_eq!(read, figures(&[("sqlite", "c", 3), ("postgres", "b", 2)]));
    }
}
