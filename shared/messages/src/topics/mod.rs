// SPDX-License-Identifier: EUPL-1.2
//! One file a topic.

mod ardis_application_recorded;
mod ardis_data_changed;
mod ardis_isee_recorded;
mod ardis_list_published;
mod ardis_observation_recorded;
mod ardis_term_reached;
mod ars_communication_recorded;
mod ars_finding_recorded;
mod ars_period_closed;
mod ars_student_at_risk;
mod mail_requested;
mod reminder_due;

pub use ardis_application_recorded::ArdisApplicationRecorded;
pub use ardis_data_changed::ArdisDataChanged;
pub use ardis_isee_recorded::ArdisIseeRecorded;
pub use ardis_list_published::ArdisListPublished;
pub use ardis_observation_recorded::ArdisObservationRecorded;
pub use ardis_term_reached::ArdisTermReached;
pub use ars_communication_recorded::ArsCommunicationRecorded;
pub use ars_finding_recorded::ArsFindingRecorded;
pub use ars_period_closed::ArsPeriodClosed;
pub use ars_student_at_risk::ArsStudentAtRisk;
pub use mail_requested::MailRequested;
pub use reminder_due::ReminderDue;

/// Pins the wire form of a topic's data: what is on a queue today is read by the next release.
#[cfg(test)]
pub(crate) fn assert_golden<M: crate::Message + PartialEq + std::fmt::Debug>(message: &M, json: &str) {
    assert_eq!(serde_json::to_string(message).unwrap(), json);
    assert_eq!(&serde_json::from_str::<M>(json).unwrap(), message);
}
