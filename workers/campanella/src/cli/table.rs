// SPDX-License-Identifier: EUPL-1.2
//! Aligned columns of plain text.
//!
//! Written here: what it does fits a page, and a table crate would bring colours, borders and wrapping nobody asked for.

use std::fmt;

/// A heading and rows of as many cells. Cells that hold numbers are the caller's to right-align by [`Table::right`].
#[derive(Debug, Clone)]
pub struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// An empty table.
    pub fn new<const N: usize>(heading: [&str; N]) -> Self {
        Self { heading: heading.map(str::to_owned).to_vec(), rows: Vec::new(), right: Vec::new() }
    }

    /// Aligns columns (from 0) to the right.
    #[must_use]
    pub fn right(mut self, columns: &[usize]) -> Self {
        self.right = columns.to_vec();
        self
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.heading.len()];
        for row in self.rows.iter().chain([&self.heading]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let padded = cells.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if self.right.contains(&column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        writeln!(formatter, "{}", self.line(&self.heading, &widths))?;
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        writeln!(formatter, "{}", rule.join("  "))?;
        for row in &self.rows {
            writeln!(formatter, "{}", self.line(row, &widths))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_accents_count_once() {
        let mut table = Table::new(["coda", "in attesa"]).right(&[1]);
        table.row(["è così".to_owned(), "7".to_owned()]);
        table.row(["registry".to_owned(), "1.200".to_owned()]);
        assert_eq!(
            table.to_string(),
            "coda      in attesa\n────────  ─────────\nè così            7\nregistry      1.200\n"
        );
    }
}
