// SPDX-License-Identifier: EUPL-1.2
//! The business keys of notifications: the same purpose never mails twice. Spelled here apart from the workers.

use std::fmt;

use campanella_domain::{
    identity::{CpiCode, InstanceNumber},
    mail::MailTemplate,
};
use chrono::NaiveDate;
use uuid::Uuid;

use super::super::publication::{FINAL_LIST, LIST};

/// When every reminder leaves, by the clocks of Rome.
pub(super) const REMINDER_TIME: &str = "09:00:00";
/// When CPI and schools are told each morning of what waits.
pub(super) const MORNING_TIME: &str = "08:00:00";

pub(super) fn provisional_list(instance: InstanceNumber) -> String {
    format!("ardis:provisional-list:{LIST}:{instance}")
}

pub(super) fn final_list(instance: InstanceNumber) -> String {
    format!("ardis:final-list:{FINAL_LIST}:{instance}")
}

pub(super) fn observations_ending(instance: InstanceNumber) -> String {
    format!("ardis:observations-ending:{LIST}:{instance}")
}

pub(super) fn draft(instance: InstanceNumber, day: NaiveDate) -> String {
    format!("ardis:draft:{instance}:{day}T{REMINDER_TIME}")
}

pub(super) fn dsu_missing(instance: InstanceNumber, day: NaiveDate) -> String {
    format!("ardis:dsu-missing:{instance}:{day}T{REMINDER_TIME}")
}

pub(super) fn regularisation(instance: InstanceNumber, day: NaiveDate) -> String {
    format!("ardis:regularisation:{instance}:{day}T{REMINDER_TIME}")
}

/// About a case: its opening by number, from the second on.
pub(super) fn case(template: MailTemplate, student: Uuid, ordinal: u32, opening: u32) -> String {
    let again = if opening > 1 { format!(":{opening}") } else { String::new() };
    format!("{}:{student}:{ordinal}{again}", purpose(template))
}

pub(super) fn of_age(student: Uuid, ordinal: u32) -> String {
    format!("ars:student-of-age:{student}:{ordinal}")
}

pub(super) fn case_digest(centre: &CpiCode, day: NaiveDate) -> String {
    format!("ars:case-digest:{centre}:{day}T{MORNING_TIME}")
}

pub(super) fn rejected(communication: Uuid, code: &str) -> String {
    format!("ars:communication-rejected:{communication}:{code}")
}

pub(super) fn parked(communication: Uuid) -> String {
    format!("ars:communication-parked:{communication}")
}

/// `side`: `acquired` or `lost`.
pub(super) fn ownership_moved(communication: Uuid, side: &str) -> String {
    format!("ars:ownership-moved:{communication}:{side}")
}

pub(super) fn return_by_cpi(communication: Uuid) -> String {
    format!("ars:return-by-cpi:{communication}")
}

pub(super) fn return_not_entered(communication: Uuid) -> String {
    format!("ars:return-not-entered:{communication}")
}

/// A campaign to schools, or to CPI.
pub(super) fn school(template: MailTemplate, code: &impl fmt::Display, day: NaiveDate) -> String {
    format!("{}:{code}:{day}T{REMINDER_TIME}", purpose(template))
}

/// `ars:new-case` for the template `ars-new-case`.
fn purpose(template: MailTemplate) -> String {
    template.name().replacen('-', ":", 1)
}
