// SPDX-License-Identifier: EUPL-1.2
//! Where a courtesy mail goes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::redacted::{self, REDACTED};

/// The longest address that fits a mail path (RFC 5321, 4.5.3.1.3, less the angle brackets), in bytes.
const LONGEST: usize = 254;
/// The longest local part (RFC 5321, 4.5.3.1.1), in bytes.
const LONGEST_LOCAL_PART: usize = 64;
/// The longest label of a domain (RFC 1035, 2.3.4), in bytes.
const LONGEST_LABEL: usize = 63;

/// An e-mail address: the part of RFC 5321 that mail servers accept in practice.
///
/// No display name, no quotes, no comments, no control characters (a line break in a header would
/// add one), a domain with a dot. The domain is in lower case, the local part as given. Personal data:
/// prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// Why a text is not an address mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// A line break or another control character.
    #[error("contiene un a capo o un carattere di controllo: scrivere un solo indirizzo su una riga")]
    ControlCharacter,
    /// Not exactly one `@`.
    #[error(
        "un indirizzo ha una sola @, come nome@example.org: scrivere solo l'indirizzo, senza il nome intorno"
    )]
    At,
    /// The part before the `@`.
    #[error(
        "prima della @ stanno solo lettere, cifre e .!#$%&'*+-/=?^_`{{|}}~, senza punti all'inizio, alla fine o doppi"
    )]
    LocalPart,
    /// The part after the `@`.
    #[error("dopo la @ sta un dominio con un punto, come example.org; se ha accenti, nella forma xn--")]
    Domain,
    /// Longer than a mail server takes.
    #[error("l'indirizzo è più lungo di quanto i server accettino: 64 caratteri prima della @, 254 in tutto")]
    TooLong,
}

impl EmailAddress {
    /// The address, for the envelope of a mail.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The domain in lower case: what rate limits are counted by.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Before trimming: a trailing line break is refused, not forgiven.
        if text.chars().any(char::is_control) {
            return Err(EmailAddressError::ControlCharacter);
        }
        let (local, domain) = text.trim().rsplit_once('@').ok_or(EmailAddressError::At)?;
        if local.contains('@') {
            return Err(EmailAddressError::At);
        }
        if !is_local_part(local) {
            return Err(EmailAddressError::LocalPart);
        }
        if !is_domain(domain) {
            return Err(EmailAddressError::Domain);
        }
        if local.len() > LONGEST_LOCAL_PART || local.len() + 1 + domain.len() > LONGEST {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }
}

/// `Dot-string` of RFC 5321, 4.1.2.
fn is_local_part(text: &str) -> bool {
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom))
}

/// A name of at least two labels, the last of which is not a number.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.rsplit_once('.').is_some_and(|(rest, last)| {
        rest.split('.').all(is_label) && is_label(last) && !last.bytes().all(|byte| byte.is_ascii_digit())
    })
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        redacted::read_text(deserializer)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_in_lower_case_and_the_local_part_as_given() {
        let address: EmailAddress = " Anna.D'Este+scuola@Posta.Example ".parse().unwrap();
        assert_eq!(address.expose(), "Anna.D'Este+scuola@posta.example");
        assert_eq!(address.domain(), "posta.example");
        assert_eq!(format!("{address:?}"), "[redacted]");
    }

    #[test]
    fn a_line_break_never_gets_into_a_header() {
        for text in ["a@b.it\r\nBcc: c@d.it", "a@b.it\n", "\ta@b.it", "a\u{0}@b.it", "a@b.it\u{85}"] {
            assert_eq!(text.parse::<EmailAddress>(), Err(EmailAddressError::ControlCharacter), "{text:?}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_domain =
            format!("a@{}.org", ["b".repeat(63), "c".repeat(63), "d".repeat(63), "e".repeat(60)].join("."));
        for (text, fault) in [
            ("", EmailAddressError::At),
            ("anna.example.org", EmailAddressError::At),
            ("a@b@example.org", EmailAddressError::At),
            ("Anna <anna@example.org>", EmailAddressError::LocalPart),
            ("@example.org", EmailAddressError::LocalPart),
            (".anna@example.org", EmailAddressError::LocalPart),
            ("an..na@example.org", EmailAddressError::LocalPart),
            ("\"anna\"@example.org", EmailAddressError::LocalPart),
            ("ànna@example.org", EmailAddressError::LocalPart),
            ("anna@example", EmailAddressError::Domain),
            ("anna@example.", EmailAddressError::Domain),
            ("anna@-example.org", EmailAddressError::Domain),
            ("anna@[127.0.0.1]", EmailAddressError::Domain),
            ("anna@127.0.0.1", EmailAddressError::Domain),
            ("anna@città.it", EmailAddressError::Domain),
            (&long_local, EmailAddressError::TooLong),
            (&long_domain, EmailAddressError::TooLong),
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(fault), "{text}");
        }
    }
}
