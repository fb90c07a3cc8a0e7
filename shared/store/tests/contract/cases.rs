// SPDX-License-Identifier: EUPL-1.2
//! Cases as their CPI works on them, and who is still to be told or asked.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ars::{Communication, CommunicationKind, CourseRegime, Ending},
    identity::EmailAddress,
    mail::MailTemplate,
};
use campanella_store::{
    Store, Tx,
    ars::{
        case::{self, Taking},
        communication::{self, NewCommunication},
        finding,
        period::{self, Assignment, Period, PeriodState},
        return_by_cpi,
        school::{self, SchoolType},
        student,
    },
    notification::{self, Precondition},
};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::{
    ars,
    notification::mail,
    world::{at, day, id},
};

const TEMPLATE: MailTemplate = MailTemplate::ArsNewCase;

fn that_day() -> DateTime<Utc> {
    at("2025-10-15T07:00:00Z")
}

fn assignment(own: u128, cpi: &str) -> Assignment {
    Assignment { id: id(own), cpi: cpi.parse().ok(), competence: "residence".to_owned() }
}

/// Periods 20, 30, … of the students 1, 2, …, assigned a minute after each other.
async fn assigned(tx: &mut Tx, centres: &[&str]) -> anyhow::Result<()> {
    for (number, cpi) in (1..).zip(centres) {
        let own = 10 + number * 10;
        student::upsert(tx, &[ars::student(number)]).await?;
        period::upsert(tx, &[ars::period(own, number, 1)]).await?;
        let minutes = Duration::minutes(i64::try_from(number)?);
        period::assign(tx, &[assignment(own, cpi)], that_day() + minutes).await?;
    }
    Ok(())
}

async fn about(tx: &mut Tx, number: u128, subject: Uuid) -> anyhow::Result<()> {
    let mut told = mail(number);
    (told.template, told.subject_id) = (TEMPLATE, Some(subject));
    notification::insert(tx, &[told]).await?;
    Ok(())
}

/// The first instant of the school year.
fn of_that_year() -> DateTime<Utc> {
    at("2025-08-31T22:00:00Z")
}

/// The report all periods here were opened by, received on 16 September 2025.
async fn reported(tx: &mut Tx) -> anyhow::Result<()> {
    let school = ars::school(1, SchoolType::UpperSecondary, false);
    communication::insert(tx, &[ars::entry(500, 1, &school, CourseRegime::UpperSecondary)]).await?;
    Ok(())
}

fn number_of(own: u128) -> String {
    ars::period(own, 1, 1).case_number
}

