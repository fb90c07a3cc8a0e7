// SPDX-License-Identifier: EUPL-1.2
//! The numbers under which the rules of the two procedures are catalogued.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The number of a rule: `ARS-010` (Veneto note) or `ARD-020` (ARDIS call).
///
/// Every outcome names the rules it applied, so that it can be explained years later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleNumber {
    catalogue: Catalogue,
    number: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Catalogue {
    Ars,
    Ard,
}

/// The text is not a rule's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("il numero di una regola è ARS o ARD, un trattino e tre cifre, come ARD-020")]
pub struct RuleNumberError;

impl RuleNumber {
    /// A rule of the Veneto register of students (`ARS-…`).
    pub const fn ars(number: u16) -> Self {
        Self { catalogue: Catalogue::Ars, number }
    }

    /// A rule of the ARDIS call (`ARD-…`).
    pub const fn ard(number: u16) -> Self {
        Self { catalogue: Catalogue::Ard, number }
    }
}

impl fmt::Display for RuleNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let catalogue = match self.catalogue {
            Catalogue::Ars => "ARS",
            Catalogue::Ard => "ARD",
        };
        write!(formatter, "{catalogue}-{:03}", self.number)
    }
}

impl FromStr for RuleNumber {
    type Err = RuleNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (catalogue, digits) = text.split_once('-').ok_or(RuleNumberError)?;
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RuleNumberError);
        }
        let number = digits.parse().map_err(|_| RuleNumberError)?;
        match catalogue {
            "ARS" => Ok(Self::ars(number)),
            "ARD" => Ok(Self::ard(number)),
            _ => Err(RuleNumberError),
        }
    }
}

impl TryFrom<String> for RuleNumber {
    type Error = RuleNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RuleNumber> for String {
    fn from(rule: RuleNumber) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_catalogue() {
        assert_eq!(
            serde_json::to_string(&[RuleNumber::ars(6), RuleNumber::ard(110)]).unwrap(),
            r#"["ARS-006","ARD-110"]"#
        );
        assert_eq!("ARD-020".parse(), Ok(RuleNumber::ard(20)));
        for wrong in ["ARD-20", "ABC-020", "ARD020", "ARD-02A", ""] {
            assert_eq!(wrong.parse::<RuleNumber>(), Err(RuleNumberError), "{wrong}");
        }
    }
}
