// SPDX-License-Identifier: EUPL-1.2
//! What a cell says. Every parser gets a text without blanks around it that is not empty.

mod amount;
mod code;
mod damage;
mod date;
mod flag;
mod text;
mod time;
mod written;

use crate::{Values, word, word::Word};

pub(crate) use amount::amount;
pub(crate) use code::{code, province};
pub(crate) use damage::undamaged;
pub(crate) use date::{date, year};
pub(crate) use flag::{flag, of_flag};
pub(crate) use text::{kept, text};
pub(crate) use time::{instant, instant_or_day, of_instant};

/// What is wrong with a cell and what to do about it, in Italian, without the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl Trouble {
    pub(crate) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }
}

/// An empty cell where something must stand.
pub(crate) fn missing(values: Values) -> Trouble {
    let remedy = match values {
        Values::OneOf(words) => format!("scrivere una di queste parole: {}", words().join(", ")),
        Values::Flag => "scrivere sì o no".to_owned(),
        _ => "compilare la cella".to_owned(),
    };
    Trouble::new("la cella è vuota", remedy)
}

/// One of a few words.
pub(crate) fn one_of<W: Word>(text: &str) -> Result<W, Trouble> {
    word::read(text).ok_or_else(|| {
        let remedy = format!("scrivere una di queste parole: {}", word::words::<W>().join(", "));
        Trouble::new("il valore non è tra quelli previsti", remedy)
    })
}

/// An optional value as it is written; nothing is an empty cell.
pub(crate) fn or_empty<T>(value: Option<&T>, written: impl FnOnce(&T) -> String) -> String {
    value.map(written).unwrap_or_default()
}
