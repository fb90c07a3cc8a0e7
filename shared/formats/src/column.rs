// SPDX-License-Identifier: EUPL-1.2
//! The columns of a file.

use crate::word::{Word, words};

/// A column of a file.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the heading.
    pub name: &'static str,
    /// Whether it has to be there, and filled.
    pub presence: Presence,
    /// What stands in it.
    pub values: Values,
}

/// Whether a column has to be there, and filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is there and every line fills it.
    Required,
    /// It is there; a line may leave it empty.
    MayBeEmpty,
    /// It need not be there, nor filled.
    MayBeAbsent,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// Free text.
    Text,
    /// A code, written in capital letters.
    Code,
    /// An e-mail address.
    Email,
    /// A day.
    Date,
    /// A day and a time of day.
    Instant,
    /// A day and a time of day; a bare day is its first instant.
    InstantOrDay,
    /// Yes or no.
    Flag,
    /// Euro with at most two decimals.
    Amount,
    /// A year of four digits.
    Year,
    /// One of a few words.
    OneOf(fn() -> Vec<&'static str>),
}

impl Column {
    /// A column every line fills.
    pub(crate) const fn required(name: &'static str, values: Values) -> Self {
        Self { name, presence: Presence::Required, values }
    }

    /// A column a line may leave empty.
    pub(crate) const fn may_be_empty(name: &'static str, values: Values) -> Self {
        Self { name, presence: Presence::MayBeEmpty, values }
    }

    /// A column a file need not have.
    pub(crate) const fn may_be_absent(name: &'static str, values: Values) -> Self {
        Self { name, presence: Presence::MayBeAbsent, values }
    }

    /// Whether a file must have it.
    #[must_use]
    pub fn must_be_there(&self) -> bool {
        self.presence != Presence::MayBeAbsent
    }
}

impl Presence {
    /// The word in `docs/formats.md`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::MayBeEmpty => "may be empty",
            Self::MayBeAbsent => "may be absent",
        }
    }
}

impl Values {
    /// One of the words of `W`.
    pub(crate) const fn one_of<W: Word>() -> Self {
        Self::OneOf(words::<W>)
    }

    /// The word in `docs/formats.md`; of a column with a few words, those.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Code => "code".to_owned(),
            Self::Email => "address".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Instant => "time".to_owned(),
            Self::InstantOrDay => "time or date".to_owned(),
            Self::Flag => "yes or no".to_owned(),
            Self::Amount => "amount".to_owned(),
            Self::Year => "year".to_owned(),
            Self::OneOf(words) => {
                words().iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            }
        }
    }
}
