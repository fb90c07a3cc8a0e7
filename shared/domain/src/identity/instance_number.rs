// SPDX-License-Identifier: EUPL-1.2
//! The number under which an application appears in public.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The digits the counter is written with at least.
const DIGITS: usize = 6;
/// The digits the counter may grow to.
const MOST_DIGITS: usize = 12;

/// The instance number of an application (*numero dell'istanza*): year, dash, counter of six digits or
/// more, as in `2025-004217` (ARD-045).
///
/// It is made to be published in place of a name (ARD-070): not personal data, prints plainly.
/// Ordered by year, then by counter as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceNumber {
    year: u16,
    counter: u64,
}

/// The text or the parts are not an instance number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an instance number is a year, a dash and six digits or more (zeros only to fill six), as in 2025-004217"
)]
pub struct InstanceNumberError;

impl InstanceNumber {
    /// The number from its parts.
    ///
    /// # Errors
    /// The year has not four digits, or the counter has more than twelve.
    pub const fn new(year: u16, counter: u64) -> Result<Self, InstanceNumberError> {
        if year < 1000 || year > 9999 || counter > 999_999_999_999 {
            return Err(InstanceNumberError);
        }
        Ok(Self { year, counter })
    }

    /// The year of the call.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The counter within the year.
    pub const fn counter(self) -> u64 {
        self.counter
    }
}

impl FromStr for InstanceNumber {
    type Err = InstanceNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, counter) = text.trim().split_once('-').ok_or(InstanceNumberError)?;
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        // One number, one spelling: a longer row of zeros would be a second name for the same application.
        let padded_beyond = counter.len() > DIGITS && counter.starts_with('0');
        let fits = year.len() == 4 && (DIGITS..=MOST_DIGITS).contains(&counter.len());
        if !fits || padded_beyond || !all_digits(year) || !all_digits(counter) {
            return Err(InstanceNumberError);
        }
        let year = year.parse().map_err(|_| InstanceNumberError)?;
        Self::new(year, counter.parse().map_err(|_| InstanceNumberError)?)
    }
}

impl TryFrom<String> for InstanceNumber {
    type Error = InstanceNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<InstanceNumber> for String {
    fn from(number: InstanceNumber) -> Self {
        number.to_string()
    }
}

impl fmt::Display for InstanceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:06}", self.year, self.counter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ard_045_prints_as_it_was_given() {
        for text in ["2025-004217", "2025-000000", "2025-1000000", "2026-999999999999"] {
            assert_eq!(text.parse::<InstanceNumber>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn one_number_has_one_spelling() {
        for text in [
            "",
            "2025",
            "2025-4217",
            "2025-0004217",
            "25-004217",
            "2025-00421A",
            "2025-+04217",
            "2025/004217",
            "2025-1000000000000",
        ] {
            assert_eq!(text.parse::<InstanceNumber>(), Err(InstanceNumberError), "{text:?}");
        }
    }

    #[test]
    fn lists_are_ordered_by_the_counter_not_by_its_digits() {
        let number = |text: &str| text.parse::<InstanceNumber>().unwrap();
        assert!(number("2025-999999") < number("2025-1000000"));
        assert!(number("2025-1000000") < number("2026-000001"));
    }
}
