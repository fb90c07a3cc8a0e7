// SPDX-License-Identifier: EUPL-1.2
//! What schools and CPIs say about the one student of these tests, complete unless a test takes something away.

use std::collections::BTreeSet;

use campanella_domain::{
    ars::{Communication, CourseRegime},
    identity::SchoolCode,
};
use chrono::NaiveDate;
use uuid::Uuid;

/// An ordinary school, which enters a student only to report.
pub(crate) const LICEO: &str = "BLPS01000X";
/// Another one.
pub(crate) const TECNICO: &str = "PDTF02000A";

/// A vocational training school.
pub(crate) const SFP: &str = "VESFP00012";

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn school(code: &str) -> SchoolCode {
    code.parse().unwrap()
}

/// Received at ten in the morning of the day it happened.
pub(crate) fn said(kind: &str, by: &str, on: &str) -> Communication {
    let event_date = date(on);
    Communication {
        id: Uuid::nil(),
        kind: kind.into(),
        school: school(by),
        course: CourseRegime::UpperSecondary,
        event_date,
        received_at: event_date.and_hms_opt(9, 0, 0).unwrap().and_utc(),
        receipts: BTreeSet::new(),
        class: Some("2".to_owned()),
        section: Some("B".to_owned()),
        address_given: true,
        phone_given: true,
        notes_given: false,
        receiving_school: None,
        cpi: None,
        agreement: true,
    }
}

pub(crate) fn entered(on: &str) -> Communication {
    said("enrolment-confirmation", LICEO, on)
}

pub(crate) fn abandoned(on: &str) -> Communication {
    said("informal-abandonment", LICEO, on)
}

pub(crate) fn returned(on: &str) -> Communication {
    said("return-by-school", TECNICO, on)
}

/// The same, received on a later day.
pub(crate) fn received(communication: Communication, on: &str) -> Communication {
    Communication { received_at: date(on).and_hms_opt(9, 0, 0).unwrap().and_utc(), ..communication }
}
