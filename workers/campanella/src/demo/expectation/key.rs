// SPDX-License-Identifier: EUPL-1.2
//! The business keys of notifications: the same purpose never mails twice. Spelled here apart from the workers.

use campanella_domain::identity::{InstanceNumber, SchoolCode};
use chrono::NaiveDate;
use uuid::Uuid;

use super::super::publication::LIST;

/// When every reminder leaves, by the clocks of Rome.
const REMINDER_TIME: &str = "09:00:00";

pub(super) fn provisional_list(instance: InstanceNumber) -> String {
    format!("ardis:provisional-list:{LIST}:{instance}")
}

pub(super) fn dsu_missing(instance: InstanceNumber, day: NaiveDate) -> String {
    format!("ardis:dsu-missing:{instance}:{day}T{REMINDER_TIME}")
}

pub(super) fn regularisation(instance: InstanceNumber, day: NaiveDate) -> String {
    format!("ardis:regularisation:{instance}:{day}T{REMINDER_TIME}")
}

pub(super) fn new_case(student: Uuid, ordinal: u32) -> String {
    format!("ars:new-case:{student}:{ordinal}")
}

pub(super) fn case_closed(student: Uuid, ordinal: u32) -> String {
    format!("ars:case-closed:{student}:{ordinal}")
}

pub(super) fn iefp_deadline(school: &SchoolCode, day: NaiveDate) -> String {
    format!("ars:iefp-deadline:{school}:{day}T{REMINDER_TIME}")
}