contract! {
    async fn a_case_is_taken_in_charge_once(store: &Store) {
        let mut tx = store.begin().await?;
        assigned(&mut tx, &["BL-FELTRE"]).await?;
        assert_eq!(case::take(&mut tx, "ARS-NESSUNO", "Rossi", that_day()).await?, Taking::Unknown);
        assert_eq!(case::take(&mut tx, &number_of(20), "Rossi", that_day()).await?, Taking::Taken);
        let later = that_day() + Duration::days(1);
        assert_eq!(case::take(&mut tx, &number_of(20), "Bianchi", later).await?, Taking::TakenBefore { at: that_day() });
        assert_eq!(period::lock(&mut tx, &[id(20)]).await?[0].taken_at, Some(that_day()));
        student::upsert(&mut tx, &[ars::student(2), ars::student(3)]).await?;
        let over = Period { state: PeriodState::Closed, ..ars::period(40, 3, 1) };
        period::upsert(&mut tx, &[ars::period(30, 2, 1), over]).await?;
        assert_eq!(case::take(&mut tx, &number_of(30), "Rossi", that_day()).await?, Taking::Unassigned);
        assert_eq!(case::take(&mut tx, &number_of(40), "Rossi", that_day()).await?, Taking::Closed);
    }

    async fn a_case_that_reopens_is_to_be_taken_again_and_one_that_is_written_again_is_not(store: &Store) {
        let mut tx = store.begin().await?;
        assigned(&mut tx, &["BL-FELTRE"]).await?;
        case::take(&mut tx, &number_of(20), "Rossi", that_day()).await?;
        period::upsert(&mut tx, &[ars::period(20, 1, 1)]).await?;
        assert_eq!(period::lock(&mut tx, &[id(20)]).await?[0].taken_at, Some(that_day()));
        period::upsert(&mut tx, &[Period { openings: 2, ..ars::period(20, 1, 1) }]).await?;
        assert_eq!(period::lock(&mut tx, &[id(20)]).await?[0].taken_at, None);
    }

    async fn what_nobody_took_in_charge_is_told_by_cpi_and_age(store: &Store) {
        let mut tx = store.begin().await?;
        assigned(&mut tx, &["VE-MESTRE", "BL-FELTRE", "VE-MESTRE", "VE-MESTRE"]).await?;
        case::take(&mut tx, &number_of(40), "Rossi", that_day()).await?;
        let before = that_day() + Duration::minutes(4);
        let untaken = case::untaken(&mut tx, before).await?;
        let told: Vec<(String, String)> =
            untaken.into_iter().map(|case| (case.cpi.to_string(), case.case_number)).collect();
        assert_eq!(told, [("BL-FELTRE".to_owned(), number_of(30)), ("VE-MESTRE".to_owned(), number_of(20))]);
        let all = case::untaken(&mut tx, before + Duration::microseconds(1)).await?;
        assert_eq!(all.last().map(|case| case.case_number.clone()), Some(number_of(50)));
    }

    async fn ars_048_open_cases_of_students_of_age_are_found_until_their_cpi_was_told(store: &Store) {
        let mut tx = store.begin().await?;
        assigned(&mut tx, &["BL-FELTRE", "BL-FELTRE", "BL-FELTRE"]).await?;
        reported(&mut tx).await?;
        // The n-th student was born on the n-th day of 2010.
        let second = day("2010-01-02");
        assert_eq!(case::of_age(&mut tx, second, TEMPLATE.name(), of_that_year(), None, 10).await?, [id(20), id(30)]);
        assert_eq!(case::of_age(&mut tx, second, TEMPLATE.name(), of_that_year(), None, 1).await?, [id(20)]);
        assert_eq!(case::of_age(&mut tx, second, TEMPLATE.name(), of_that_year(), Some(id(20)), 10).await?, [id(30)]);
        about(&mut tx, 1, id(20)).await?;
        assert_eq!(case::of_age(&mut tx, second, TEMPLATE.name(), of_that_year(), None, 10).await?, [id(30)]);
        period::upsert(&mut tx, &[Period { state: PeriodState::Closed, ..ars::period(30, 2, 1) }]).await?;
        assert_eq!(case::of_age(&mut tx, second, TEMPLATE.name(), of_that_year(), None, 10).await?, Vec::<Uuid>::new());
    }

    async fn ars_002_of_a_case_reported_before_the_year_its_cpi_is_told_only_if_it_was_told_before(store: &Store) {
        let mut tx = store.begin().await?;
        assigned(&mut tx, &["BL-FELTRE", "BL-FELTRE"]).await?;
        reported(&mut tx).await?;
        let both = [id(20), id(30)];
        assert_eq!(case::told(&mut tx, &both, of_that_year()).await?, HashSet::from(both));
        let (next_year, of_age) = (at("2026-08-31T22:00:00Z"), day("2010-01-02"));
        assert_eq!(case::told(&mut tx, &both, next_year).await?, HashSet::new());
        assert_eq!(case::of_age(&mut tx, of_age, "ars-student-of-age", next_year, None, 10).await?, Vec::<Uuid>::new());
        about(&mut tx, 1, id(30)).await?;
        assert_eq!(case::told(&mut tx, &both, next_year).await?, HashSet::from([id(30)]));
        assert_eq!(case::of_age(&mut tx, of_age, "ars-student-of-age", next_year, None, 10).await?, [id(30)]);
    }

    async fn ars_028_a_return_by_the_cpi_is_unconfirmed_until_the_school_enters_it(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let own = ars::entry(11, 1, &sfp, CourseRegime::ThreeYearIefp);
        let returned = |own: u128| NewCommunication {
            communication: Communication {
                kind: CommunicationKind::ReturnByCpi,
                receiving_school: Some(sfp.code.clone()),
                event_date: day("2025-10-01"),
                received_at: that_day(),
                ..ars::entry(own, 1, &sfp, CourseRegime::ThreeYearIefp).communication
            },
            ..ars::entry(own, 1, &sfp, CourseRegime::ThreeYearIefp)
        };
        // An entry of before the return says nothing about it.
        communication::insert(&mut tx, &[own, returned(10)]).await?;
        let found = return_by_cpi::unconfirmed(&mut tx, that_day()..that_day() + Duration::days(1), TEMPLATE.name(), None, 10).await?;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].communication, &found[0].school), (id(10), &sfp.code));
        assert_eq!(found[0].mailbox.expose(), EmailAddress::expose(&sfp.mailbox));
        for missed in [that_day() - Duration::days(1)..that_day(), that_day() + Duration::days(1)..that_day() + Duration::days(2)] {
            assert_eq!(return_by_cpi::unconfirmed(&mut tx, missed, TEMPLATE.name(), None, 10).await?, []);
        }
        let mut entered = ars::entry(12, 1, &sfp, CourseRegime::ThreeYearIefp);
        entered.communication.event_date = day("2025-10-01");
        communication::insert(&mut tx, &[entered]).await?;
        let range = || that_day()..that_day() + Duration::days(1);
        finding::replace(&mut tx, &[id(1)], &[ars::rejected(12, 1)], that_day()).await?;
        assert_eq!(return_by_cpi::unconfirmed(&mut tx, range(), TEMPLATE.name(), None, 10).await?.len(), 1);
        finding::replace(&mut tx, &[id(1)], &[], that_day()).await?;
        assert_eq!(return_by_cpi::unconfirmed(&mut tx, range(), TEMPLATE.name(), None, 10).await?, []);
    }

    async fn ars_028_a_student_who_has_left_again_is_not_to_be_entered(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let said = |own: u128, kind: &str, on: &str, received_at: DateTime<Utc>| {
            let mut said = ars::entry(own, 1, &sfp, CourseRegime::ThreeYearIefp);
            (said.communication.kind, said.communication.event_date) = (kind.into(), day(on));
            said.communication.received_at = received_at;
            said.communication.receiving_school = Some(sfp.code.clone());
            said
        };
        let (before, after) = (that_day() - Duration::days(5), that_day() + Duration::days(2));
        let dropped_out = said(9, "informal-abandonment", "2025-10-01", before);
        communication::insert(&mut tx, &[dropped_out, said(10, "return-by-cpi", "2025-10-01", that_day())]).await?;
        let mut reminder = mail(7);
        (reminder.precondition, reminder.subject_id) = (Precondition::ReturnNotEntered, Some(id(10)));
        notification::insert(&mut tx, &[reminder.clone()]).await?;
        let range = || that_day()..that_day() + Duration::days(1);
        let is_owed = async |tx: &mut Tx| {
            let found = return_by_cpi::unconfirmed(tx, range(), TEMPLATE.name(), None, 10).await?;
            let failed = notification::failed_preconditions(tx, &[reminder.id]).await?;
            assert_eq!(failed.is_empty(), found.len() == 1, "both say the same");
            anyhow::Ok(found.len() == 1)
        };
        assert!(is_owed(&mut tx).await?, "the drop-out it ended, though of the same day, comes before it");
        period::upsert(&mut tx, &[Period { opened_by: id(9), ..ars::period(40, 1, 1) }]).await?;
        assert!(!is_owed(&mut tx).await?, "sent again after the return, it opened a case (ARS-010)");
        let ended = |on: &str, ending: Ending| Period {
            closed_on: Some(day(on)),
            ending: Some(ending),
            ..ars::closed(Period { opened_by: id(9), ..ars::period(40, 1, 1) })
        };
        period::upsert(&mut tx, &[ended("2025-11-03", Ending::Return)]).await?;
        assert!(!is_owed(&mut tx).await?, "another return ended that case: the first is over all the same");
        period::upsert(&mut tx, &[ended("2025-11-03", Ending::Annulled)]).await?;
        assert!(is_owed(&mut tx).await?, "there had been no case");
        period::upsert(&mut tx, &[ended("2025-10-01", Ending::Return)]).await?;
        assert!(is_owed(&mut tx).await?, "that is the case the return ended");
        for (own, kind) in [(11, "withdrawal-before-15-march"), (12, "transfer-to-iefp"), (13, "home-education")] {
            communication::insert(&mut tx, &[said(own, kind, "2025-10-02", after)]).await?;
            assert!(!is_owed(&mut tx).await?, "{kind}");
            finding::replace(&mut tx, &[id(1)], &(11..=own).map(|own| ars::rejected(own, 1)).collect::<Vec<_>>(), after).await?;
            assert!(is_owed(&mut tx).await?, "a rejected {kind} is without effect");
        }
        communication::insert(&mut tx, &[said(14, "negative-outcome", "2025-10-01", after)]).await?;
        assert!(!is_owed(&mut tx).await?, "told later of the same day");
    }

    async fn ars_028_a_school_reminded_of_a_return_is_not_found_again(store: &Store) {
        let mut tx = store.begin().await?;
        let sfp = ars::school(1, SchoolType::Sfp, true);
        school::upsert(&mut tx, std::slice::from_ref(&sfp)).await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let mut said = ars::entry(10, 1, &sfp, CourseRegime::ThreeYearIefp);
        said.communication.kind = CommunicationKind::ReturnByCpi;
        said.communication.receiving_school = Some(sfp.code.clone());
        said.communication.received_at = that_day();
        communication::insert(&mut tx, &[said]).await?;
        let range = || that_day()..that_day() + Duration::days(1);
        assert_eq!(return_by_cpi::unconfirmed(&mut tx, range(), TEMPLATE.name(), None, 10).await?.len(), 1);
        about(&mut tx, 1, id(10)).await?;
        assert_eq!(return_by_cpi::unconfirmed(&mut tx, range(), TEMPLATE.name(), None, 10).await?, []);
    }

    async fn ars_032_a_school_chosen_in_class_zero_expects_whom_nobody_has_communicated_this_year(store: &Store) {
        let mut tx = store.begin().await?;
        let schools = [1, 2].map(|number| ars::school(number, SchoolType::UpperSecondary, false));
        school::upsert(&mut tx, &schools).await?;
        for number in 1..=4 {
            student::upsert(&mut tx, &[ars::student(number)]).await?;
        }
        let choice = |own: u128, number: u128, to: usize, on: &str| {
            let mut said = ars::entry(own, number, &schools[0], CourseRegime::LowerSecondary);
            said.communication.kind = CommunicationKind::ClassZeroChoice;
            said.communication.receiving_school = Some(schools[to].code.clone());
            said.communication.event_date = day(on);
            said
        };
        let entered = ars::entry(20, 3, &schools[0], CourseRegime::UpperSecondary);
        let said = [
            choice(10, 1, 1, "2025-01-20"),
            // Chose again.
            choice(11, 2, 0, "2025-01-20"),
            choice(12, 2, 1, "2025-02-20"),
            // Was entered by somebody.
            choice(13, 3, 1, "2025-01-20"),
            entered,
            // Of an earlier year.
            choice(14, 4, 1, "2024-01-20"),
        ];
        communication::insert(&mut tx, &said).await?;
        let codes = schools.each_ref().map(|school| &school.code);
        let expecting = school::expecting(&mut tx, &codes, day("2024-09-01"), day("2025-09-01")).await?;
        assert_eq!(expecting, HashMap::from([(schools[1].code.clone(), 2)]));
    }

    async fn schools_are_read_by_pages_and_mailboxes_by_code(store: &Store) {
        let mut tx = store.begin().await?;
        let schools = [1, 2, 3].map(|number| ars::school(number, SchoolType::UpperSecondary, number == 2));
        school::upsert(&mut tx, &schools).await?;
        let first = school::page(&mut tx, None, 2).await?;
        assert_eq!(first.iter().map(|school| school.delivers_iefp).collect::<Vec<_>>(), [false, true]);
        let rest = school::page(&mut tx, first.last().map(|school| school.id), 2).await?;
        assert_eq!(rest.iter().map(|school| &school.code).collect::<Vec<_>>(), [&schools[2].code]);
        let unknown = "BLPS00009X".parse()?;
        let mailboxes = school::mailboxes(&mut tx, &[&schools[0].code, &unknown]).await?;
        assert_eq!(mailboxes, HashMap::from([(schools[0].code.clone(), schools[0].mailbox.clone())]));
    }
}
