// SPDX-License-Identifier: EUPL-1.2
//! A file in canonical form: commas, UTF-8, ISO dates, RFC 3339 in UTC, decimal points.
//!
//! Text stands as it is: a cell that begins with `=` is not disarmed, because what is exported has to be what is imported
//! again. Files of people's data are for machines; the lists an office opens in a spreadsheet hold codes only.

use std::io::{self, Write};
use std::marker::PhantomData;

use crate::Record;

/// Writes a file of `R`.
pub struct Writer<R, W: Write> {
    output: csv::Writer<W>,
    is_begun: bool,
    record: PhantomData<fn(&R)>,
}

/// A writer of a file of `R`; the heading is written with the first record, or at the end.
pub fn writer<R: Record, W: Write>(output: W) -> Writer<R, W> {
    Writer { output: csv::Writer::from_writer(output), is_begun: false, record: PhantomData }
}

impl<R: Record, W: Write> Writer<R, W> {
    /// Writes a record.
    ///
    /// # Errors
    /// The output takes nothing more.
    pub fn write(&mut self, record: &R) -> io::Result<()> {
        self.begin()?;
        Ok(self.output.write_record(record.write())?)
    }

    /// Writes what is left, and a heading if there was no record; gives the output back.
    ///
    /// # Errors
    /// The output takes nothing more.
    pub fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        self.output.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.is_begun {
            return Ok(());
        }
        self.is_begun = true;
        Ok(self.output.write_record(R::COLUMNS.iter().map(|column| column.name))?)
    }
}
