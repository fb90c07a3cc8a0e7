// SPDX-License-Identifier: EUPL-1.2
//! Whom people can ask, and what the foot of a mail says.

use serde::Deserialize;

use crate::identity::EmailAddress;

/// The office (`ARD-049`) and its technical help.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// Name of the office, as a sender.
    pub office: String,
    /// Reply-to and footer of every mail.
    pub email: EmailAddress,
    /// As people dial them.
    pub telephones: Vec<String>,
    /// When somebody answers, in Italian.
    pub hours: String,
    /// The office's site.
    pub website: String,
    /// `ARD-042`: only while the window is open.
    pub technical_help: TechnicalHelp,
    /// `ARD-100`: who signs.
    pub signature: Signature,
}

/// Help with filling in the form (`ARD-042`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TechnicalHelp {
    /// Who helps, in Italian.
    pub name: String,
    /// As people dial them.
    pub telephones: Vec<String>,
    /// When somebody answers, in Italian.
    pub hours: String,
}

/// The signature block of acts and mails (`ARD-100`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Competent unit (*unità organizzativa competente*).
    pub unit: String,
    /// Head of the procedure (*responsabile del procedimento*).
    pub procedure_head: String,
    /// Head of the inquiry (*responsabile dell'istruttoria*).
    pub inquiry_head: String,
}

/// Addresses of pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// Where people apply, object and find their number (`ARD-075`, `ARD-081`).
    pub portal: String,
    /// Where lists are published (`ARD-072`).
    pub lists: String,
}

/// The information on personal data in the foot of a mail (`ARD-102` to `ARD-111`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Controller (*titolare*) and seat.
    pub controller: String,
    /// Ordinary mailbox of the controller.
    pub controller_email: EmailAddress,
    /// Certified mailbox (*PEC*) of the controller.
    pub controller_pec: EmailAddress,
    /// Processor (*responsabile del trattamento*) and seat.
    pub processor: String,
    /// Page with the contacts of the data protection officer.
    pub data_protection_officer: String,
    /// Legal basis, in Italian (`ARD-106`).
    pub legal_basis: String,
}
