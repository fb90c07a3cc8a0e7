// SPDX-License-Identifier: EUPL-1.2
//! The secret of an installation, with which the ids of people are made, and those of the mails they get.
//!
//! A tax code follows from name, birth date and birthplace: an id that were a plain hash of it could be computed by
//! anybody who knows those, and found again in messages, logs and case numbers. With the key it cannot, and loading a file
//! twice still gives the same ids.

use std::{fmt::Write as _, str::FromStr};

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::{Builder, Uuid};

use crate::ardis::IseeKind;
use crate::identity::{EmailAddress, Redacted, TaxCode};

/// The secret: 32 random bytes, drawn once for an installation and kept in its database, beside the tax codes it hides.
///
/// Whoever loses it cannot recognise a person loaded again; it leaves the database with every backup of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityKey(Redacted<[u8; 32]>);

/// The text is no key: 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identity key is 64 hexadecimal digits")]
pub struct InvalidIdentityKey;

impl IdentityKey {
    /// The key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Redacted::new(bytes))
    }

    /// The id of a student.
    #[must_use]
    pub fn student(&self, tax_code: &TaxCode) -> Uuid {
        self.named("student", tax_code.expose())
    }

    /// The id of a DSU that has not been attested: student, kind and the second of its signature.
    #[must_use]
    pub fn bare_dsu(&self, student: &TaxCode, kind: IseeKind, signed_at: DateTime<Utc>) -> Uuid {
        let name = format!("{} {} {}", student.expose(), kind.as_str(), signed_at.timestamp());
        self.named("attestation", &name)
    }

    /// The id of an attestation of a student. One DSU is a whole household's: siblings are attested under one protocol
    /// (`ARD-011`), and INPS may attest either kind under it (`ARD-014`).
    #[must_use]
    pub fn attestation(&self, student: &TaxCode, kind: IseeKind, protocol: &str) -> Uuid {
        let name = format!("{} {} {protocol}", student.expose(), kind.as_str());
        self.named("attested", &name)
    }

    /// The id of a mail, of which its `Message-ID` is made: of its business key, its recipient and the JSON of its parameters.
    /// An installation that was restored from a backup writes the same mail again under the same id, by which a relay's log and a
    /// mailbox recognise it; what goes to somebody else or says something else is another mail, which nobody has yet. With the
    /// key, because a `Message-ID` goes out to everybody and the rest can be guessed.
    #[must_use]
    pub fn mail(&self, dedupe_key: &str, recipient: &EmailAddress, parameters: &str) -> Uuid {
        // With their lengths, so that no end of one reads as the beginning of the next.
        let parts = [dedupe_key, recipient.expose(), parameters].map(|part| format!("{}:{part}", part.len()));
        self.named("mail", &parts.concat())
    }

    /// The key as it is stored: 64 hexadecimal digits.
    #[must_use]
    pub fn to_hexadecimal(&self) -> String {
        self.0.expose().iter().fold(String::with_capacity(64), |mut text, byte| {
            // A String takes whatever is written.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// HMAC-SHA-256 (RFC 2104), the first 16 bytes as a UUID of version 8 (RFC 9562). The name of what it is comes first,
    /// so that no two kinds share ids.
    fn named(&self, namespace: &str, name: &str) -> Uuid {
        // A key of any length is one (RFC 2104): nothing can fail here.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose()) else { return Uuid::nil() };
        mac.update(namespace.as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        let mut bytes = [0; 16];
        for (byte, of_mac) in bytes.iter_mut().zip(mac.finalize().into_bytes()) {
            *byte = of_mac;
        }
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl FromStr for IdentityKey {
    type Err = InvalidIdentityKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdentityKey> {
        let mut bytes = [0; 32];
        let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
        let digits = digits.filter(|digits| digits.len() == 64).ok_or(InvalidIdentityKey)?;
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = pair.iter().fold(0, |value, digit| value * 16 + digit);
            *byte = u8::try_from(value).map_err(|_| InvalidIdentityKey)?;
        }
        Ok(Self::new(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> TaxCode {
        "RSSMRA80A01H501U".parse().unwrap()
    }

    #[test]
    fn the_same_person_has_one_id_in_an_installation_and_another_in_the_next() {
        let (here, there) = (IdentityKey::new([1; 32]), IdentityKey::new([2; 32]));
        assert_eq!(here.student(&somebody()), here.student(&somebody()));
        assert_ne!(here.student(&somebody()), there.student(&somebody()));
        let signed: DateTime<Utc> = "2025-11-12T08:10:24Z".parse().unwrap();
        let bare = |kind, at| here.bare_dsu(&somebody(), kind, at);
        assert_ne!(bare(IseeKind::Ordinary, signed), here.student(&somebody()));
        let later = signed + chrono::TimeDelta::seconds(1);
        assert_ne!(bare(IseeKind::Ordinary, signed), bare(IseeKind::Ordinary, later));
        assert_ne!(bare(IseeKind::Ordinary, signed), bare(IseeKind::Minors, signed));
    }

    #[test]
    fn a_mail_written_again_has_its_id_and_no_other_mail_or_installation_has_it() {
        let (here, there) = (IdentityKey::new([1; 32]), IdentityKey::new([2; 32]));
        let (feltre, agordo) = ("feltre@cpi.example".parse().unwrap(), "agordo@cpi.example".parse().unwrap());
        let one = here.mail("ars:new-case:1", &feltre, "{}");
        assert_eq!(one, here.mail("ars:new-case:1", &feltre, "{}"));
        let others = [
            here.mail("ars:new-case:2", &feltre, "{}"),
            here.mail("ars:new-case:1", &agordo, "{}"),
            here.mail("ars:new-case:1", &feltre, r#"{"returned":true}"#),
            there.mail("ars:new-case:1", &feltre, "{}"),
        ];
        assert!(!others.contains(&one), "{others:?}");
    }

    #[test]
    fn what_ends_a_part_of_a_mail_s_name_never_reads_as_the_beginning_of_the_next() {
        let key = IdentityKey::new([1; 32]);
        let (short, long) = ("a@posta.example".parse().unwrap(), "1a@posta.example".parse().unwrap());
        assert_ne!(key.mail("k1", &short, "{}"), key.mail("k", &long, "{}"));
        // Computed apart, with another program.
        assert_eq!(key.mail("k", &short, "{}").to_string(), "82c35f43-ee1f-8e9b-a339-388ebe885d21");
    }

    #[test]
    fn ard_014_siblings_and_kinds_under_one_protocol_are_told_apart() {
        let key = IdentityKey::new([1; 32]);
        let sibling = somebody().omocodia_form(1);
        let ids = [
            key.attestation(&somebody(), IseeKind::Ordinary, "INPS-1"),
            key.attestation(&somebody(), IseeKind::Minors, "INPS-1"),
            key.attestation(&somebody(), IseeKind::Ordinary, "INPS-2"),
            key.attestation(&sibling, IseeKind::Ordinary, "INPS-1"),
        ];
        assert_eq!(std::collections::BTreeSet::from(ids).len(), ids.len());
    }

    #[test]
    fn the_ids_stay_what_they_are_for_as_long_as_an_installation_lives() {
        let key = IdentityKey::new([7; 32]);
        // Computed apart, with another program.
        assert_eq!(key.student(&somebody()).to_string(), "10420179-4658-8cf3-b3ea-1ea89dd5a642");
        assert_eq!(key.student(&somebody()).get_version_num(), 8);
    }

    #[test]
    fn a_stored_key_is_read_back_and_never_printed() {
        let key = IdentityKey::new([0xa5; 32]);
        assert_eq!(key.to_hexadecimal().parse(), Ok(key.clone()));
        assert!(!format!("{key:?}").contains("165"), "{key:?}");
        assert_eq!("a5".repeat(31).parse::<IdentityKey>(), Err(InvalidIdentityKey));
        assert_eq!("g5".repeat(32).parse::<IdentityKey>(), Err(InvalidIdentityKey));
    }
}
