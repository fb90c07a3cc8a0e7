// SPDX-License-Identifier: EUPL-1.2
//! A small register for the tests of the commands on it.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_domain::{
    ars::{Communication, CommunicationKind, CourseRegime, DropOutKind, Student, StudentFacts, fold},
    civil::zone::instant_of,
    identity::{Redacted, Sex, TaxCode},
    ids,
};
use campanella_store::ars::{
    communication::{self, NewCommunication},
    cpi::{self, Catchment},
    finding,
    municipality::{self, Municipality},
    ownership,
    period::{self, Assignment, Period, PeriodState},
    school::{self, School, SchoolType},
    student::{self, NewStudent},
};
use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;

use crate::cli::fixture::Desk;

pub(in crate::cli) const SCHOOL: &str = "VEPS01000X";
pub(in crate::cli) const SFP: &str = "VESF000001";
pub(in crate::cli) const CPI: &str = "VE-MESTRE";

pub(in crate::cli) fn abandoned() -> CommunicationKind {
    CommunicationKind::DropOut(DropOutKind::InformalAbandonment)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The code of the n-th student.
pub(in crate::cli) fn tax_code(number: u32) -> TaxCode {
    let birth = NaiveDate::from_yo_opt(2010, number).expect("a day");
    TaxCode::compose("Quagliarotti", "Gedeone", birth, Sex::Male, &"L736".parse().expect("a municipality"))
}

/// The id of the n-th student.
pub(in crate::cli) fn student_id(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number) + 0x5000)
}

/// A complete communication about the n-th student, received on the evening of the day.
pub(in crate::cli) fn said(number: u32, kind: CommunicationKind, on: &str, from: &str) -> NewCommunication {
    let student = student_id(number);
    let communication = Communication {
        id: Uuid::nil(),
        kind,
        school: from.parse().expect("a school"),
        course: if from == SFP { CourseRegime::ThreeYearIefp } else { CourseRegime::UpperSecondary },
        event_date: day(on),
        received_at: instant_of(day(on).and_time(NaiveTime::from_hms_opt(18, 0, 0).expect("a time"))),
        receipts: BTreeSet::new(),
        class: Some("2".to_owned()),
        section: Some("B".to_owned()),
        address_given: true,
        phone_given: true,
        notes_given: false,
        receiving_school: None,
        cpi: None,
        agreement: false,
    };
    identified(NewCommunication { student, communication, notes: None })
}

/// With the id that follows from what it says.
pub(in crate::cli) fn identified(new: NewCommunication) -> NewCommunication {
    let notes = new.notes.as_ref().map(|notes| notes.expose().as_str());
    let id = ids::communication(new.student, &new.communication, notes);
    NewCommunication { communication: Communication { id, ..new.communication }, ..new }
}

/// Two schools, a centre, its municipality.
pub(in crate::cli) async fn settle(desk: &Desk) -> Result<()> {
    let mut tx = desk.installation.store.begin().await?;
    let venice = Municipality {
        code: "027042".parse()?,
        name: "Venezia".to_owned(),
        province: "VE".to_owned(),
        region: "Veneto".to_owned(),
        cadastral_code: "L736".parse()?,
    };
    municipality::upsert(&mut tx, &[venice]).await?;
    let mestre = cpi::Cpi {
        code: CPI.parse()?,
        name: "CPI di Mestre".to_owned(),
        province: "VE".to_owned(),
        mailbox: "mestre@cpi.example".parse()?,
    };
    cpi::upsert(&mut tx, &[mestre]).await?;
    let row = Catchment { municipality: "027042".parse()?, cpi: CPI.parse()?, source: "office".to_owned() };
    cpi::upsert_catchments(&mut tx, &[row]).await?;
    for (code, kind, delivers_iefp) in
        [(SCHOOL, SchoolType::UpperSecondary, false), (SFP, SchoolType::Sfp, true)]
    {
        let new = School {
            id: ids::school(&code.parse()?),
            code: code.parse()?,
            name: "Istituto inventato".to_owned(),
            municipality: "027042".parse()?,
            kind,
            delivers_iefp,
            mailbox: format!("{code}@scuola.example").parse()?,
        };
        school::upsert(&mut tx, &[new]).await?;
    }
    Ok(tx.commit().await?)
}

/// Records what was said about a student and folds it, as the register does.
pub(in crate::cli) async fn record(desk: &Desk, number: u32, all: &[NewCommunication]) -> Result<()> {
    let code = tax_code(number);
    let birth = NaiveDate::from_yo_opt(2010, number).expect("a day");
    let student = Student {
        tax_code: code,
        first_name: Redacted::new("Gedeone".to_owned()),
        last_name: Redacted::new("Quagliarotti".to_owned()),
        birth_date: Redacted::new(birth),
        residence: "027042".parse()?,
        domicile: None,
        address: None,
        phone: None,
    };
    let recorded_at = instant_of(day("2025-09-01").and_time(NaiveTime::MIN));
    let new = NewStudent { id: student_id(number), student, recorded_at };
    let mut tx = desk.installation.store.begin().await?;
    student::upsert(&mut tx, &[new]).await?;
    communication::insert(&mut tx, all).await?;
    let said: Vec<Communication> = all.iter().map(|new| new.communication.clone()).collect();
    let facts = StudentFacts { birth_date: birth };
    let state = fold(&facts, &said, &desk.installation.procedures.ars.rules);
    let findings: Vec<_> = state.findings.into_iter().map(|finding| (student_id(number), finding)).collect();
    let at = instant_of(day("2026-01-10").and_time(NaiveTime::MIN));
    finding::replace(&mut tx, &[student_id(number)], &findings, at).await?;
    let owner = state.owner.map(|owner| (student_id(number), owner));
    ownership::replace(&mut tx, &owner.into_iter().collect::<Vec<_>>()).await?;
    for open in &state.periods {
        let id = ids::period(student_id(number), open.ordinal);
        let row = Period {
            id,
            student: student_id(number),
            ordinal: open.ordinal,
            case_number: ids::case_number(id),
            opened_by: open.opened_by,
            opened_on: open.opened_on,
            kind: open.kind.code().to_owned(),
            school: open.school.clone(),
            state: if open.is_open() { PeriodState::Reported } else { PeriodState::Closed },
            cpi: None,
            openings: 1,
            ending: open.closed.as_ref().map(|closed| closed.ending),
            closed_by: open.closed.as_ref().map(|closed| closed.by.code().to_owned()),
            closed_on: open.closed.as_ref().map(|closed| closed.on),
            agreed: open.closed.as_ref().map(|closed| closed.agreed),
            taken_at: None,
            recorded_at: at,
        };
        period::upsert(&mut tx, &[row]).await?;
    }
    Ok(tx.commit().await?)
}

/// Names the centre of the student's first case and returns the case's number.
pub(in crate::cli) async fn assign(desk: &Desk, number: u32, cpi: Option<&str>) -> Result<String> {
    let id = ids::period(student_id(number), 1);
    let competence = if cpi.is_some() { "residence" } else { "no-catchment-of-residence" };
    let to = Assignment { id, cpi: cpi.map(str::parse).transpose()?, competence: competence.to_owned() };
    let mut tx = desk.installation.store.begin().await?;
    let at = instant_of(day("2026-01-12").and_time(NaiveTime::MIN));
    period::assign(&mut tx, &[to], at).await?;
    tx.commit().await?;
    Ok(ids::case_number(id))
}
