//! What was compared, and what differed.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Differences told one by one; of the rest, only how many.
const SHOWN: usize = 20;

/// Notes on what was compared, and the differences.
#[derive(Debug, Default)]
pub(super) struct Report {
    notes: Vec<String>,
    differences: Mutex<Vec<String>>,
}

impl Report {
    /// What was compared.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Something that is not as it should be.
    pub(super) fn differs(&self, difference: impl Into<String>) {
        self.differences
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(difference.into());
    }

    /// Whether nothing differed.
    pub(super) fn is_clean(&self) -> bool {
        self.count() == 0
    }

    fn count(&self) -> usize {
        self.differences
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Writes it to standard output.
    pub(super) fn print(&self) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out)?;
        for note in &self.notes {
            writeln!(out, "  {note}")?;
        }
        let differences = self
            .differences
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if differences.is_empty() {
            return writeln!(out, "  Nothing differs.");
        }
        writeln!(out, "  {} differences:", differences.len())?;
        for difference in differences.iter().take(SHOWN) {
            writeln!(out, "    {difference}")?;
        }
        if differences.len() > SHOWN {
            writeln!(out, "    … and {} more", differences.len() - SHOWN)?;
        }
        Ok(())
    }
}
