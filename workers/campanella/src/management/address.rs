// SPDX-License-Identifier: EUPL-1.2
//! Where a broker's management interface is, and who asks.

use std::{fmt, str::FromStr};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// `http://host:15672` or `https://user:password@host:15671/prefix`. What is special in a URL is percent-encoded in user
/// and password. It never prints the password.
#[derive(Debug, Clone)]
pub(crate) struct ManagementAddress {
    /// Without user and password.
    base: Url,
    user: Option<(String, SecretString)>,
}

/// An address that cannot be used; in Italian, and never with what was written, which may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManagementAddressError {
    /// Not a URL, or of another scheme.
    #[error("non è un indirizzo http://server:15672 o https://server:15671")]
    Scheme,
    /// A user without a password, or not percent-encoded.
    #[error("prima di «@» servono utente e password, «utente:password», con i caratteri speciali come %40")]
    Credentials,
    /// More than server, port and the interface's own prefix.
    #[error("dopo server e porta può seguire solo il prefisso dell'interfaccia di management")]
    Path,
}

impl ManagementAddress {
    /// User and password of its own, decoded.
    pub(crate) fn user(&self) -> Option<&(String, SecretString)> {
        self.user.as_ref()
    }

    /// Whether the server has to prove itself.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// The server.
    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// A path below `/api`, each part percent-encoded.
    pub(super) fn api(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Only a URL that cannot have a path has none: http always can.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("api").extend(parts);
        }
        url
    }
}

impl FromStr for ManagementAddress {
    type Err = ManagementAddressError;

    fn from_str(text: &str) -> Result<Self, ManagementAddressError> {
        let mut base = Url::parse(text).map_err(|_| ManagementAddressError::Scheme)?;
        if !["http", "https"].contains(&base.scheme()) {
            return Err(ManagementAddressError::Scheme);
        }
        // A slash in a password that nobody escaped ends the server's name before its time.
        if base.query().is_some() || base.fragment().is_some() || base.path().contains('@') {
            return Err(ManagementAddressError::Path);
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from);
        let user = match (base.username(), base.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return Err(ManagementAddressError::Credentials),
            (user, Some(password)) => match (decoded(user), decoded(password)) {
                (Ok(user), Ok(password)) => Some((user, SecretString::from(password))),
                _ => return Err(ManagementAddressError::Credentials),
            },
        };
        let stripped = base.set_username("").and_then(|()| base.set_password(None));
        stripped.map_err(|()| ManagementAddressError::Scheme)?;
        Ok(Self { base, user })
    }
}

/// Server and port: what messages call it.
impl fmt::Display for ManagementAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.base.port_or_known_default().unwrap_or_default();
        write!(formatter, "{}:{port}", self.base.host_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn an_address_has_a_server_perhaps_a_user_and_perhaps_a_prefix() {
        let address: ManagementAddress = "https://bell:p%40%2Fss@mq.example/rabbit/".parse().unwrap();
        let (user, password) = address.user().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("bell", "p@/ss"));
        assert_eq!(address.to_string(), "mq.example:443");
        assert!(!format!("{address:?}").contains("ss\""), "{address:?}");
        assert_eq!(
            address.api(&["queues", "school/bell"]).as_str(),
            "https://mq.example/rabbit/api/queues/school%2Fbell"
        );

        let address: ManagementAddress = "http://[::1]:15672".parse().unwrap();
        assert!(address.user().is_none());
        assert_eq!(address.api(&["policies", "/"]).as_str(), "http://[::1]:15672/api/policies/%2F");
    }

    #[test]
    fn a_wrong_address_is_told_without_quoting_it() {
        for (text, error) in [
            ("mq.example:15672", ManagementAddressError::Scheme),
            ("amqp://bell:segreta@mq.example", ManagementAddressError::Scheme),
            ("http://", ManagementAddressError::Scheme),
            ("http://mq.example:many", ManagementAddressError::Scheme),
            ("http://bell:1/segreta@mq.example", ManagementAddressError::Path),
            ("http://mq.example/?segreta", ManagementAddressError::Path),
            ("http://bell@mq.example", ManagementAddressError::Credentials),
            ("http://bell:%ff@mq.example", ManagementAddressError::Credentials),
        ] {
            let told = text.parse::<ManagementAddress>().unwrap_err();
            assert_eq!(told, error, "{text}");
            assert!(!told.to_string().contains("segreta"));
        }
    }
}
