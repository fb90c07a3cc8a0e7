// SPDX-License-Identifier: EUPL-1.2
//! Whether what leaves this machine can be read on its way, or answered by somebody else: the database, which sees personal
//! data, the mail relay, which sees them too, and the queues, which see a password.
//!
//! Nothing is refused for it: a network may be an office's own, or encrypt by itself. An administrator is to know it and not to
//! find out. How the links are encrypted is chosen in the settings; what a database agreed to, only the connection tells.

use std::net::IpAddr;

use campanella_mailer::{Encryption, TransportUrl};
use campanella_store::{Link, Store};

use super::Finding;
use crate::{broker, settings::Settings};

const DATABASE: &str = "cifratura del database";
const QUEUES: &str = "cifratura delle code";
const MAIL: &str = "cifratura della posta";

/// Looks at the way to the database, the queues and the relay. `store`: the database, if it answers.
pub(super) async fn examine(store: Option<&Store>, settings: &Settings, findings: &mut Vec<Finding>) {
    if let Some(store) = store {
        match store.link().await {
            Ok(link) => findings.extend(database(&link)),
            Err(error) => {
                findings.push(Finding::bad(DATABASE, error, "verificare che il database risponda"));
            }
        }
    }
    findings.extend(queues(settings));
    findings.extend(management(settings));
    findings.extend(mail(settings));
}

/// None for a file, or a socket: there is nothing on the way.
fn database(link: &Link) -> Option<Finding> {
    let host = link.host.as_deref()?;
    Some(match link {
        Link { verified: true, .. } => Finding::good(DATABASE, format!("cifrata, e «{host}» prova chi è")),
        _ if is_this_machine(host) => here(DATABASE),
        Link { encrypted: true, .. } => Finding::notice(
            DATABASE,
            format!("cifrata, ma «{host}» non deve provare chi è: chi si mette in mezzo può leggere tutto"),
            "indicare in database.root_certificate l'autorità che ne ha firmato il certificato, e togliere sslmode da \
            database.url (o scrivere sslmode=verify-full, se è un'autorità che il sistema conosce)",
        ),
        Link { .. } => Finding::notice(
            DATABASE,
            format!("verso «{host}» non c'è: dati personali e decisioni passano in chiaro sulla rete"),
            "attivare TLS su PostgreSQL (ssl = on; in pg_hba.conf soltanto righe hostssl) e indicare in \
            database.root_certificate l'autorità che ne ha firmato il certificato",
        ),
    })
}

/// None for a file, and where the address cannot be read, which is told elsewhere.
fn queues(settings: &Settings) -> Option<Finding> {
    if settings.broker.is_embedded() {
        return None;
    }
    let address = broker::settings(&settings.broker).ok()?.address;
    let away: Vec<&str> = address.host_names().filter(|host| !is_this_machine(host)).collect();
    let named = away.join(", ");
    Some(match (address.is_encrypted(), away.is_empty()) {
        (true, _) => Finding::good(QUEUES, "cifrata, e il broker prova chi è"),
        (false, true) => here(QUEUES),
        (false, false) => Finding::notice(
            QUEUES,
            format!(
                "verso «{named}» non c'è: la password del broker e i messaggi passano in chiaro sulla rete"
            ),
            "attivare TLS su RabbitMQ, scrivere amqps:// in broker.url e, se l'autorità è propria, indicarla in broker.ca_file",
        ),
    })
}

/// None where the broker's interface is not asked, or not over a network.
fn management(settings: &Settings) -> Option<Finding> {
    let address = settings.broker.management().ok()??;
    let away = !address.is_encrypted() && !is_this_machine(address.host());
    away.then(|| {
        Finding::notice(
            QUEUES,
            format!(
                "non c'è quando doctor interroga «{}»: la password passa in chiaro sulla rete",
                address.host()
            ),
            "attivare TLS sull'interfaccia di management e scrivere https:// in broker.management",
        )
    })
}

