// SPDX-License-Identifier: EUPL-1.2
//! The cells of a line by the names of their columns, and what they say.

use crate::{
    Column, Fault,
    split::Split,
    value::{self, Trouble},
};

/// The cells of a line.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    columns: &'static [Column],
    places: &'a [Option<usize>],
    split: &'a Split,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(columns: &'static [Column], places: &'a [Option<usize>], split: &'a Split) -> Self {
        Self { columns, places, split }
    }

    /// A column and its cell, without blanks around it; empty where the file lacks the column.
    fn cell(&self, name: &str) -> Option<(&'static Column, &'a str)> {
        let place = self.columns.iter().position(|column| column.name == name)?;
        let text = self.places.get(place).copied().flatten().map(|place| self.split.get(place));
        Some((self.columns.get(place)?, text.unwrap_or_default().trim()))
    }

    /// Begins to read them.
    pub(crate) fn reading(&self) -> Reading<'a> {
        Reading { cells: *self, faults: Vec::new() }
    }
}

/// Reads the cells of a line and gathers all that is wrong, so that whoever corrects it does so once.
///
/// What is read is an `Option`: `None` means that a fault was noted, and that no record can come of the line.
pub(crate) struct Reading<'a> {
    cells: Cells<'a>,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    /// What a cell says that must not be empty.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Trouble>,
    ) -> Option<T> {
        match self.optional(name, parse)? {
            Some(value) => Some(value),
            None => {
                self.fault(name, value::missing(self.cells.cell(name)?.0.values));
                None
            }
        }
    }

    /// What a cell says, if anything.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Trouble>,
    ) -> Option<Option<T>> {
        let (column, text) = self.cells.cell(name)?;
        if text.is_empty() {
            return Some(None);
        }
        match value::undamaged(text, column.values).and_then(|()| parse(text)) {
            Ok(value) => Some(Some(value)),
            Err(trouble) => {
                self.fault(name, trouble);
                None
            }
        }
    }

    /// What a cell says, or else.
    pub(crate) fn or<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Trouble>,
        otherwise: T,
    ) -> Option<T> {
        Some(self.optional(name, parse)?.unwrap_or(otherwise))
    }

    /// Whether anything stands in a cell.
    pub(crate) fn is_filled(&self, name: &str) -> bool {
        self.cells.cell(name).is_some_and(|(_, text)| !text.is_empty())
    }

    /// Notes what is wrong with a cell.
    pub(crate) fn fault(&mut self, name: &'static str, trouble: Trouble) {
        self.faults.push(Fault::of(name, trouble.problem, trouble.remedy));
    }

    /// The record, or all that was wrong.
    pub(crate) fn done<R>(self, record: Option<R>) -> Result<R, Vec<Fault>> {
        match record {
            Some(record) if self.faults.is_empty() => Ok(record),
            _ if self.faults.is_empty() => Err(vec![Fault::of_line(
                "la riga non si legge",
                "segnalare il caso a chi gestisce Campanella",
            )]),
            _ => Err(self.faults),
        }
    }
}
