// SPDX-License-Identifier: EUPL-1.2
//! Who writes: sender's name, answers, signature and foot of a mail, by procedure.

use campanella_domain::{
    identity::EmailAddress,
    mail::Office,
    procedure::{ArdisProcedure, ArsProcedure},
};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

/// Head and foot of an office's mails, as templates see it under the name `office`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letterhead {
    /// Also the sender's name.
    pub name: String,
    /// Where answers go (`ARD-049`); none: where the settings say.
    #[serde(serialize_with = "exposed")]
    pub email: Option<EmailAddress>,
    /// `ARD-049`, `ARS-045`.
    pub telephones: Vec<String>,
    /// When somebody answers, in Italian.
    pub hours: String,
    /// The office's site.
    pub website: String,
    /// Where people log in.
    pub portal: String,
    /// Who helps with another system that people take for this one (`ARS-046`).
    pub aris: Option<String>,
    /// Lines below the name (`ARD-100`).
    pub signature: Vec<String>,
    /// `ARD-042`: only while the window is open.
    pub technical_help: Option<Help>,
    /// `ARD-102` to `ARD-106`.
    pub privacy: Option<PrivacyNote>,
}

/// Technical help (`ARD-042`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Help {
    /// Who helps.
    pub name: String,
    /// As people dial them.
    pub telephones: Vec<String>,
    /// When somebody answers, in Italian.
    pub hours: String,
}

/// What the foot says of personal data (`ARD-102` to `ARD-106`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrivacyNote {
    /// Controller (*titolare*) and seat.
    pub controller: String,
    /// Its mailbox.
    pub controller_email: String,
    /// Its certified mailbox (*PEC*).
    pub controller_pec: String,
    /// Processor (*responsabile del trattamento*) and seat.
    pub processor: String,
    /// Page with the contacts of the data protection officer (*responsabile della protezione dei dati*).
    pub data_protection_officer: String,
    /// Legal basis, in Italian.
    pub legal_basis: String,
}

/// An office's mailbox is public: it is there to be written to.
fn exposed<S: Serializer>(email: &Option<EmailAddress>, serializer: S) -> Result<S::Ok, S::Error> {
    email.as_ref().map(EmailAddress::expose).serialize(serializer)
}

/// The letterheads of both offices and when each part of them is shown.
#[derive(Debug, Clone)]
pub struct Letterheads {
    /// Of ARDIS, with its technical help.
    pub ardis: Letterhead,
    /// The first and the last instant of the window in which technical help is given (`ARD-042`).
    pub technical_help_window: (DateTime<Utc>, DateTime<Utc>),
    /// Of ARS.
    pub ars: Letterhead,
}

impl Letterheads {
    /// The letterhead of an office at business time `now`.
    #[must_use]
    pub fn at(&self, office: Office, now: DateTime<Utc>) -> Letterhead {
        match office {
            Office::Ars => self.ars.clone(),
            Office::Ardis => {
                let (opens, closes) = self.technical_help_window;
                let mut letterhead = self.ardis.clone();
                if now < opens || now > closes {
                    letterhead.technical_help = None;
                }
                letterhead
            }
        }
    }
}

impl Letterheads {
    /// The letterheads of the procedures a process works under.
    #[must_use]
    pub fn of(ardis: &ArdisProcedure, ars: &ArsProcedure) -> Self {
        Self {
            ardis: of_ardis(ardis),
            technical_help_window: (ardis.window.opens_at(), ardis.window.closes.instant()),
            ars: of_ars(ars),
        }
    }
}

fn of_ardis(procedure: &ArdisProcedure) -> Letterhead {
    let (contacts, privacy) = (&procedure.contacts, &procedure.privacy);
    let signature = &contacts.signature;
    Letterhead {
        name: contacts.office.clone(),
        email: Some(contacts.email.clone()),
        telephones: contacts.telephones.clone(),
        hours: contacts.hours.clone(),
        website: contacts.website.clone(),
        portal: procedure.links.portal.clone(),
        aris: None,
        signature: vec![
            format!("Responsabile del procedimento: {}", signature.procedure_head),
            format!("Responsabile dell'istruttoria: {}", signature.inquiry_head),
        ],
        technical_help: Some(Help {
            name: contacts.technical_help.name.clone(),
            telephones: contacts.technical_help.telephones.clone(),
            hours: contacts.technical_help.hours.clone(),
        }),
        privacy: Some(PrivacyNote {
            controller: privacy.controller.clone(),
            controller_email: privacy.controller_email.expose().to_owned(),
            controller_pec: privacy.controller_pec.expose().to_owned(),
            processor: privacy.processor.clone(),
            data_protection_officer: privacy.data_protection_officer.clone(),
            legal_basis: privacy.legal_basis.clone(),
        }),
    }
}

fn of_ars(procedure: &ArsProcedure) -> Letterhead {
    Letterhead {
        name: procedure.contacts.office.clone(),
        // The help desk answers the telephone (ARS-045); the note names no mailbox.
        email: None,
        telephones: vec![procedure.contacts.telephone.clone()],
        hours: procedure.contacts.hours.clone(),
        website: procedure.links.portal.clone(),
        portal: procedure.links.portal.clone(),
        aris: Some(procedure.links.aris.clone()),
        signature: Vec::new(),
        technical_help: None,
        privacy: None,
    }
}
