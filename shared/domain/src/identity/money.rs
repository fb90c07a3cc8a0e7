// SPDX-License-Identifier: EUPL-1.2
//! Amounts in euro, to the cent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of money in whole euro cents.
///
/// No floating point anywhere: 35,000.00 euro is inside a ceiling and 35,000.01 is not. Stored as the
/// number of cents, in files and facts as `35000.00`, shown as `35.000,00 euro`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Money(i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Other characters, or points and commas out of place.
    #[error("un importo si scrive 35.000,00 o 35000.00: cifre, con al più due decimali")]
    Shape,
    /// A single point before three digits: thousands to one reader, thousandths to another.
    #[error("un punto prima di tre cifre si può leggere in due modi: scrivere 35.000,00 o 35000.00")]
    Ambiguous,
    /// Beyond what the cents can hold.
    #[error("l'importo è troppo grande")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount from whole cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in whole cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The sum; `None` beyond what the cents can hold.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// The difference; `None` beyond what the cents can hold.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// The amount as machines write it: `35000.00`.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match without_currency(text).strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, without_currency(text)),
        };
        let (euros, decimals) = split(digits)?;
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(&euros) || decimals.len() > 2 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(MoneyError::Shape);
        }
        let cents = format!("{euros}{decimals:0<2}").parse::<i64>().map_err(|_| MoneyError::TooLarge)?;
        Ok(Self(if negative { -cents } else { cents }))
    }
}

/// The text without spaces at its ends, euro sign or word.
fn without_currency(text: &str) -> &str {
    let text = text.trim();
    let text =
        ["€", "euro", "Euro", "EUR"].iter().find_map(|currency| text.strip_prefix(currency)).unwrap_or(text);
    let text =
        ["€", "euro", "Euro", "EUR"].iter().find_map(|currency| text.strip_suffix(currency)).unwrap_or(text);
    text.trim()
}

/// Whole euros without points, and the decimals.
fn split(digits: &str) -> Result<(String, &str), MoneyError> {
    if let Some((euros, decimals)) = digits.split_once(',') {
        return if decimals.is_empty() { Err(MoneyError::Shape) } else { Ok((ungrouped(euros)?, decimals)) };
    }
    match digits.split_once('.') {
        None => Ok((digits.to_owned(), "")),
        Some((_, rest)) if rest.contains('.') => Ok((ungrouped(digits)?, "")),
        Some((_, decimals)) if decimals.len() == 3 => Err(MoneyError::Ambiguous),
        Some((_, "")) => Err(MoneyError::Shape),
        Some((euros, decimals)) => Ok((euros.to_owned(), decimals)),
    }
}

/// `1.234.567` without its points, which must stand before every three digits or nowhere.
fn ungrouped(euros: &str) -> Result<String, MoneyError> {
    let mut groups = euros.split('.');
    let first = groups.next().unwrap_or_default();
    let grouped = euros.contains('.');
    if (grouped && !(1..=3).contains(&first.len())) || groups.any(|group| group.len() != 3) {
        return Err(MoneyError::Shape);
    }
    Ok(euros.replace('.', ""))
}

impl TryFrom<String> for Money {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(money: Money) -> Self {
        money.plain()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (euros, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "00"));
        formatter.write_str(sign)?;
        for (place, digit) in euros.chars().enumerate() {
            if place > 0 && (euros.len() - place).is_multiple_of(3) {
                formatter.write_str(".")?;
            }
            write!(formatter, "{digit}")?;
        }
        write!(formatter, ",{decimals} euro")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn italian_and_plain_spellings_are_the_same_amount() {
        for text in
            ["35.000,00", "35000.00", "35000", "35000,0", "€ 35.000,00", "35.000,00 euro", " 35000,00€ "]
        {
            assert_eq!(text.parse(), Ok(Money::from_cents(3_500_000)), "{text}");
        }
        assert_eq!("1.234.567".parse(), Ok(Money::from_cents(123_456_700)));
        assert_eq!("0,01".parse(), Ok(Money::from_cents(1)));
        assert_eq!("-1.000,50".parse(), Ok(Money::from_cents(-100_050)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        assert_eq!("35.000".parse::<Money>(), Err(MoneyError::Ambiguous));
        for text in [
            "",
            ",",
            ".",
            "35,",
            "35.",
            "35,000",
            "35,000.00",
            "3500.0,00",
            "1.23.456",
            ".000,00",
            "1e3",
            "+1",
            "--1",
            "12,3,4",
            "1.0000.000",
        ] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Shape), "{text:?}");
        }
        assert_eq!("99999999999999999999".parse::<Money>(), Err(MoneyError::TooLarge));
    }

    #[test]
    fn it_is_shown_the_italian_way() {
        assert_eq!(Money::from_cents(3_500_001).to_string(), "35.000,01 euro");
        assert_eq!(Money::from_cents(5).to_string(), "0,05 euro");
        assert_eq!(Money::from_cents(-123_456_789).to_string(), "-1.234.567,89 euro");
    }

    proptest! {
        #[test]
        fn every_amount_survives_its_two_spellings(cents in -i64::MAX..=i64::MAX) {
            let money = Money::from_cents(cents);
            prop_assert_eq!(money.plain().parse(), Ok(money));
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = text.parse::<Money>();
        }
    }
}
