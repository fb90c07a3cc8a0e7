// SPDX-License-Identifier: EUPL-1.2
//! One mail as it goes out.

use std::time::SystemTime;

use campanella_domain::identity::EmailAddress;
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use crate::template::Rendered;

/// Who sends and who gets the answers: the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name people see.
    pub name: String,
    /// The address mails come from: the relay must let it pass.
    pub address: EmailAddress,
    /// Where answers go.
    pub reply_to: EmailAddress,
}

/// A mail ready for a transport: one recipient, final bytes. `Debug` prints the id alone.
#[derive(Clone)]
pub struct OutgoingMail {
    id: Uuid,
    envelope: Envelope,
    bytes: Vec<u8>,
}

/// A mail could not be composed. It quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// An address that passed our check is none for the mail library.
    #[error("an address cannot be written into a header")]
    Address,
    /// The mail library refused the message.
    #[error("the message cannot be composed")]
    Message,
}

/// The `Message-ID` of a notification: always the same, so that a mail sent twice reads as one.
#[must_use]
pub fn message_id(id: Uuid, sender: &EmailAddress) -> String {
    format!("<{id}@{}>", sender.domain())
}

/// Composes the mail of notification `id` for one recipient, dated `date` (business time).
///
/// The bytes depend on the arguments alone. `Auto-Submitted: auto-generated` keeps absence notes from answering
/// (RFC 3834); text and HTML are alternatives (RFC 2046, 5.1.4).
///
/// # Errors
/// [`ComposeError`].
pub fn compose(
    id: Uuid,
    recipient: &EmailAddress,
    rendered: &Rendered,
    sender: &Sender,
    date: DateTime<Utc>,
) -> Result<Message, ComposeError> {
    let parts = MultiPart::alternative()
        .boundary(boundary(id))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(rendered.text.clone()))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(rendered.html.clone()));
    Message::builder()
        .message_id(Some(message_id(id, &sender.address)))
        .date(SystemTime::from(date))
        .from(Mailbox::new(Some(one_line(&sender.name)), address(&sender.address)?))
        .reply_to(Mailbox::new(None, address(&sender.reply_to)?))
        .to(Mailbox::new(None, address(recipient)?))
        .subject(one_line(&rendered.subject))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(parts)
        .map_err(|_| ComposeError::Message)
}

/// Fixed, where the library's own is random; no line of ours begins with it.
fn boundary(id: Uuid) -> String {
    format!("=_{}", id.simple())
}

/// The last bytes of the mail of a notification.
pub(crate) fn closing_boundary(id: Uuid) -> String {
    format!("--{}--\r\n", boundary(id))
}

/// A header holds one line, whatever it is made of: the mail library panics on a control character in a name.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn address(address: &EmailAddress) -> Result<Address, ComposeError> {
    address.expose().parse().map_err(|_| ComposeError::Address)
}

impl OutgoingMail {
    /// A composed message under its notification's id.
    #[must_use]
    pub fn new(id: Uuid, message: &Message) -> Self {
        Self { id, envelope: message.envelope().clone(), bytes: message.formatted() }
    }

    /// The notification.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Sender and recipient, as the relay is told.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The message, with CRLF line ends.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for OutgoingMail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("OutgoingMail").field(&self.id).finish()
    }
}
