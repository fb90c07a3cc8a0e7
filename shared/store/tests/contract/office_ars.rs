// SPDX-License-Identifier: EUPL-1.2
//! What an office reads of the register: schools, centres, cases, findings.

use campanella_domain::{
    ars::{Action, Communication, CommunicationKind, CourseRegime, DropOutKind, Finding, FindingKind, Owner},
    identity::{CpiCode, Redacted},
};
use campanella_store::{
    Store, Tx,
    ars::{
        class_list::{self, ClassList},
        communication::{self, NewCommunication},
        cpi::{self, Catchment},
        finding,
        municipality::{self, Municipality},
        ownership,
        period::{self, Assignment, Period, PeriodState},
        school::{School, SchoolType},
        student, synoptic_table,
        work_list::{self, Filter},
    },
};

use crate::{
    ars::{centre, entry, living, municipality as municipality_of, period, rejected, school, student},
    world::{at, day, id, tax_code},
};

const NOW: &str = "2025-10-15T07:00:00Z";

fn feltre() -> CpiCode {
    "BL-FELTRE".parse().unwrap()
}

async fn students(tx: &mut Tx, numbers: impl Iterator<Item = u128>) -> anyhow::Result<()> {
    let new: Vec<_> = numbers.map(student).collect();
    student::upsert(tx, &new).await?;
    Ok(())
}

/// A communication of another kind than an entry.
fn said(own: u128, number: u128, by: &School, kind: CommunicationKind) -> NewCommunication {
    let entry = entry(own, number, by, CourseRegime::UpperSecondary);
    NewCommunication { communication: Communication { kind, ..entry.communication }, ..entry }
}

fn noted(own: u128, number: u128, by: &School) -> NewCommunication {
    let report = said(own, number, by, CommunicationKind::DropOut(DropOutKind::NotPresentAtStart));
    let communication = Communication { notes_given: true, ..report.communication };
    NewCommunication { communication, notes: Some(Redacted::new("forse a Feltre".to_owned())), ..report }
}

async fn assign(tx: &mut Tx, own: u128) -> anyhow::Result<()> {
    let to = Assignment { id: id(own), cpi: Some(feltre()), competence: "residence".to_owned() };
    Ok(period::assign(tx, &[to], at(NOW)).await?)
}

