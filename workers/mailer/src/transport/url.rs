// SPDX-License-Identifier: EUPL-1.2
//! The one setting that chooses how mails leave.

use std::{fmt, path::PathBuf, str::FromStr};

use secrecy::SecretString;
use serde::Deserialize;

/// `folder:PATH`, `smtp://HOST[:PORT]`, `smtp+starttls://[USER:PASSWORD@]HOST[:PORT]` or
/// `smtps://[USER:PASSWORD@]HOST[:PORT]`. Does not print the password.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub enum TransportUrl {
    /// `.eml` files in a folder; a relative path lies below the data folder.
    Folder(PathBuf),
    /// An SMTP relay.
    Relay(RelayUrl),
}

/// An SMTP relay.
#[derive(Debug, Clone)]
pub struct RelayUrl {
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Name or address.
    pub host: String,
    /// 25, 587 or 465 unless given.
    pub port: u16,
    /// User and password, percent-decoded.
    pub credentials: Option<(String, SecretString)>,
}

/// How a connection to a relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not: for a relay on the same machine or network.
    None,
    /// By STARTTLS (RFC 3207), required.
    StartTls,
    /// From the first byte (RFC 8314).
    Implicit,
}

/// Why a text is no transport. It does not quote it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportUrlError {
    /// Another scheme.
    #[error("deve cominciare con folder:, smtp://, smtp+starttls:// o smtps://")]
    Scheme,
    /// No host, or one that cannot be.
    #[error("manca il nome del server")]
    Host,
    /// Not a port.
    #[error("la porta non è un numero da 1 a 65535")]
    Port,
    /// Not `user:password`, or not percent-encoded.
    #[error("utente e password si scrivono utente:password, i caratteri speciali nella forma %40")]
    Credentials,
    /// They would be sent in the clear.
    #[error("con utente e password serve smtp+starttls:// o smtps://: smtp:// li invierebbe in chiaro")]
    CredentialsInTheClear,
    /// Something after host and port.
    #[error("dopo server e porta non segue altro")]
    Path,
}

impl FromStr for TransportUrl {
    type Err = TransportUrlError;

    fn from_str(text: &str) -> Result<Self, TransportUrlError> {
        if let Some(path) = text.strip_prefix("folder:") {
            return if path.is_empty() {
                Err(TransportUrlError::Host)
            } else {
                Ok(Self::Folder(path.into()))
            };
        }
        let (scheme, rest) = text.split_once("://").ok_or(TransportUrlError::Scheme)?;
        let (encryption, port) = match scheme {
            "smtp" => (Encryption::None, 25),
            "smtp+starttls" => (Encryption::StartTls, 587),
            "smtps" => (Encryption::Implicit, 465),
            _ => return Err(TransportUrlError::Scheme),
        };
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials_of(credentials)?), place),
            None => (None, rest),
        };
        if credentials.is_some() && encryption == Encryption::None {
            return Err(TransportUrlError::CredentialsInTheClear);
        }
        let (host, port) = place_of(place.strip_suffix('/').unwrap_or(place), port)?;
        Ok(Self::Relay(RelayUrl { encryption, host, port, credentials }))
    }
}

impl TryFrom<String> for TransportUrl {
    type Error = TransportUrlError;

    fn try_from(text: String) -> Result<Self, TransportUrlError> {
        text.parse()
    }
}

/// Where it is, without credentials: what logs and rate limits call it.
impl fmt::Display for RelayUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

fn credentials_of(text: &str) -> Result<(String, SecretString), TransportUrlError> {
    let (user, password) = text.split_once(':').ok_or(TransportUrlError::Credentials)?;
    let user = decoded(user).ok_or(TransportUrlError::Credentials)?;
    let password = decoded(password).ok_or(TransportUrlError::Credentials)?;
    Ok((user, SecretString::from(password)))
}

fn place_of(text: &str, default: u16) -> Result<(String, u16), TransportUrlError> {
    if text.contains(['/', '?', '#']) {
        return Err(TransportUrlError::Path);
    }
    // An IPv6 address stands in brackets (RFC 3986, 3.2.2).
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(TransportUrlError::Host);
    }
    let port = match port {
        None => default,
        Some(port) => port.parse().ok().filter(|port: &u16| *port != 0).ok_or(TransportUrlError::Port)?,
    };
    Ok((host.to_owned(), port))
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn relay(text: &str) -> RelayUrl {
        match text.parse() {
            Ok(TransportUrl::Relay(relay)) => relay,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_scheme_has_its_port_and_protection() {
        for (text, encryption, shown) in [
            ("smtp://relay.example", Encryption::None, "relay.example:25"),
            ("smtp://127.0.0.1:1025/", Encryption::None, "127.0.0.1:1025"),
            ("smtp+starttls://relay.example", Encryption::StartTls, "relay.example:587"),
            ("smtps://relay.example", Encryption::Implicit, "relay.example:465"),
        ] {
            let relay = relay(text);
            assert_eq!((relay.encryption, relay.to_string().as_str()), (encryption, shown), "{text}");
        }
        assert_eq!(relay("smtp://[::1]:2525").host, "::1");
    }

    #[test]
    fn credentials_are_decoded_and_never_printed() {
        let relay = relay("smtps://user%40office.example:p%3Aass@relay.example");
        let (user, password) = relay.credentials.as_ref().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("user@office.example", "p:ass"));
        assert!(!format!("{relay:?} {relay}").contains("p:ass"));
    }

    #[test]
    fn a_wrong_transport_is_told_without_quoting_it() {
        for (text, error) in [
            ("mail", TransportUrlError::Scheme),
            ("http://relay.example", TransportUrlError::Scheme),
            ("folder:", TransportUrlError::Host),
            ("smtp://", TransportUrlError::Host),
            ("smtp://relay.example:0", TransportUrlError::Port),
            ("smtp://relay.example:port", TransportUrlError::Port),
            ("smtp://user:secret@relay.example", TransportUrlError::CredentialsInTheClear),
            ("smtps://user@relay.example", TransportUrlError::Credentials),
            ("smtps://user:%zz@relay.example", TransportUrlError::Credentials),
            ("smtp://relay.example/path", TransportUrlError::Path),
        ] {
            assert_eq!(text.parse::<TransportUrl>().unwrap_err(), error, "{text}");
        }
    }
}
