//! Figures as people read them.

use std::fmt::Write as _;

/// A table in Markdown, which reads well on a terminal, too.
#[derive(Debug)]
pub(super) struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

/// One line of it.
#[derive(Debug)]
pub(super) struct Row(Vec<String>);

impl Row {
    pub(super) fn new(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    pub(super) fn cells(mut self, cells: impl IntoIterator<Item = String>) -> Self {
        self.0.extend(cells);
        self
    }
}

impl Table {
    pub(super) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        Self {
            title: title.into(),
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row.0);
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The table, its columns as wide as what is in them.
    pub(super) fn text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let widest = cells
                .chain(self.head.get(column))
                .map(|cell| cell.chars().count())
                .max();
            widest.unwrap_or_default().max(3)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = format!("### {}\n\n", self.title);
        let line = |text: &mut String, cells: &[String]| {
            for (column, width) in widths.iter().enumerate() {
                let cell = cells.get(column).map_or("", String::as_str);
                let space = " ".repeat(width - cell.chars().count().min(*width));
                let _ = if column == 0 {
                    write!(text, "| {cell}{space} ")
                } else {
                    write!(text, "| {space}{cell} ")
                };
            }
            text.push_str("|\n");
        };
        line(&mut text, &self.head);
        for (column, width) in widths.iter().enumerate() {
            let dashes = "-".repeat(*width);
            let _ = if column == 0 {
                write!(text, "| {dashes} ")
            } else {
                write!(text, "| {}: ", &dashes[1..])
            };
        }
        text.push_str("|\n");
        for row in &self.rows {
            line(&mut text, row);
        }
        for note in &self.notes {
            let _ = write!(text, "\n{note}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let mut table = Table::new("Things", &["", "how many"]);
        table.push(Row::new("chairs").cells(["12".to_owned()]));
        table.push(Row::new("é"));
        table.note("Counted.".to_owned());
        assert_eq!(
            table.text(),
            "### Things\n\n|        | how many |\n| ------ | -------: |\n| chairs |       12 |\n| é      |          |\n\nCounted.\n"
        );
    }
}