/// None for a folder.
fn mail(settings: &Settings) -> Option<Finding> {
    let TransportUrl::Relay(relay) = &settings.mail.transport else { return None };
    Some(match relay.encryption {
        Encryption::StartTls | Encryption::Implicit => {
            Finding::good(MAIL, format!("cifrata, e «{}» prova chi è", relay.host))
        }
        Encryption::None if is_this_machine(&relay.host) => here(MAIL),
        Encryption::None => Finding::notice(
            MAIL,
            format!("verso «{}» non c'è: le e-mail passano in chiaro sulla rete", relay.host),
            "scrivere smtp+starttls:// o smtps:// in mail.transport",
        ),
    })
}

fn here(subject: &'static str) -> Finding {
    Finding::good(subject, "non serve: nulla lascia questa macchina")
}

/// Whether a host as an address names it is this machine. What any other name resolves to is not asked: that may change.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    fn with(key: &str, value: &str) -> Settings {
        Settings::load(None, &[(key, value.to_owned())]).unwrap()
    }

    #[test]
    fn only_the_loopback_address_and_its_name_are_this_machine() {
        for here in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]", "::1", "::ffff:127.0.0.1"] {
            assert!(is_this_machine(here), "{here}");
        }
        for away in ["db.example.it", "10.0.0.7", "0.0.0.0", "[2001:db8::1]", "localhost.example.it", ""] {
            assert!(!is_this_machine(away), "{away}");
        }
    }

    #[test]
    fn a_database_on_a_network_is_to_be_encrypted_and_to_prove_who_it_is() {
        let link =
            |host: &str, encrypted, verified| Link { host: Some(host.to_owned()), encrypted, verified };
        for (link, state, said) in [
            (link("db.example.it", false, false), State::Notice, "in chiaro"),
            (link("db.example.it", true, false), State::Notice, "non deve provare chi è"),
            (link("db.example.it", true, true), State::Good, "«db.example.it» prova chi è"),
            (link("127.0.0.1", false, false), State::Good, "questa macchina"),
        ] {
            let finding = database(&link).unwrap();
            assert_eq!(finding.state, state, "{finding:?}");
            assert!(finding.says.contains(said), "{finding:?}");
            assert_eq!(finding.remedy.is_empty(), state == State::Good, "{finding:?}");
        }
        assert_eq!(database(&Link { host: None, encrypted: false, verified: false }), None);
    }

    #[test]
    fn queues_and_relay_on_a_network_are_to_be_encrypted() {
        for (url, state) in [
            ("amqp://u:segreta@127.0.0.1,localhost:5673,[::1]/x", State::Good),
            ("amqp://u:segreta@127.0.0.1,mq2.example.it/x", State::Notice),
            ("amqps://u:segreta@mq1.example.it,mq2.example.it/x", State::Good),
        ] {
            let finding = queues(&with("broker.url", url)).unwrap();
            assert_eq!(finding.state, state, "{finding:?}");
            assert!(!finding.says.contains("segreta") && !finding.says.contains("127.0.0.1"), "{finding:?}");
        }
        for (url, state) in [
            ("smtp://relay.example.it", State::Notice),
            ("smtp://localhost", State::Good),
            ("smtps://relay.example.it", State::Good),
        ] {
            assert_eq!(mail(&with("mail.transport", url)).unwrap().state, state, "{url}");
        }
        for (url, is_told) in [
            ("http://u:segreta@mq.example.it:15672", true),
            ("https://u:segreta@mq.example.it:15671", false),
            ("http://u:segreta@127.0.0.1:15672", false),
        ] {
            let told = management(&with("broker.management", url));
            assert_eq!(told.is_some(), is_told, "{told:?}");
            assert!(told.is_none_or(|finding| !finding.says.contains("segreta")));
        }
        let embedded = Settings::load(None, &[]).unwrap();
        assert_eq!(management(&embedded), None);
        assert_eq!((queues(&embedded), mail(&embedded)), (None, None));
    }
}
