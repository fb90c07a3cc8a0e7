// SPDX-License-Identifier: EUPL-1.2
//! A file, read line by line.

use std::io;
use std::marker::PhantomData;

use campanella_domain::identity::Redacted;

use crate::{
    Cells, Fault, FileError, Record, Rejected,
    decode::Decoded,
    heading::Heading,
    lines::Lines,
    records::{self, Next},
    split::Split,
};

/// The columns a reject file has besides: read over without a word, so that it can be corrected and imported itself.
pub const REJECT_COLUMNS: [&str; 4] = ["riga", "colonna", "motivo", "rimedio"];

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<R> {
    /// The physical line of the file it begins at; the first, usually the heading, is 1.
    pub number: u64,
    /// What it says.
    pub record: R,
    /// As it stood.
    split: Redacted<Split>,
}

impl<R> Line<R> {
    /// The line as a refused one: it can be read, and whoever imports it cannot take it.
    #[must_use]
    pub fn refused(self, fault: Fault) -> Rejected {
        let cells = Redacted::new(self.split.expose().to_vec());
        Rejected { line: self.number, faults: vec![fault], cells }
    }
}

/// The lines of a file. It holds one record at a time, whatever the size of the file, and ends after as many items as
/// the file has lines at most.
pub struct Reader<R, I> {
    lines: Lines<I>,
    heading: Heading,
    failure: Option<io::Error>,
    record: PhantomData<fn() -> R>,
}

impl<R: Record, I: io::Read> Reader<R, I> {
    /// Reads the heading. The input needs no buffer of its own.
    ///
    /// # Errors
    /// The file is not one of [`Record::KIND`], or cannot be read.
    pub fn new(input: I) -> Result<Self, FileError> {
        let (input, head) = Decoded::new(input)?;
        let mut lines = Lines::new(input, &head);
        let heading = Heading::read(&mut lines, R::KIND)?;
        Ok(Self { lines, heading, failure: None, record: PhantomData })
    }

    /// What separates the cells of the file.
    #[must_use]
    pub fn separator(&self) -> char {
        self.heading.separator
    }

    /// The names of the columns as they stood.
    #[must_use]
    pub fn heading(&self) -> &[String] {
        &self.heading.names
    }

    /// Columns that are in the file and mean nothing to us: worth a warning, not more. An office's export has many, and one of
    /// them may be a slip for one of [`Self::absent_columns`].
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        &self.heading.unknown
    }

    /// Columns of the kind that are not in the file and need not be.
    #[must_use]
    pub fn absent_columns(&self) -> &[&'static str] {
        &self.heading.absent
    }

    /// Why reading ended before the end of the file: then the last item was a [`Rejected`] that says so too.
    #[must_use]
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    fn failed(&mut self, line: u64, error: io::Error) -> Rejected {
        self.failure = Some(error);
        let fault = Fault::of_line(
            "da questa riga in poi il file non si legge",
            "controllare che il disco sia raggiungibile e importare di nuovo il file: le righe già importate non si ripetono",
        );
        Rejected { line, faults: vec![fault], cells: Redacted::new(Vec::new()) }
    }
}

impl<R: Record, I: io::Read> Iterator for Reader<R, I> {
    type Item = Result<Line<R>, Rejected>;

    fn next(&mut self) -> Option<Self::Item> {
        let (number, next) =
            records::next(&mut self.lines, self.heading.separator, self.heading.names.len())?;
        let split = match next {
            Next::Record(split) => split,
            Next::Broken(fault, cells) => {
                let cells = Redacted::new(cells);
                return Some(Err(Rejected { line: number, faults: vec![fault], cells }));
            }
            Next::Failed(error) => return Some(Err(self.failed(number, error))),
        };
        let cells = Cells::new(R::COLUMNS, &self.heading.places, &split);
        Some(match R::read(&cells) {
            Ok(record) => Ok(Line { number, record, split: Redacted::new(split) }),
            Err(faults) => Err(Rejected { line: number, faults, cells: Redacted::new(split.to_vec()) }),
        })
    }
}
