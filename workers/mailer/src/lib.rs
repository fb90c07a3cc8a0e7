// SPDX-License-Identifier: EUPL-1.2
//! Sends the notifications: the only crate that knows lettre.
//!
//! - [`Renderer`]: Italian mails from embedded templates; strict, escaped, without personal data.
//! - [`compose`]: the message: deterministic `Message-ID`, one recipient, text and HTML.
//! - [`Transport`]: a folder of `.eml` files or an SMTP relay; says of each mail what became of it, or that nobody knows.
//! - [`Mailer`]: the worker: recover, expire, claim, render once, mark as being sent, deliver, record.
//!
//! Nothing that happens to a courtesy mail moves a term (`ARD-077`).

mod letterhead;
mod mail;
mod mailer;
mod rate;
mod settings;
mod template;
pub mod transport;

pub use letterhead::{Help, Letterhead, Letterheads, PrivacyNote};
pub use mail::{ComposeError, OutgoingMail, Sender, compose, message_id};
pub use mailer::Mailer;
pub use rate::Rate;
pub use settings::MailSettings;
pub use template::{RenderError, Rendered, Renderer};
pub use transport::{Delivery, Encryption, Proof, Stage, Transport, TransportUrl, Unavailable};
