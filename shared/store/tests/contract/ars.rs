// SPDX-License-Identifier: EUPL-1.2
//! The register: places, schools, students, communications and what follows from them.

use std::collections::{BTreeSet, HashMap, HashSet};

use campanella_domain::{
    ars::{
        Communication, CommunicationKind, CourseRegime, Ending, EntryField, Finding, FindingKind, Owner,
        Student, StudentFacts,
    },
    identity::{MunicipalityCode, Redacted},
};
use campanella_store::{
    Store, StoreError, Tx,
    ars::{
        communication::{self, NewCommunication},
        cpi::{self, Catchment, Cpi},
        finding,
        municipality::{self, Municipality},
        ownership,
        period::{self, Assignment, Period, PeriodState},
        school::{self, School, SchoolType},
        student::{self, Home, NewStudent},
    },
};
use chrono::{Duration, NaiveDate};
use uuid::Uuid;

use crate::world::{at, day, id, tax_code};

const NOW: &str = "2025-10-15T07:00:00Z";
const FELTRE: &str = "025021";
const TRIESTE: &str = "032006";

fn code(text: &str) -> MunicipalityCode {
    text.parse().unwrap()
}

pub(crate) fn municipality(istat: &str, name: &str, region: &str) -> Municipality {
    Municipality {
        code: code(istat),
        name: name.to_owned(),
        province: "BL".to_owned(),
        region: region.to_owned(),
        cadastral_code: "D530".parse().unwrap(),
    }
}

pub(crate) fn centre(mailbox: &str) -> Cpi {
    Cpi {
        code: "BL-FELTRE".parse().unwrap(),
        name: "CPI di Feltre".to_owned(),
        province: "BL".to_owned(),
        mailbox: mailbox.parse().unwrap(),
    }
}

pub(crate) fn school(number: u128, kind: SchoolType, delivers_iefp: bool) -> School {
    School {
        id: id(number),
        code: format!("BLPS{number:05}X").parse().unwrap(),
        name: format!("Scuola {number}"),
        municipality: code(FELTRE),
        kind,
        delivers_iefp,
        mailbox: format!("scuola{number}@istruzione.example").parse().unwrap(),
    }
}

pub(crate) fn student(number: u128) -> NewStudent {
    let student = Student {
        tax_code: tax_code(number),
        first_name: Redacted::new("Lucia".to_owned()),
        last_name: Redacted::new("Bianchi".to_owned()),
        birth_date: NaiveDate::from_yo_opt(2010, u32::try_from(number).unwrap()).unwrap().into(),
        residence: code(FELTRE),
        domicile: None,
        address: Some(Redacted::new("via Roma 1".to_owned())),
        phone: None,
    };
    NewStudent { id: id(number), student, recorded_at: at(NOW) }
}

/// A student with another home.
pub(crate) fn living(student: NewStudent, change: impl FnOnce(&mut Student)) -> NewStudent {
    let mut moved = student;
    change(&mut moved.student);
    moved
}

pub(crate) fn entry(own: u128, number: u128, by: &School, course: CourseRegime) -> NewCommunication {
    NewCommunication {
        student: id(number),
        communication: Communication {
            id: id(own),
            kind: CommunicationKind::EnrolmentConfirmation,
            school: by.code.clone(),
            course,
            event_date: day("2025-09-15"),
            received_at: at("2025-09-16T08:00:00.5Z"),
            receipts: BTreeSet::new(),
            class: Some("1".to_owned()),
            section: Some("A".to_owned()),
            address_given: true,
            phone_given: false,
            notes_given: false,
            receiving_school: None,
            cpi: None,
            agreement: false,
        },
        notes: None,
    }
}

pub(crate) fn period(own: u128, number: u128, ordinal: u32) -> Period {
    Period {
        id: id(own),
        student: id(number),
        ordinal,
        case_number: format!("ARS-{own:08}"),
        opened_by: id(500),
        opened_on: day("2025-10-10"),
        kind: "informal-abandonment".to_owned(),
        school: "BLPS00001X".parse().unwrap(),
        state: PeriodState::Reported,
        cpi: None,
        openings: 1,
        ending: None,
        closed_by: None,
        closed_on: None,
        agreed: None,
        taken_at: None,
        recorded_at: at(NOW),
    }
}

pub(crate) fn closed(open: Period) -> Period {
    Period {
        state: PeriodState::Closed,
        ending: Some(Ending::Return),
        closed_by: Some("school".to_owned()),
        closed_on: Some(day("2025-11-03")),
        agreed: Some(false),
        ..open
    }
}

fn assignment(own: u128, cpi: Option<&str>) -> Assignment {
    Assignment {
        id: id(own),
        cpi: cpi.map(|code| code.parse().unwrap()),
        competence: if cpi.is_some() { "residence" } else { "no-catchment-of-residence" }.to_owned(),
    }
}

