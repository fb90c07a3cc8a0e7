// SPDX-License-Identifier: EUPL-1.2
//! What is wrong with a line. The texts are Italian, for the office, and never hold a value of the file.

use std::fmt;

use campanella_domain::identity::Redacted;

/// How the remedy for a line begins whose cells cannot be told apart.
const IN_THE_INPUT: &str = "correggere la riga nel file di partenza";

/// One thing wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column, if it is about one.
    pub column: Option<&'static str>,
    /// What is wrong, in Italian, without a full stop; never the value.
    pub problem: String,
    /// What to do about it, in Italian, without a full stop.
    pub remedy: String,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The physical line of the file it begins at; the first is 1.
    pub line: u64,
    /// What is wrong with it: at least one.
    pub faults: Vec<Fault>,
    /// The cells as they stood, in the order of [`crate::Reader::heading`]: for the reject file and nothing else. Of a
    /// line whose cells cannot be told apart, the whole line; of one too long to be held, nothing.
    pub cells: Redacted<Vec<String>>,
}

impl Fault {
    /// About a column.
    pub(crate) fn of(column: &'static str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { column: Some(column), problem: problem.into(), remedy: remedy.into() }
    }

    /// About the line as a whole, which stands in a reject file as one cell: it can only be corrected in the input.
    pub(crate) fn of_input(problem: impl Into<String>, remedy: &str) -> Self {
        Self::of_line(problem, format!("{IN_THE_INPUT}: {remedy}"))
    }

    /// Whether it can only be corrected in the file it was found in, not in a reject file.
    #[must_use]
    pub fn is_of_input(&self) -> bool {
        self.remedy.starts_with(IN_THE_INPUT)
    }

    /// About the line as a whole.
    pub(crate) fn of_line(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { column: None, problem: problem.into(), remedy: remedy.into() }
    }
}

/// «colonna isee: l'importo è negativo. Rimedio: …»
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = self.column {
            write!(formatter, "colonna {column}: ")?;
        }
        write!(formatter, "{}. Rimedio: {}.", self.problem, self.remedy)
    }
}
