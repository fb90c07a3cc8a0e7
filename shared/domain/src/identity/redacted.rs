// SPDX-License-Identifier: EUPL-1.2
//! A wrapper for personal data that does not print itself.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// What stands in place of personal data wherever it would be printed.
pub const REDACTED: &str = "[redacted]";

/// Personal data: `Debug` and `Display` print [`REDACTED`], whatever is inside.
///
/// It can be read by serde (rows, forms, settings) and cannot be written: messages, logs and reports
/// are serialised, and personal data must not reach them. An error of reading does not repeat the value,
/// as serde's own would. The value leaves through [`Redacted::expose`], which a reviewer can search for.
///
/// ```compile_fail
/// use campanella_domain::identity::Redacted;
/// fn written(value: impl serde::Serialize) {}
/// written(Redacted::new("Maria"));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps personal data.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for a place entitled to it: a database column, the body of a mail.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, out of its wrapper.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Redacted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer)
            .map(Self)
            .map_err(|_| D::Error::custom("personal data of another type or form"))
    }
}

/// Reads a personal identifier from a text; the errors do not repeat it.
pub(super) fn read_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)
        .map_err(|_| D::Error::custom("va scritto come testo, fra virgolette"))?;
    text.parse().map_err(D::Error::custom)
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_shows_the_value() {
        let name = Redacted::new("Maria Bianchi".to_owned());
        assert_eq!(format!("{name} {name:?} {:?}", Some(&name)), "[redacted] [redacted] Some([redacted])");
        assert_eq!(name.expose(), "Maria Bianchi");
    }

    #[test]
    fn it_is_read_from_the_bare_value() {
        let name: Redacted<String> = serde_json::from_str("\"Maria\"").unwrap();
        assert_eq!(name.into_exposed(), "Maria");
    }

    #[test]
    fn an_error_of_reading_does_not_repeat_the_value() {
        let number = serde_json::from_str::<Redacted<u32>>("\"Maria\"").unwrap_err().to_string();
        assert!(number.starts_with("personal data of another type"), "{number}");
        // An editor that drops the quotes makes a number of a temporary code.
        let code = serde_json::from_str::<crate::identity::TaxCode>("12345678904").unwrap_err().to_string();
        assert!(code.starts_with("va scritto come testo"), "{code}");
        let wrong =
            serde_json::from_str::<crate::identity::TaxCode>("\"12345678904\"").unwrap_err().to_string();
        assert!(
            wrong.starts_with("the control character does not fit") && !wrong.contains("12345678904"),
            "{wrong}"
        );
        let address =
            serde_json::from_str::<crate::identity::EmailAddress>("\"Maria\"").unwrap_err().to_string();
        assert!(!address.contains("Maria"), "{address}");
        let account = serde_json::from_str::<crate::identity::Iban>("\"Maria\"").unwrap_err().to_string();
        assert!(!account.contains("Maria"), "{account}");
    }
}
