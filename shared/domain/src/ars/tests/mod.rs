// SPDX-License-Identifier: EUPL-1.2
//! The rules of the note, one test each, and what holds for any history.

mod any_history;
mod entry;
mod report;
mod returning;
mod side_paths;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::identity::SchoolCode;

/// Three schools: two ordinary, one of vocational training.
pub(super) const LICEO: &str = "VEPS01000X";
pub(super) const TECNICO: &str = "PDTF02000A";
pub(super) const SFP: &str = "VESFP00012";

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn school(code: &str) -> SchoolCode {
    code.parse().unwrap()
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The defaults of the procedure's file.
pub(super) fn rules() -> ArsRules {
    use EntryField as Field;
    let all = [
        Field::Name,
        Field::TaxCode,
        Field::BirthDate,
        Field::BirthPlace,
        Field::Residence,
        Field::Address,
        Field::Telephone,
        Field::Course,
        Field::Class,
        Field::Section,
    ];
    ArsRules {
        entry_required_fields: all.into(),
        return_required_fields: [Field::Class, Field::Section].into(),
        school_year_start: "09-01".parse().unwrap(),
        march_15: "03-15".parse().unwrap(),
        march_15_side: Side::After,
        first_day_of_lessons: date("2025-09-10"),
        first_months: 2,
        age_reference: AgeReference::Event,
        ownership_conflict: OwnershipConflict::NewestTakes,
        transfer_reporter: TransferReporter::Either,
        return_agreement: ReturnAgreement::Flag,
        class_zero: ClassZero::PresenceCreatesDuty,
        report_ageing_alert_days: None,
    }
}

/// Born on 10 March 2009: a minor until 9 March 2027.
pub(super) fn student() -> StudentFacts {
    StudentFacts { birth_date: date("2009-03-10") }
}

/// A complete communication, received at nine in the morning of its day. Its number is its id.
pub(super) fn said(number: u128, kind: &str, by: &str, on: &str) -> Communication {
    let event_date = date(on);
    Communication {
        id: id(number),
        kind: kind.into(),
        school: school(by),
        course: if by == SFP { CourseRegime::ThreeYearIefp } else { CourseRegime::UpperSecondary },
        event_date,
        received_at: event_date.and_hms_opt(9, 0, 0).unwrap().and_utc(),
        receipts: BTreeSet::new(),
        class: Some("2".to_owned()),
        section: Some("B".to_owned()),
        address_given: true,
        phone_given: true,
        notes_given: true,
        receiving_school: None,
        cpi: None,
        agreement: true,
    }
}

pub(super) fn entered(number: u128, by: &str, on: &str) -> Communication {
    said(number, "enrolment-confirmation", by, on)
}

pub(super) fn abandoned(number: u128, by: &str, on: &str) -> Communication {
    said(number, "informal-abandonment", by, on)
}

pub(super) fn received(communication: Communication, on: &str) -> Communication {
    Communication { received_at: date(on).and_hms_opt(9, 0, 0).unwrap().and_utc(), ..communication }
}

/// Sent again word for word, to be received at nine in the morning of a day.
pub(super) fn sent_again(communication: Communication, on: &str) -> Communication {
    let mut again = communication;
    again.receipts.insert(date(on).and_hms_opt(9, 0, 0).unwrap().and_utc());
    again
}

pub(super) fn state_of(communications: &[Communication]) -> StudentState {
    fold(&student(), communications, &rules())
}

/// The codes of what was found about one communication.
pub(super) fn codes(state: &StudentState, number: u128) -> Vec<&'static str> {
    state.findings_of(id(number)).map(|finding| finding.kind.code()).collect()
}

#[test]
fn the_parameters_are_read_from_a_procedure_s_file() {
    let file = r#"
        entry_required_fields = [
            "name", "tax-code", "birth-date", "birth-place", "residence", "address", "telephone", "course", "class",
            "section",
        ]
        return_required_fields = ["class", "section"]
        school_year_start = "09-01"
        march_15 = "03-15"
        march_15_side = "after"
        first_day_of_lessons = "2025-09-10"
        first_months = 2
        age_reference = "event"
        ownership_conflict = "newest-takes"
        transfer_reporter = "either"
        return_agreement = "flag"
        class_zero = "presence-creates-duty"
    "#;
    assert_eq!(toml::from_str::<ArsRules>(file).unwrap(), rules());
    let error = toml::from_str::<ArsRules>(&file.replace("march_15_side = \"after\"", "")).unwrap_err();
    assert!(error.to_string().contains("march_15_side"), "{error}");
}
