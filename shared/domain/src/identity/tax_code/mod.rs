// SPDX-License-Identifier: EUPL-1.2
//! The Italian tax code (*codice fiscale*; DM 23/12/1976 n. 13813).
//!
//! Two kinds are accepted. The ordinary one has sixteen characters. The temporary one (*codice fiscale
//! provvisorio*) has eleven digits and is given to people, asylum seekers above all, whose data are not
//! verified yet: refusing it would shut out precisely the minors these procedures protect, so it is
//! valid here and simply tells nothing about its holder.
//!
//! When two people would have the same code, the tax office tells them apart by turning digits into
//! letters (*omocodia*): seven places, 128 forms. [`TaxCode::canonical`] undoes it. Two codes with
//! the same canonical form are one person written in two ways, or two people: it is the key for finding
//! candidates, while `==` compares the codes as issued.

mod check;
mod compose;
mod omocodia;
mod person;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::redacted::{self, REDACTED};

pub use person::{Birthplace, Sex};

/// A tax code with its control character verified, in capital letters. Personal data: prints as
/// `[redacted]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaxCode(String);

/// Why a text is not a tax code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaxCodeError {
    /// Neither sixteen characters nor eleven.
    #[error("a tax code has 16 characters (11 digits if temporary): copy it from the health card")]
    Length,
    /// A letter where a digit stands, or the other way round.
    #[error("letters and digits are not where a tax code has them: look for O and 0, I and 1")]
    Shape,
    /// The letter of the month or the day of birth does not exist.
    #[error("the letter of the month or the day of birth does not exist: copy the code from the health card")]
    BirthDate,
    /// The last character does not fit the others.
    #[error(
        "the control character does not fit: one of the characters is wrong, copy the code from the health card"
    )]
    Control,
}

impl TaxCode {
    /// The code as it was issued, for a database column or the tax office.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is a temporary code of eleven digits.
    pub fn is_temporary(&self) -> bool {
        self.0.len() == check::TEMPORARY_LENGTH
    }

    /// Builds the code of a person.
    ///
    /// Accents and apostrophes are ignored, letters outside the Latin alphabet too; omocodia is not
    /// applied (only the tax office knows when it is needed).
    pub fn compose(
        surname: &str,
        name: &str,
        birth: chrono::NaiveDate,
        sex: Sex,
        birthplace: &super::CadastralCode,
    ) -> Self {
        Self(check::with_control(&compose::first_fifteen(surname, name, birth, sex, birthplace)))
    }

    /// The same code with omocodia undone and the control character recomputed; a temporary code is
    /// its own canonical form.
    #[must_use]
    pub fn canonical(&self) -> Self {
        if self.is_temporary() { self.clone() } else { Self(check::with_control(&omocodia::undone(&self.0))) }
    }

    /// The form in which the places named by `mask` are letters: bit 0 is the last digit, bit 6 the
    /// first; 0 is the canonical form. A temporary code has one form.
    #[must_use]
    pub fn omocodia_form(&self, mask: u8) -> Self {
        if self.is_temporary() {
            return self.clone();
        }
        Self(check::with_control(&omocodia::applied(&omocodia::undone(&self.0), mask)))
    }
}

impl FromStr for TaxCode {
    type Err = TaxCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        check::verify(&compact)?;
        Ok(Self(compact))
    }
}

impl<'de> Deserialize<'de> for TaxCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        redacted::read_text(deserializer)
    }
}

impl fmt::Debug for TaxCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests;
