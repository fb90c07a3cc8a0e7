// SPDX-License-Identifier: EUPL-1.2
//! What came of a file.

use std::{collections::BTreeMap, path::PathBuf};

use campanella_formats::{Fault, Kind};

pub use super::load::Notice;

/// Refusals a report tells one by one; the others are in the reject file.
pub const TOLD: usize = 20;

/// What came of a file. Nothing of what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file.
    pub file: PathBuf,
    /// What it was taken for.
    pub kind: Kind,
    /// Lines, without the heading and blank ones.
    pub lines: u64,
    /// Lines that were not there.
    pub new: u64,
    /// Lines that were there and say something else now.
    pub changed: u64,
    /// Lines that were there as they are.
    pub known: u64,
    /// Lines refused.
    pub refused: u64,
    /// Those of them that can only be corrected in the file itself, as their cells cannot be told apart.
    pub refused_whole: u64,
    /// The first of the refused, at most [`TOLD`].
    pub first_refused: Vec<Refused>,
    /// Lines that were taken and should be looked at, by what it is about.
    pub notices: BTreeMap<Notice, Noticed>,
    /// Columns of the file that nothing reads: names of a heading in which all that had to be was found.
    pub unread_columns: Vec<String>,
    /// Columns the file might have and has not.
    pub absent_columns: Vec<&'static str>,
    /// Whether reading broke off before the end of the file.
    pub is_cut_short: bool,
    /// Where the refused lines are.
    pub reject_file: Option<PathBuf>,
    /// Whether that is the folder of the data, because the file's own cannot be written.
    pub elsewhere: bool,
    /// The reject file of an earlier import, which this one has not touched.
    pub older_reject_file: Option<PathBuf>,
}

/// A line refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Physical line of the file; 1 is the heading.
    pub line: u64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Lines that were taken and should be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noticed {
    /// How many.
    pub lines: u64,
    /// The first of them, at most [`TOLD`]: physical lines of the file; 1 is the heading.
    pub first: Vec<u64>,
}

impl Noticed {
    pub(super) fn add(&mut self, line: u64) {
        self.lines += 1;
        if self.first.len() < TOLD {
            self.first.push(line);
            self.first.sort_unstable();
        }
    }
}
