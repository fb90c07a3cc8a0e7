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
    match config::load::<Settings>(Layers { defaults: &file, file: None, flags: &[] }) {
        Ok(settings) => {
            let shown = format!("{settings:?}");
            assert!(!shown.contains(&format!("{CANARY}@")), "{shown}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    // The same value from the command line goes through the checks of the product.
    for key in ["database.url", "mail.transport", "mail.sender", "runner.batch", "relay.poll_seconds"] {
        if let Err(error) = Settings::load(None, &[(key, input.to_owned())]) {
            assert!(!error.to_string().is_empty());
        }
    }
}

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
