// SPDX-License-Identifier: EUPL-1.2
//! What a schedule sends: a message type and a subject that belong together.

use std::{fmt, str::FromStr};

use super::TermName;

/// The message a schedule sends, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `ardis.term.reached`: applications are evaluated.
    TermReached(TermName),
    /// `reminder.due`: a campaign of reminders starts.
    ReminderDue(ReminderCampaign),
}

macro_rules! campaigns {
    ($($(#[$doc:meta])* $campaign:ident = $name:literal;)*) => {
        /// Campaigns of reminders.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ReminderCampaign {
            $($(#[$doc])* $campaign,)*
        }

        impl ReminderCampaign {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$campaign,)*];

            /// As written in files and messages.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$campaign => $name,)* }
            }
        }
    };
}

campaigns! {
    /// To those who began an application and have not transmitted it (M-ARD-03).
    DraftNotTransmitted = "draft-not-transmitted";
    /// To applicants whose DSU is still missing (M-ARD-04).
    DsuMissing = "dsu-missing";
    /// To applicants whose attestation has annotations (M-ARD-06).
    Regularisation = "regularisation";
    /// To the excluded of a provisional list whose term for observations ends (M-ARD-08).
    ObservationsEnding = "observations-ending";
    /// To institutes with IeFP courses whose class lists are missing (M-ARS-04).
    IefpClassLists = "iefp-class-lists";
    /// To the same, once the term has passed (`ARS-034`).
    IefpClassListsOverdue = "iefp-class-lists-overdue";
    /// To institutes with ordinary courses: the drop-outs of the first two months (`ARS-035`), the students of class 0
    /// (`ARS-032`).
    FirstMonths = "first-months";
    /// To schools and CPI: from 15 March withdrawals are communicated under the other label (`ARS-016`, `ARS-017`).
    March15 = "march-15";
    /// To schools: the outcomes of June and September (`ARS-040`, `ARS-041`).
    Outcomes = "outcomes";
    /// To CPI: the cases nobody has taken in charge (OQ-A3).
    CaseDigest = "case-digest";
    /// To CPI: a student with an open case came of age (M-ARS-06).
    StudentsOfAge = "students-of-age";
    /// To schools: a return their CPI entered and they have not (OQ-A12).
    ReturnsToEnter = "returns-to-enter";
}

impl fmt::Display for ReminderCampaign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ReminderCampaign {
    type Err = UnknownCampaign;

    fn from_str(name: &str) -> Result<Self, UnknownCampaign> {
        let found = Self::ALL.iter().find(|campaign| campaign.as_str() == name);
        found.copied().ok_or_else(|| UnknownCampaign(name.to_owned()))
    }
}

/// The name is no campaign's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no campaign is called {0}")]
pub struct UnknownCampaign(pub String);

impl Action {
    /// Type of the message.
    #[must_use]
    pub fn message_type(self) -> &'static str {
        match self {
            Self::TermReached(_) => "ardis.term.reached",
            Self::ReminderDue(_) => "reminder.due",
        }
    }

    /// What the message is about: the name of a term, of a campaign or of a summary.
    #[must_use]
    pub fn subject(self) -> &'static str {
        match self {
            Self::TermReached(term) => term.as_str(),
            Self::ReminderDue(campaign) => campaign.as_str(),
        }
    }

    /// Every action.
    fn all() -> impl Iterator<Item = Self> {
        let terms = [TermName::Dsu, TermName::Regularisation].map(Self::TermReached);
        terms.into_iter().chain(ReminderCampaign::ALL.iter().copied().map(Self::ReminderDue))
    }

    /// The action a file spells this way.
    pub(super) fn parse(emits: &str, subject: &str) -> Option<Self> {
        Self::all().find(|action| action.message_type() == emits && action.subject() == subject)
    }

    /// The subjects a file may name for this type of message.
    pub(super) fn subjects(emits: &str) -> String {
        let subjects: Vec<&str> =
            Self::all().filter(|action| action.message_type() == emits).map(Self::subject).collect();
        subjects.join(", ")
    }
}
