// SPDX-License-Identifier: EUPL-1.2
//! A wrapper for personal data that does not print itself.

use std::fmt;

use serde::Deserialize;

/// What stands in place of personal data wherever it would be printed.
pub const REDACTED: &str = "[redacted]";

/// Personal data: `Debug` and `Display` print [`REDACTED`], whatever is inside.
///
/// It can be read by serde (rows, forms, settings) and cannot be written: messages, logs and reports
/// are serialised, and personal data must not reach them. The value leaves through
/// [`Redacted::expose`], which a reviewer can search for.
///
/// ```compile_fail
/// use campanella_domain::identity::Redacted;
/// fn written(value: impl serde::Serialize) {}
/// written(Redacted::new("Maria"));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
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
}
