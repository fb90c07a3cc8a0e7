// SPDX-License-Identifier: EUPL-1.2
//! What a schedule sends: a message type and a subject that belong together.

use super::TermName;

/// The message a schedule sends, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `ardis.term.reached`: applications are evaluated.
    TermReached(TermName),
    /// `reminder.due`: a campaign of reminders starts.
    ReminderDue(ReminderCampaign),
}

/// Campaigns of reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderCampaign {
    /// To those who began an application and have not transmitted it (M-ARD-03).
    DraftNotTransmitted,
    /// To applicants whose DSU is still missing (M-ARD-04).
    DsuMissing,
    /// To applicants whose attestation has annotations (M-ARD-06).
    Regularisation,
    /// To the excluded of a provisional list whose term for observations ends (M-ARD-08).
    ObservationsEnding,
    /// To institutes with IeFP courses whose class lists are missing (M-ARS-04).
    IefpClassLists,
}

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
            Self::ReminderDue(ReminderCampaign::DraftNotTransmitted) => "draft-not-transmitted",
            Self::ReminderDue(ReminderCampaign::DsuMissing) => "dsu-missing",
            Self::ReminderDue(ReminderCampaign::Regularisation) => "regularisation",
            Self::ReminderDue(ReminderCampaign::ObservationsEnding) => "observations-ending",
            Self::ReminderDue(ReminderCampaign::IefpClassLists) => "iefp-class-lists",
        }
    }

    /// The action a file spells this way.
    pub(super) fn parse(emits: &str, subject: &str) -> Option<Self> {
        [
            Self::TermReached(TermName::Dsu),
            Self::TermReached(TermName::Regularisation),
            Self::ReminderDue(ReminderCampaign::DraftNotTransmitted),
            Self::ReminderDue(ReminderCampaign::DsuMissing),
            Self::ReminderDue(ReminderCampaign::Regularisation),
            Self::ReminderDue(ReminderCampaign::ObservationsEnding),
            Self::ReminderDue(ReminderCampaign::IefpClassLists),
        ]
        .into_iter()
        .find(|action| action.message_type() == emits && action.subject() == subject)
    }
}
