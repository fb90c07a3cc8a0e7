// SPDX-License-Identifier: EUPL-1.2
//! Addresses of the examples in the settings of an installation that sends mails: an answer to one reaches nobody.
//!
//! Told and not refused: with a relay that only shows mails, as Mailpit does, they are right.

use campanella_mailer::{MailSettings, TransportUrl};

const REPLY_TO: &str = "mail.reply_to";

/// The keys whose address nobody can have, where mails go to a relay.
pub(crate) fn left_in(mail: &MailSettings) -> Vec<&'static str> {
    if !matches!(mail.transport, TransportUrl::Relay(_)) {
        return Vec::new();
    }
    let keys = [("mail.sender", &mail.sender), (REPLY_TO, &mail.reply_to)];
    keys.into_iter().filter(|(_, address)| is_reserved(address.domain())).map(|(key, _)| key).collect()
}

/// What comes of it, in Italian. Families answer to the mailbox of the procedure, whatever is set here.
pub(crate) fn what_follows(left: &[&str]) -> &'static str {
    if left.contains(&REPLY_TO) {
        "le risposte di scuole e CPI vanno perse"
    } else {
        "i server di posta possono respingere le e-mail o metterle tra la posta indesiderata"
    }
}

/// A domain that is kept for examples and tests (RFC 2606).
fn is_reserved(domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    match labels.next() {
        Some("example" | "invalid" | "localhost" | "test") => true,
        Some("com" | "net" | "org") => labels.next() == Some("example"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn left(transport: &str, sender: &str, reply_to: &str) -> Vec<&'static str> {
        let flags = [("mail.transport", transport), ("mail.sender", sender), ("mail.reply_to", reply_to)];
        let flags = flags.map(|(key, value)| (key, value.to_owned()));
        left_in(&Settings::load(None, &flags).unwrap().mail)
    }

    #[test]
    fn an_address_nobody_can_have_is_told_where_mails_leave() {
        let (ours, nobody) = ("avvisi@ufficio.it", "avvisi@campanella.example");
        let relay = "smtp://relay.ufficio.it";
        assert_eq!(left(relay, nobody, nobody), ["mail.sender", "mail.reply_to"]);
        assert_eq!(left(relay, ours, nobody), ["mail.reply_to"]);
        assert_eq!(left(relay, "avvisi@mail.example.org", ours), ["mail.sender"]);
        assert!(left(relay, ours, "avvisi@example.ufficio.it").is_empty());
        assert!(left("folder:mail", nobody, nobody).is_empty());
        assert!(what_follows(&left(relay, nobody, nobody)).contains("risposte"));
        assert!(!what_follows(&left(relay, nobody, ours)).contains("risposte"), "they reach us");
    }
}
