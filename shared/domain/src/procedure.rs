// SPDX-License-Identifier: EUPL-1.2
//! A procedure as data: what a call or a note fixes, in one TOML file a year.
//!
//! Dates, amounts, citations, contacts, schedules and one named parameter for each question the text leaves open are
//! in `procedures/*.toml`, embedded here and replaceable by a file of an office. A file is validated as a whole before
//! anything runs, and what is wrong with it is told by the name of the key ([`ProcedureError`]): a term that is off by
//! a line would exclude people. Every decision stored carries the `version` of the file it was made under.

mod action;
mod ardis;
mod ars;
mod cause_texts;
mod contacts;
mod decisions;
mod error;
mod load;
mod reader_words;
mod schedule;
mod trigger;

pub use action::{Action, ReminderCampaign, UnknownCampaign};
pub use ardis::{
    ArdisProcedure, ArdisTerms, DerogationRules, IseeRules, Maxima, ObservationRules, ServiceLevels, Window,
};
pub use ars::{
    ArsContacts, ArsDecisions, ArsLinks, ArsManuals, ArsProcedure, ArsTerms, CaseNotice, CpiCompetence,
    OutcomeDeadlines,
};
pub use cause_texts::{CauseText, CauseTexts};
pub use contacts::{Contacts, Links, Privacy, Signature, TechnicalHelp};
pub use decisions::{
    AmountRule, ArdisDecisions, AttendanceReference, AttestationChoice, DataChangeChannel,
    DuplicateApplication, IseeTermEvaluation, MinorsIseeCase, ObservationStart, OwnAccount,
    RegularisationEvidence, Rounding, SelfCertificationRule, WidowhoodReference,
};
pub use error::ProcedureError;
pub use reader_words::in_italian;
pub use schedule::{CatchUp, Schedule};
pub use trigger::{TermName, Trigger};

#[cfg(test)]
#[path = "procedure/damaged_tests.rs"]
mod damaged_tests;
