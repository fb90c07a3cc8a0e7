// SPDX-License-Identifier: EUPL-1.2
//! From a claimed row to a message: rendered at the first attempt, taken as it is at any later one.

use campanella_domain::mail::{MailTemplate, UnknownTemplate};
use campanella_store::notification::{Claimed, Rendering};
use chrono::{DateTime, Utc};

use super::Mailer;
use crate::{
    mail::{ComposeError, OutgoingMail, Sender, compose},
    template::{RenderError, Rendered},
    transport::Delivery,
};

/// Mails ready to go, and the texts that are to be kept.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) mails: Vec<(Attempt, OutgoingMail)>,
    pub(super) renderings: Vec<Rendering>,
}

/// Which attempt at a mail this is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    /// Of all, from 1: the fence.
    pub(super) number: i64,
    /// Of those since it was written, or since a person queued it anew, from 1: these are limited.
    pub(super) counted: i64,
}

impl From<&Claimed> for Attempt {
    fn from(mail: &Claimed) -> Self {
        Self { number: mail.attempt, counted: mail.attempt - mail.attempts_before }
    }
}

/// Why a mail cannot be written: a fault of the program or of who asked for it, not of relay or recipient.
#[derive(Debug, thiserror::Error)]
enum Unwritable {
    #[error(transparent)]
    Template(#[from] UnknownTemplate),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
}

impl Mailer {
    /// Writes the mails. One that cannot be written holds up no other. One whose template is unknown is put off, as a newer
    /// release beside this one may know it; any other is refused. Both keep the reason.
    pub(super) fn prepare(&mut self, claimed: Vec<Claimed>, now: DateTime<Utc>) -> Prepared {
        let mut prepared = Prepared::default();
        for mail in claimed {
            match self.write(&mail, now) {
                Ok((outgoing, rendering)) => {
                    prepared.mails.push(((&mail).into(), outgoing));
                    prepared.renderings.extend(rendering);
                }
                Err(error) => {
                    tracing::error!(mail.id = %mail.id, mail.template = %mail.template, %error, "mail cannot be written");
                    let answer = error.to_string();
                    let delivery = match error {
                        Unwritable::Template(_) => Delivery::Deferred { answer },
                        Unwritable::Render(_) | Unwritable::Compose(_) => Delivery::Refused { answer },
                    };
                    let settlement = self.settlement(mail.id, (&mail).into(), delivery, now);
                    self.hand.unrecorded.push(settlement);
                    self.hand.undelivered.retain(|(id, _)| *id != mail.id);
                }
            }
        }
        prepared
    }

    fn write(
        &self,
        mail: &Claimed,
        now: DateTime<Utc>,
    ) -> Result<(OutgoingMail, Option<Rendering>), Unwritable> {
        let template: MailTemplate = mail.template.parse()?;
        let letterhead = self.letterheads.at(template.office(), now);
        let (rendered, fresh) = match &mail.rendering {
            Some(kept) => (of_rendering(kept), None),
            None => {
                let rendered = self.renderer.render(template, &mail.parameters, &letterhead)?;
                let fresh = to_rendering(mail, &rendered);
                (rendered, Some(fresh))
            }
        };
        let sender = Sender {
            name: letterhead.name,
            address: self.settings.sender.clone(),
            reply_to: letterhead.email.unwrap_or_else(|| self.settings.reply_to.clone()),
        };
        let message = compose(mail.id, &mail.recipient, &rendered, &sender, now)?;
        Ok((OutgoingMail::new(mail.id, &message), fresh))
    }
}

fn of_rendering(kept: &Rendering) -> Rendered {
    Rendered { subject: kept.subject.clone(), text: kept.text.clone(), html: kept.html.clone() }
}

fn to_rendering(mail: &Claimed, rendered: &Rendered) -> Rendering {
    Rendering {
        id: mail.id,
        subject: rendered.subject.clone(),
        text: rendered.text.clone(),
        html: rendered.html.clone(),
    }
}
