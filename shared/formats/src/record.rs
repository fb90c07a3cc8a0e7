// SPDX-License-Identifier: EUPL-1.2
//! What a line of a file holds.

use crate::{Cells, Column, Fault, Kind};

/// A line of a file, as the type of what it says.
pub trait Record: Sized {
    /// The kind of file it stands in.
    const KIND: Kind;
    /// The columns, in the order they are written.
    const COLUMNS: &'static [Column];

    /// Reads a line.
    ///
    /// # Errors
    /// All that is wrong with it, by column; never a value.
    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>>;

    /// The cells in canonical form, in the order of [`Record::COLUMNS`].
    fn write(&self) -> Vec<String>;
}