/// The entry of a student found to lack its data.
pub(crate) fn rejected(own: u128, number: u128) -> (Uuid, Finding) {
    let kind = FindingKind::IncompleteEntry { missing: [EntryField::Telephone].into() };
    (id(number), Finding { communication: id(own), kind })
}

async fn students(tx: &mut Tx, numbers: impl Iterator<Item = u128>) -> anyhow::Result<()> {
    let new: Vec<NewStudent> = numbers.map(student).collect();
    student::upsert(tx, &new).await?;
    Ok(())
}

async fn period_of(tx: &mut Tx, number: u128) -> anyhow::Result<Period> {
    Ok(period::of_students(tx, &[id(number)]).await?.remove(&id(number)).unwrap().remove(0))
}

async fn found_at(tx: &mut Tx) -> anyhow::Result<Vec<(String, chrono::DateTime<chrono::Utc>)>> {
    const SQL: &str = "SELECT code, found_at FROM finding ORDER BY code";
    Ok(match tx {
        Tx::Sqlite(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await?,
    })
}

contract! {
    async fn ars_049_a_municipality_has_its_region_and_the_cpi_of_its_catchment(store: &Store) {
        let mut tx = store.begin().await?;
        let places = [
            municipality(FELTRE, "Feltre (vecchio nome)", "Veneto"),
            municipality(TRIESTE, "Trieste", "Friuli Venezia Giulia"),
            municipality(FELTRE, "Feltre", "Veneto"),
        ];
        municipality::upsert(&mut tx, &places).await?;
        municipality::upsert(&mut tx, &places).await?;
        cpi::upsert(&mut tx, &[centre("vecchia@cpi.example"), centre("feltre@cpi.example")]).await?;
        let row = Catchment {
            municipality: code(FELTRE), cpi: "BL-FELTRE".parse()?, source: "invented".to_owned(),
        };
        cpi::upsert_catchments(&mut tx, &[row.clone(), row]).await?;
        let (feltre, trieste) = (code(FELTRE), code(TRIESTE));
        let inside = municipality::in_region(&mut tx, "Veneto", &[&feltre, &trieste]).await?;
        assert_eq!(inside, HashSet::from([feltre.clone()]));
        let catchments = cpi::catchments_of(&mut tx, &[&feltre, &trieste]).await?;
        assert_eq!(catchments, HashMap::from([(feltre, "BL-FELTRE".parse()?)]));
        let mailboxes = cpi::mailboxes(&mut tx, &[&"BL-FELTRE".parse()?]).await?;
        assert_eq!(mailboxes[&"BL-FELTRE".parse()?].expose(), "feltre@cpi.example");
    }

    async fn a_catchment_of_a_municipality_nobody_knows_is_refused(store: &Store) {
        let mut tx = store.begin().await?;
        let row = Catchment {
            municipality: code(FELTRE), cpi: "BL-FELTRE".parse()?, source: "office".to_owned(),
        };
        assert!(matches!(cpi::upsert_catchments(&mut tx, &[row]).await, Err(StoreError::Refused(_))));
    }

    async fn ars_009_ars_034_a_class_list_is_missing_until_somebody_of_an_iefp_course_is_entered(store: &Store) {
        let mut tx = store.begin().await?;
        let (sfp, ips) = (school(1, SchoolType::Sfp, true), school(2, SchoolType::Ips, true));
        let liceo = school(3, SchoolType::UpperSecondary, false);
        school::upsert(&mut tx, &[sfp.clone(), ips.clone(), liceo, sfp.clone()]).await?;
        students(&mut tx, 1..=2).await?;
        let missing = school::without_class_list(&mut tx, day("2025-09-01"), None, 10).await?;
        assert_eq!(missing.iter().map(|to| (to.id, to.mailbox.expose())).collect::<Vec<_>>(), [
            (id(1), "scuola1@istruzione.example"), (id(2), "scuola2@istruzione.example"),
        ]);
        communication::insert(&mut tx, &[
            entry(10, 1, &sfp, CourseRegime::ThreeYearIefp),
            entry(11, 2, &ips, CourseRegime::UpperSecondary),
        ]).await?;
        let missing = school::without_class_list(&mut tx, day("2025-09-01"), None, 10).await?;
        assert_eq!(
            missing.iter().map(|to| (to.code.clone(), to.kind)).collect::<Vec<_>>(),
            [(ips.code, SchoolType::Ips)]
        );
        assert_eq!(school::without_class_list(&mut tx, day("2025-09-01"), Some(id(2)), 10).await?, []);
    }

    async fn ars_034_entries_of_last_year_and_rejected_ones_are_no_class_list(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        students(&mut tx, 1..=1).await?;
        communication::insert(&mut tx, &[entry(10, 1, &sfp, CourseRegime::ThreeYearIefp)]).await?;
        let this_year = day("2025-09-15");
        assert_eq!(school::without_class_list(&mut tx, this_year, None, 10).await?, []);
        let next_day = day("2025-09-16");
        assert_eq!(school::without_class_list(&mut tx, next_day, None, 10).await?.len(), 1);
        finding::replace(&mut tx, &[id(1)], &[rejected(10, 1)], at(NOW)).await?;
        assert_eq!(school::without_class_list(&mut tx, this_year, None, 10).await?.len(), 1);
    }

    async fn a_student_entered_again_keeps_what_the_new_entry_does_not_give(store: &Store) {
        let mut tx = store.begin().await?;
        let first = student(1);
        let moved = living(student(1), |student| {
            student.residence = code(TRIESTE);
            student.domicile = Some(code(FELTRE));
            student.address = None;
            student.phone = Some(Redacted::new("040 000000".to_owned()));
        });
        student::upsert(&mut tx, &[first, moved, student(2)]).await?;
        let homes = student::homes(&mut tx, &[id(1), id(2), id(3)]).await?;
        assert_eq!(homes, HashMap::from([
            (id(1), Home { residence: code(TRIESTE), domicile: Some(code(FELTRE)) }),
            (id(2), Home { residence: code(FELTRE), domicile: None }),
        ]));
        let bare = living(student(1), |student| (student.address, student.phone) = (None, None));
        student::upsert(&mut tx, &[bare]).await?;
        let facts = student::facts(&mut tx, &[id(1), id(3)]).await?;
        assert_eq!(facts, HashMap::from([(id(1), StudentFacts { birth_date: day("2010-01-01") })]));
        assert_eq!(student::unknown(&mut tx, &[id(2), id(3)]).await?, HashSet::from([id(3)]));
        student::lock(&mut tx, &[id(2), id(1)]).await?;
    }

    async fn a_communication_is_kept_once_and_read_back_as_it_came(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=2).await?;
        let from = school(1, SchoolType::Sfp, true);
        let plain = entry(10, 1, &from, CourseRegime::ThreeYearIefp);
        let mut full = entry(11, 1, &from, CourseRegime::LowerSecondary);
        full.communication.kind = CommunicationKind::Other("sospensione".to_owned());
        full.communication.receiving_school = Some("BLPS00002X".parse()?);
        full.communication.cpi = Some("BL-FELTRE".parse()?);
        full.communication.agreement = true;
        full.communication.notes_given = true;
        full.notes = Some(Redacted::new("forse presso la zia".to_owned()));
        let all = [plain.clone(), full.clone(), entry(12, 2, &from, CourseRegime::ThreeYearIefp)];
        assert_eq!(communication::insert(&mut tx, &all).await?.len(), 3);
        assert_eq!(communication::insert(&mut tx, &all).await?, HashSet::new());
        // Sent again later, in one load and in the next: nothing new.
        let mut again = plain.clone();
        again.communication.received_at += Duration::microseconds(1);
        assert_eq!(communication::insert(&mut tx, &[again, plain.clone()]).await?, HashSet::new());
        let mut found = communication::of_students(&mut tx, &[id(1), id(3)]).await?.remove(&id(1)).unwrap();
        found.sort_by_key(|communication| communication.id);
        assert_eq!(found, [plain.communication, full.communication]);
    }

    async fn ars_036_of_a_communication_sent_twice_the_first_receipt_counts_whichever_is_loaded_first(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        let first = entry(10, 1, &school(1, SchoolType::Sfp, true), CourseRegime::ThreeYearIefp);
        let mut second = first.clone();
        second.communication.received_at += Duration::days(8);
        assert_eq!(communication::insert(&mut tx, std::slice::from_ref(&second)).await?.len(), 1);
        let changed = communication::insert(&mut tx, &[second, first.clone()]).await?;
        assert_eq!(changed, HashSet::from([id(10)]));
        let found = communication::of_students(&mut tx, &[id(1)]).await?.remove(&id(1));
        assert_eq!(found, Some(vec![first.communication]));
    }

    async fn a_student_has_one_owner(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        let owner = |code: &str, since: &str| Owner { school: code.parse().unwrap(), since: day(since) };
        ownership::replace(&mut tx, &[(id(1), owner("BLPS00001X", "2025-09-15"))]).await?;
        let moved = owner("BLPS00002X", "2025-10-01");
        ownership::replace(&mut tx, &[(id(1), moved.clone()), (id(1), moved.clone())]).await?;
        assert_eq!(ownership::of_students(&mut tx, &[id(1), id(2)]).await?, HashMap::from([(id(1), moved)]));
    }

    async fn a_finding_stays_as_first_found_until_the_fold_no_longer_finds_it(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        let from = school(1, SchoolType::Sfp, true);
        communication::insert(&mut tx, &[entry(10, 1, &from, CourseRegime::ThreeYearIefp)]).await?;
        let found = |kind| (id(1), Finding { communication: id(10), kind });
        let parked = found(FindingKind::WaitsForEntry);
        finding::replace(&mut tx, &[id(1)], &[parked.clone(), parked.clone()], at(NOW)).await?;
        let later = at(NOW) + Duration::days(1);
        finding::replace(&mut tx, &[id(1)], &[parked, found(FindingKind::LateNoShow)], later).await?;
        let stored = found_at(&mut tx).await?;
        assert_eq!(stored, [("late-no-show".to_owned(), later), ("waits-for-entry".to_owned(), at(NOW))]);
        let mut counts = finding::counts(&mut tx).await?;
        counts.sort();
        assert_eq!(counts, [("flagged".to_owned(), 1), ("parked".to_owned(), 1)]);
        finding::replace(&mut tx, &[id(1)], &[], later).await?;
        assert_eq!(finding::counts(&mut tx).await?, []);
    }

    async fn a_period_goes_from_report_to_assignment_to_its_end(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=2).await?;
        period::upsert(&mut tx, &[period(20, 1, 1), period(30, 2, 1), period(20, 1, 1)]).await?;
        assert_eq!(period_of(&mut tx, 1).await?, period(20, 1, 1));
        period::assign(&mut tx, &[assignment(20, Some("BL-FELTRE")), assignment(30, None)], at(NOW)).await?;
        let both = period::lock(&mut tx, &[id(30), id(20)]).await?;
        assert_eq!(both.iter().map(|period| period.state).collect::<Vec<_>>(), [
            PeriodState::Assigned, PeriodState::Unassigned,
        ]);
        assert_eq!(both[0].cpi, Some("BL-FELTRE".parse()?));
        period::upsert(&mut tx, &[closed(period(20, 1, 1))]).await?;
        let ended = period_of(&mut tx, 1).await?;
        assert_eq!(ended, Period { cpi: Some("BL-FELTRE".parse()?), ..closed(period(20, 1, 1)) });
        assert_eq!(period::counts(&mut tx).await?, [(PeriodState::Unassigned, 1), (PeriodState::Closed, 1)]);
    }

    async fn a_period_keeps_how_often_it_was_opened_and_what_ended_it(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        for ending in [Ending::Return, Ending::Transfer, Ending::HomeEducation, Ending::Annulled] {
            let ended = Period { openings: 3, ending: Some(ending), closed_by: None, ..closed(period(20, 1, 1)) };
            period::upsert(&mut tx, std::slice::from_ref(&ended)).await?;
            assert_eq!(period_of(&mut tx, 1).await?, ended);
        }
        period::upsert(&mut tx, &[period(20, 1, 1)]).await?;
        assert_eq!(period_of(&mut tx, 1).await?, period(20, 1, 1));
    }

    async fn a_reading_made_before_an_assignment_does_not_undo_it(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        period::upsert(&mut tx, &[period(20, 1, 1)]).await?;
        let stale = period_of(&mut tx, 1).await?;
        period::assign(&mut tx, &[assignment(20, Some("BL-FELTRE"))], at(NOW)).await?;
        period::upsert(&mut tx, &[stale]).await?;
        assert_eq!(period_of(&mut tx, 1).await?.state, PeriodState::Assigned);
    }

    async fn an_assignment_that_comes_after_the_end_or_another_changes_nothing(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=2).await?;
        period::upsert(&mut tx, &[closed(period(20, 1, 1)), period(30, 2, 1)]).await?;
        period::assign(&mut tx, &[assignment(30, Some("BL-FELTRE"))], at(NOW)).await?;
        period::assign(&mut tx, &[assignment(20, Some("BL-BELLUNO")), assignment(30, Some("BL-BELLUNO"))], at(NOW))
            .await?;
        assert_eq!(period_of(&mut tx, 1).await?, closed(period(20, 1, 1)));
        assert_eq!(period_of(&mut tx, 2).await?.cpi, Some("BL-FELTRE".parse()?));
    }

    async fn ars_050_a_second_drop_out_is_a_second_period(store: &Store) {
        let mut tx = store.begin().await?;
        students(&mut tx, 1..=1).await?;
        period::upsert(&mut tx, &[closed(period(20, 1, 1)), period(21, 1, 2)]).await?;
        let mut found: Vec<(u32, Uuid)> = period::of_students(&mut tx, &[id(1)]).await?[&id(1)]
            .iter().map(|period| (period.ordinal, period.id)).collect();
        found.sort_unstable();
        assert_eq!(found, [(1, id(20)), (2, id(21))]);
    }
}
