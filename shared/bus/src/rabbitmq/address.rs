// SPDX-License-Identifier: EUPL-1.2
//! Where a broker is: one address for all members of a cluster.

use std::{fmt, str::FromStr};

use lapin::uri::{AMQPScheme, AMQPUri};

use crate::BusError;

/// `amqp://user:password@host:port,other-host/vhost`; `amqps` for TLS. Ports default to 5672 and 5671, the virtual host to
/// `/`. What is special in a URL is percent-encoded in name, password and virtual host. It never prints the password.
#[derive(Clone)]
pub struct RabbitAddress {
    /// One for each host, in the order they were named; never none.
    hosts: Vec<AMQPUri>,
}

impl RabbitAddress {
    /// The hosts, ready to be connected to.
    pub(super) fn hosts(&self) -> &[AMQPUri] {
        &self.hosts
    }

    /// The names or addresses of the hosts, without ports.
    pub fn host_names(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(|host| host.authority.host.as_str())
    }

    /// Whether what passes is encrypted (`amqps`): then a host has to prove who it is, too.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.hosts.iter().all(|host| host.scheme == AMQPScheme::AMQPS)
    }

    /// The virtual host, decoded.
    #[must_use]
    pub fn virtual_host(&self) -> &str {
        self.hosts.first().map_or("/", |host| host.vhost.as_str())
    }

    /// User and password, decoded: for the broker's other doors, which know them too.
    #[must_use]
    pub fn credentials(&self) -> (&str, &str) {
        let user = self.hosts.first().map(|host| &host.authority.userinfo);
        user.map_or(("", ""), |user| (user.username.as_str(), user.password.as_str()))
    }
}

/// How a host is named in logs and errors.
pub(super) fn name_of(host: &AMQPUri) -> String {
    format!("{}:{}", host.authority.host, host.authority.port)
}

impl FromStr for RabbitAddress {
    type Err = BusError;

    fn from_str(address: &str) -> Result<Self, BusError> {
        // What is wrong is told without quoting: a password with a slash in it would pass for a host.
        let wrong = |what: &str| BusError::Refused(format!("the broker's address: {what}"));
        let (scheme, rest) =
            address.split_once("://").ok_or_else(|| wrong("it does not begin with amqp://"))?;
        if !["amqp", "amqps"].contains(&scheme) {
            return Err(wrong("it begins with neither amqp:// nor amqps://"));
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
        let at = if user.is_empty() { "" } else { "@" };
        let parse = |(position, host): (usize, &str)| {
            let mut parsed: AMQPUri = format!("{scheme}://{user}{at}{host}{path}")
                .parse()
                .map_err(|_| wrong(&format!("its host number {} is not understood", position + 1)))?;
            if host.is_empty() || parsed.authority.host.is_empty() {
                return Err(wrong(&format!("its host number {} is empty", position + 1)));
            }
            if let Some((address, _)) = host.split_once(']') {
                // The parser takes an IPv6 address for none at all.
                parsed.authority.host = format!("{address}]");
            }
            if parsed.vhost.is_empty() {
                "/".clone_into(&mut parsed.vhost);
            }
            Ok(parsed)
        };
        Ok(Self { hosts: hosts.split(',').enumerate().map(parse).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for RabbitAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, host) in self.hosts.iter().enumerate() {
            let before = if position > 0 {
                ","
            } else if host.scheme == AMQPScheme::AMQPS {
                "amqps://"
            } else {
                "amqp://"
            };
            write!(formatter, "{before}{}", name_of(host))?;
        }
        self.hosts.first().map_or(Ok(()), |host| write!(formatter, "/{}", host.vhost.replace('/', "%2f")))
    }
}

impl fmt::Debug for RabbitAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RabbitAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_names_all_members_of_a_cluster() -> anyhow::Result<()> {
        let address: RabbitAddress = "amqp://bell:p%40ss@one:5673,two,[::1]:5674/school%2fbell".parse()?;
        let hosts: Vec<String> = address.hosts().iter().map(name_of).collect();
        assert_eq!(hosts, ["one:5673", "two:5672", "[::1]:5674"]);
        for host in address.hosts() {
            assert_eq!(host.authority.userinfo.username, "bell");
            assert_eq!(host.authority.userinfo.password, "p@ss");
            assert_eq!(host.vhost, "school/bell");
        }
        assert_eq!((address.virtual_host(), address.credentials()), ("school/bell", ("bell", "p@ss")));
        Ok(())
    }

    #[test]
    fn ports_and_the_virtual_host_have_defaults() -> anyhow::Result<()> {
        for (address, shown) in [
            ("amqp://one", "amqp://one:5672/%2f"),
            ("amqp://one/", "amqp://one:5672/%2f"),
            ("amqps://bell:ding@one,two/%2f", "amqps://one:5671,two:5671/%2f"),
        ] {
            let parsed: RabbitAddress = address.parse()?;
            assert_eq!(parsed.to_string(), shown);
            assert_eq!(parsed.is_encrypted(), address.starts_with("amqps:"));
            assert_eq!(parsed.host_names().next(), Some("one"));
        }
        Ok(())
    }

    #[test]
    fn an_address_is_never_shown_with_its_password() -> anyhow::Result<()> {
        let address: RabbitAddress = "amqp://bell:dingdong@one/".parse()?;
        assert!(!format!("{address} {address:?}").contains("dingdong"));
        for wrong in [
            "bell:dingdong@one",
            "http://bell:dingdong@one",
            "amqp://bell:ding/dong@one",
            "amqp://bell:dingdong@",
            "amqp://bell:dingdong@one,,two",
            "amqp://bell:dingdong@one:many",
        ] {
            let error = wrong.parse::<RabbitAddress>().err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| !error.contains("ding")), "{wrong}: {error:?}");
        }
        Ok(())
    }
}
