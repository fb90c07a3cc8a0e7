// SPDX-License-Identifier: EUPL-1.2
//! Settings, and the one that says how mails leave.

use campanella::settings::{DEFAULTS, Settings};
use campanella_mailer::TransportUrl;
use campanella_runtime::config::{self, Layers};

use super::{CANARY, assert_quotes_nothing, edited, text};

/// A settings file: it is read or refused with a reason, and neither shows a password.
pub fn settings(input: &[u8]) {
    let Some(input) = text(input) else { return };
    let file = edited::file(DEFAULTS, input);
    let secret = [
        ("database.url", format!("postgres://ufficio:{CANARY}@db.example/campanella")),
        ("mail.transport", format!("smtps://ufficio:{CANARY}@relay.example")),
    ];
    let told = match config::load::<Settings>(Layers { defaults: &file, file: None, flags: &secret }) {
        Ok(settings) => format!("{settings:?}"),
        Err(error) => error.to_string(),
    };
    // What the input itself says may be quoted: that is how an office finds a wrong key.
    assert!(!told.is_empty() && (input.contains(CANARY) || !told.contains(CANARY)), "{told}");
    // A value from the command line goes through the checks of the product; one key an input.
    let key = CHECKED[input.len() % CHECKED.len()];
    if let Err(error) = Settings::load(None, &[(key, input.to_owned())]) {
        assert!(!error.to_string().is_empty());
    }
}

/// Keys whose values are more than read.
const CHECKED: [&str; 5] =
    ["database.connections", "mail.transport", "mail.sender", "runner.batch", "relay.poll_seconds"];

/// A mail transport: a relay has a host and a port, and whatever follows a password never shows it.
pub fn transport(input: &[u8]) {
    let Some(input) = text(input) else { return };
    match input.parse::<TransportUrl>() {
        Ok(TransportUrl::Relay(relay)) => {
            assert!(relay.port != 0 && !relay.host.is_empty());
            assert!(!relay.host.chars().any(|letter| letter.is_whitespace() || letter.is_control()));
            assert!(relay.to_string().ends_with(&format!(":{}", relay.port)));
        }
        Ok(TransportUrl::Folder(path)) => assert!(!path.as_os_str().is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    for scheme in ["smtps", "smtp+starttls", "smtp"] {
        match format!("{scheme}://ufficio:{CANARY}{input}").parse::<TransportUrl>() {
            // Without an `@` behind it, it was no password but part of a host.
            Ok(TransportUrl::Relay(relay)) if relay.credentials.is_some() => {
                assert!(scheme != "smtp", "a password would go out in the clear");
                assert_quotes_nothing(&format!("{relay} {:?}", relay.credentials));
            }
            Ok(_) => {}
            Err(error) => assert_quotes_nothing(&error.to_string()),
        }
    }
}
