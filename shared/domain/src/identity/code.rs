// SPDX-License-Identifier: EUPL-1.2
//! What all published codes (of places, schools, offices) have in common.
//!
//! These are not personal data: they print as they are and are stored and sent as strings.

/// Defines a newtype over a normalised code: `FromStr`, `Display`, `as_str`, and serde as a string.
///
/// The check receives the text trimmed and in upper case; the error is a unit struct whose message
/// names the remedy and never the value.
macro_rules! published_code {
    ($(#[$doc:meta])* $name:ident, $(#[$error_doc:meta])* $error:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        $(#[$error_doc])*
        pub struct $error;

        impl $name {
            /// The code as it is stored and printed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                let normalised = text.trim().to_ascii_uppercase();
                if check(&normalised) { Ok(Self(normalised)) } else { Err($error) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}