contract! {
    async fn ars_003_the_family_can_be_reached_at_the_address_and_telephone_of_the_entry(store: &Store) {
        let mut tx = store.begin().await?;
        let phone = || Some(Redacted::new("0439 000000".to_owned()));
        let entered = living(student(1), |student| student.phone = phone());
        // A later entry that gives neither takes nothing away.
        let silent = living(student(1), |student| (student.address, student.phone) = (None, None));
        student::upsert(&mut tx, &[entered]).await?;
        student::upsert(&mut tx, &[silent]).await?;
        let kept = student::known(&mut tx, &[id(1)]).await?.remove(&id(1)).unwrap();
        assert_eq!((kept.address, kept.phone), (student(1).student.address, phone()));
    }

    async fn a_school_owns_the_students_it_entered(store: &Store) {
        let mut tx = store.begin().await?;
        let (known, other) = (school(1, SchoolType::Ips, true), school(2, SchoolType::Sfp, true));
        students(&mut tx, 1..=2).await?;
        let owner = |code: &School| Owner { school: code.code.clone(), since: day("2025-09-15") };
        ownership::replace(&mut tx, &[(id(1), owner(&known)), (id(2), owner(&other))]).await?;
        assert_eq!(ownership::count_of(&mut tx, &known.code).await?, 1);
    }

    async fn ars_009_ars_034_a_class_list_counts_each_student_of_an_iefp_course_once(store: &Store) {
        let mut tx = store.begin().await?;
        let ips = school(1, SchoolType::Ips, true);
        students(&mut tx, 1..=4).await?;
        communication::insert(&mut tx, &[
            entry(10, 1, &ips, CourseRegime::ThreeYearIefp),
            entry(11, 1, &ips, CourseRegime::ThreeYearIefp),
            entry(12, 2, &ips, CourseRegime::ThreeYearIefp),
            entry(13, 2, &ips, CourseRegime::ThreeYearIefp),
            entry(14, 3, &ips, CourseRegime::ThreeYearIefp),
            entry(15, 4, &ips, CourseRegime::UpperSecondary),
        ]).await?;
        // The second student's first entry was completed, the third's was not.
        finding::replace(&mut tx, &[id(2), id(3)], &[rejected(12, 2), rejected(14, 3)], at(NOW)).await?;
        let list = class_list::of_school(&mut tx, &ips.code, day("2025-09-01")).await?;
        assert_eq!(list, ClassList { entered: 2, rejected: 1, newest: Some(at("2025-09-16T08:00:00.5Z")) });
        let next_year = class_list::of_school(&mut tx, &ips.code, day("2026-09-01")).await?;
        assert_eq!(next_year, ClassList { entered: 0, rejected: 0, newest: None });
    }

    async fn ars_029_a_school_finds_the_returns_a_cpi_entered_for_it(store: &Store) {
        let mut tx = store.begin().await?;
        let (from, to) = (school(1, SchoolType::UpperSecondary, false), school(2, SchoolType::Sfp, true));
        students(&mut tx, 1..=3).await?;
        let back = |own, number| {
            let mut back = said(own, number, &from, CommunicationKind::ReturnByCpi);
            back.communication.receiving_school = Some(to.code.clone());
            back.communication.cpi = Some(feltre());
            back
        };
        communication::insert(&mut tx, &[
            back(10, 1), back(11, 2), back(12, 3),
            said(13, 2, &to, CommunicationKind::ReturnBySchool),
        ]).await?;
        finding::replace(&mut tx, &[id(3)], &[rejected(12, 3)], at(NOW)).await?;
        let rows = synoptic_table::to_school(&mut tx, &to.code, None, 10).await?;
        assert_eq!(rows.iter().map(|row| (row.communication, row.entered_by_school)).collect::<Vec<_>>(), [
            (id(10), false), (id(11), true),
        ]);
        assert_eq!((&rows[0].tax_code, &rows[0].cpi), (&tax_code(1), &Some(feltre())));
        let rest = synoptic_table::to_school(&mut tx, &to.code, Some(id(10)), 10).await?;
        assert_eq!(rest.iter().map(|row| row.communication).collect::<Vec<_>>(), [id(11)]);
        assert_eq!(synoptic_table::to_school(&mut tx, &from.code, None, 10).await?, []);
    }

    async fn ars_049_a_centre_has_the_municipalities_it_is_competent_for(store: &Store) {
        let mut tx = store.begin().await?;
        let place = |code: &str, name: &str| municipality_of(code, name, "Veneto");
        let (upper, lower) = (place("025021", "Feltre"), place("025003", "Arsiè"));
        municipality::upsert(&mut tx, &[upper.clone(), lower.clone(), place("025006", "Belluno")]).await?;
        cpi::upsert(&mut tx, &[centre("feltre@cpi.example")]).await?;
        let row = |place: &Municipality| Catchment {
            municipality: place.code.clone(), cpi: feltre(), source: "office".to_owned(),
        };
        cpi::upsert_catchments(&mut tx, &[row(&upper), row(&lower)]).await?;
        assert_eq!(municipality::of_catchment(&mut tx, &feltre()).await?, [
            (lower, "office".to_owned()), (upper, "office".to_owned()),
        ]);
    }

    async fn cases_are_found_by_number_state_and_cpi(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=3).await?;
        let closed = Period { state: PeriodState::Closed, ..period(30, 3, 1) };
        period::upsert(&mut tx, &[period(10, 1, 1), period(20, 2, 1), closed]).await?;
        assign(&mut tx, 10).await?;
        let numbers = |cases: &[work_list::Case]| -> Vec<String> {
            cases.iter().map(|case| case.period.case_number.clone()).collect()
        };
        let open = [PeriodState::Reported, PeriodState::Assigned, PeriodState::Unassigned];
        let all = Filter { states: &open, cpi: None };
        assert_eq!(numbers(&work_list::page(&mut tx, all, None, 10).await?), ["ARS-00000010", "ARS-00000020"]);
        assert_eq!(numbers(&work_list::page(&mut tx, all, Some(id(10)), 10).await?), ["ARS-00000020"]);
        let theirs = Filter { cpi: Some(&feltre()), ..all };
        assert_eq!(numbers(&work_list::page(&mut tx, theirs, None, 10).await?), ["ARS-00000010"]);
        let found = work_list::find(&mut tx, "ARS-00000010").await?.unwrap();
        assert_eq!((&found.tax_code, found.competence.as_deref()), (&tax_code(1), Some("residence")));
        assert_eq!((found.assigned_at, *found.birth_date.expose()), (Some(at(NOW)), day("2010-01-01")));
        assert_eq!(work_list::find(&mut tx, "ARS-00000099").await?, None);
        let since = work_list::open_since(&mut tx, &feltre()).await?;
        assert_eq!(since, [(PeriodState::Assigned, day("2025-10-10"), 1)]);
    }

    async fn ars_033_the_notes_of_a_no_show_reach_the_cpi_of_the_open_case(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=2).await?;
        let by = school(1, SchoolType::UpperSecondary, false);
        let abandoned = CommunicationKind::DropOut(DropOutKind::InformalAbandonment);
        let mut other = said(12, 1, &by, abandoned);
        other.notes = Some(Redacted::new("altro".to_owned()));
        communication::insert(&mut tx, &[noted(10, 1, &by), noted(11, 2, &by), other]).await?;
        let opened = |own, number| Period { opened_on: day("2025-09-15"), ..period(own, number, 1) };
        period::upsert(&mut tx, &[opened(20, 1), opened(30, 2)]).await?;
        assert_eq!(work_list::notes(&mut tx, &feltre(), None, 10).await?, []);
        assign(&mut tx, 20).await?;
        let notes = work_list::notes(&mut tx, &feltre(), None, 10).await?;
        let [note] = notes.as_slice() else { anyhow::bail!("{notes:?}") };
        assert_eq!((note.case_number.as_str(), note.text.expose().as_str()), ("ARS-00000020", "forse a Feltre"));
        assert_eq!(work_list::notes(&mut tx, &feltre(), Some(id(10)), 10).await?, []);
        period::upsert(&mut tx, &[Period { state: PeriodState::Closed, ..opened(20, 1) }]).await?;
        assert_eq!(work_list::notes(&mut tx, &feltre(), None, 10).await?, []);
    }

    async fn findings_are_read_beside_their_communication_by_school_action_and_code(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=2).await?;
        let (one, two) = (school(1, SchoolType::Sfp, true), school(2, SchoolType::Sfp, true));
        communication::insert(&mut tx, &[
            entry(10, 1, &one, CourseRegime::ThreeYearIefp),
            said(11, 2, &two, CommunicationKind::Other("sospensione".to_owned())),
        ]).await?;
        let found = |number, communication, kind| (id(number), Finding { communication: id(communication), kind });
        finding::replace(&mut tx, &[id(1), id(2)], &[
            rejected(10, 1),
            found(1, 10, FindingKind::OfAge),
            found(2, 11, FindingKind::UnknownKind),
        ], at(NOW)).await?;
        let acting = finding::Filter { actions: &[Action::Rejected, Action::Flagged], ..Default::default() };
        let codes = |rows: &[finding::FindingRow]| -> Vec<String> {
            rows.iter().map(|row| row.code.clone()).collect()
        };
        let all = finding::page(&mut tx, acting, None, 10).await?;
        assert_eq!(codes(&all), ["incomplete-entry", "unknown-kind"]);
        assert_eq!((all[0].action, all[0].rules.join(",")), (Action::Rejected, "ARS-012,ARS-013".to_owned()));
        assert_eq!((&all[1].tax_code, all[1].kind.code(), &all[1].school), (&tax_code(2), "sospensione", &two.code));
        let rest = finding::page(&mut tx, acting, Some((id(10), "incomplete-entry")), 10).await?;
        assert_eq!(codes(&rest), ["unknown-kind"]);
        let theirs = finding::Filter { school: Some(&one.code), ..acting };
        assert_eq!(codes(&finding::page(&mut tx, theirs, None, 10).await?), ["incomplete-entry"]);
        let unknown = finding::Filter { code: Some("unknown-kind"), ..acting };
        assert_eq!(codes(&finding::page(&mut tx, unknown, None, 10).await?), ["unknown-kind"]);
        assert_eq!(codes(&finding::of_student(&mut tx, id(1)).await?), ["incomplete-entry", "of-age"]);
    }
}
