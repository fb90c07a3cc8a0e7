// SPDX-License-Identifier: EUPL-1.2
//! Accounts a contribution is paid to.

use std::fmt;
use std::str::FromStr;

use iban::{IbanLike, ParseBaseIbanError, ParseIbanError};
use serde::{Deserialize, Deserializer};

use super::control_letter::control_letter;
use super::redacted::{self, REDACTED};

/// The countries and territories a SEPA transfer reaches (EPC409-09, list of SEPA scheme countries, 2025).
const SEPA: [&str; 42] = [
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR",
    "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL",
    "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
];

/// An account number (*IBAN*, ISO 13616) in a SEPA country: structure and check digits verified and, for
/// Italy and San Marino, the control letter of the national coordinates (CIN) too.
///
/// A foreign SEPA account is accepted: refusing it would be discrimination (Regulation (EU) 260/2012,
/// art. 9). Personal data: prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

/// Why a text is not an account a contribution can be paid to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Not two letters, two digits, and letters or digits.
    #[error("an IBAN begins with two letters and two digits, followed by letters and digits only")]
    Shape,
    /// The length or the kind of characters is not the country's.
    #[error("the length or the characters do not fit the country: an Italian IBAN has 27 characters")]
    Country,
    /// The two check digits do not fit.
    #[error("the check digits do not fit: compare the IBAN with the bank's document, character by character")]
    CheckDigits,
    /// The control letter of the Italian coordinates does not fit.
    #[error(
        "the control letter (CIN, fifth character) does not fit: compare the IBAN with the bank's document"
    )]
    ControlLetter,
    /// The country takes no part in SEPA.
    #[error("the account is outside the SEPA area: give one in a SEPA country")]
    OutsideSepa,
}

impl Iban {
    /// The account number without spaces, for the payment file.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The ISO 3166 code of the country that keeps the account.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let parsed = compact.to_ascii_uppercase().parse::<iban::Iban>().map_err(without_value)?;
        if !SEPA.contains(&parsed.country_code()) {
            return Err(IbanError::OutsideSepa);
        }
        if matches!(parsed.country_code(), "IT" | "SM") {
            let (given, coordinates) = parsed.bban().as_bytes().split_first().ok_or(IbanError::Country)?;
            if control_letter(coordinates) != Some(*given) {
                return Err(IbanError::ControlLetter);
            }
        }
        Ok(Self(parsed.electronic_str().to_owned()))
    }
}

/// The crate's errors carry the account number: ours must not.
fn without_value(error: ParseIbanError) -> IbanError {
    match error {
        ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidFormat } => IbanError::Shape,
        ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum } => {
            IbanError::CheckDigits
        }
        ParseIbanError::InvalidBban(_) => IbanError::Country,
        ParseIbanError::UnknownCountry(_) => IbanError::OutsideSepa,
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        redacted::read_text(deserializer)
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_italian_account_is_read_however_it_is_spaced() {
        let account: Iban = "it60 X054 2811 1010\u{a0}0000 0123 456".parse().unwrap();
        assert_eq!(account.expose(), "IT60X0542811101000000123456");
        assert_eq!(account.country(), "IT");
        assert_eq!(format!("{account:?}"), "[redacted]");
    }

    #[test]
    fn foreign_sepa_accounts_are_accepted() {
        for account in ["DE89370400440532013000", "SI56263300012039086", "SM86U0322509800000000270100"] {
            assert_eq!(account.parse::<Iban>().unwrap().expose(), account);
        }
    }

    #[test]
    fn each_fault_has_its_remedy_and_none_repeats_the_value() {
        let faults = [
            ("", IbanError::Shape),
            ("12345", IbanError::Shape),
            ("IT60X054281110100000012345-", IbanError::Shape),
            ("IT61X0542811101000000123456", IbanError::CheckDigits),
            (&with_check_digits("IT", "X054281110100000012345"), IbanError::Country),
            (&with_check_digits("IT", "Y0542811101000000123456"), IbanError::ControlLetter),
            ("TR330006100519786457841326", IbanError::OutsideSepa),
        ];
        for (text, fault) in faults {
            assert_eq!(text.parse::<Iban>().unwrap_err(), fault, "{text}");
            assert!(text.is_empty() || !fault.to_string().contains(text));
        }
    }

    /// An IBAN with the check digits that ISO 7064 asks for.
    fn with_check_digits(country: &str, coordinates: &str) -> String {
        let remainder = format!("{coordinates}{country}00").bytes().fold(0_u32, |sum, byte| match byte {
            b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
            _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
        });
        format!("{country}{:02}{coordinates}", 98 - remainder)
    }
}
