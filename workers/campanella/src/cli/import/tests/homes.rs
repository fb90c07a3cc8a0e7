// SPDX-License-Identifier: EUPL-1.2
//! Who students are and where they live, whatever the order of files and of the lines in one.

use anyhow::Result;
use campanella_domain::{
    ars::{CommunicationKind, CourseRegime, DropOutKind, Ending, Student},
    identity::{Sex, TaxCode},
};
use campanella_formats::{Attendance, ClassListRow, CommunicationRow};
use campanella_store::ars::{
    communication,
    period::{self, Period, PeriodState},
    student,
};
use chrono::{Days, NaiveDate};
use serde_json::json;
use uuid::Uuid;

use super::{Office, counts, file_of};
use crate::cli::fixture::rome;

const BORN: &str = "2011-01-01";

fn child_born(born: NaiveDate) -> Student {
    Student {
        tax_code: TaxCode::compose("Neri", "Anna", born, Sex::Female, &"D530".parse().expect("a place")),
        first_name: "Anna".to_owned().into(),
        last_name: "Neri".to_owned().into(),
        birth_date: born.into(),
        residence: "025021".parse().expect("a municipality"),
        domicile: None,
        address: None,
        phone: None,
    }
}

fn child() -> Student {
    child_born(BORN.parse().expect("a date"))
}

/// A line of a class list about an event of a day, received when it is imported.
fn listed(student: Student, event_date: &str) -> ClassListRow {
    ClassListRow {
        student,
        attendance: Attendance {
            school: "BLPS00001X".parse().expect("a school"),
            course: CourseRegime::UpperSecondary,
            event_date: event_date.parse().expect("a date"),
            received_at: None,
            class: Some("1".to_owned()),
            section: Some("A".to_owned()),
        },
    }
}

fn living(residence: &str, domicile: Option<&str>, phone: Option<&str>) -> Student {
    Student {
        residence: residence.parse().expect("a municipality"),
        domicile: domicile.map(|code| code.parse().expect("a municipality")),
        phone: phone.map(|phone| phone.to_owned().into()),
        ..child()
    }
}

/// A report that says nothing of its student but the tax code.
fn report(student: &Student) -> CommunicationRow {
    let row = listed(student.clone(), "2025-11-03");
    CommunicationRow {
        student: None,
        kind: CommunicationKind::DropOut(DropOutKind::InformalAbandonment),
        ..row.into()
    }
}

impl Office {
    async fn list(&self, rows: &[ClassListRow]) -> Result<[u64; 4]> {
        Ok(counts(&self.import("class-lists", "l.csv", &file_of(rows)?).await?))
    }

    async fn registered(&self) -> Result<Student> {
        let id = self.desk.installation.identity_key().await?.student(&child().tax_code);
        let mut tx = self.desk.installation.store.read().await?;
        student::known(&mut tx, &[id]).await?.remove(&id).ok_or_else(|| anyhow::anyhow!("nobody"))
    }
}

#[tokio::test]
async fn ars_049_a_line_without_a_domicile_takes_none_away() -> Result<()> {
    let office = Office::new().await?;
    office.list(&[listed(living("025021", Some("027042"), Some("0439 1")), "2025-09-10")]).await?;
    assert_eq!(office.list(&[listed(living("025021", None, None), "2025-10-01")]).await?, [1, 0, 0, 0]);
    assert_eq!(office.registered().await?, living("025021", Some("027042"), Some("0439 1")));
    Ok(())
}

#[tokio::test]
async fn ars_049_a_communication_that_says_nothing_of_the_home_is_no_news_of_it() -> Result<()> {
    let office = Office::new().await?;
    office.list(&[listed(child(), "2025-09-10")]).await?;
    office.import("communications", "c.csv", &file_of(&[report(&child())])?).await?;
    office.list(&[listed(living("027042", None, None), "2025-10-15")]).await?;
    assert_eq!(office.registered().await?.residence.to_string(), "027042");
    Ok(())
}

#[tokio::test]
async fn ars_049_a_list_that_was_corrected_and_is_imported_again_moves_nobody_back() -> Result<()> {
    let office = Office::new().await?;
    let (first, corrected) =
        (listed(child(), "2025-09-10"), listed(living("027042", None, None), "2025-09-10"));
    assert_eq!(office.list(std::slice::from_ref(&first)).await?, [1, 0, 0, 0]);
    assert_eq!(office.list(std::slice::from_ref(&corrected)).await?, [0, 1, 0, 0]);
    for again in [first, corrected] {
        assert_eq!(office.list(&[again]).await?, [0, 0, 1, 0]);
        assert_eq!(office.registered().await?.residence.to_string(), "027042");
    }
    Ok(())
}

#[tokio::test]
async fn ars_049_where_a_student_lives_does_not_hang_on_the_order_of_files() -> Result<()> {
    let lines = [
        listed(living("025021", Some("025006"), Some("0439 1")), "2025-09-10"),
        listed(living("027042", None, Some("0439 2")), "2025-10-15"),
        listed(living("032006", None, None), "2025-11-20"),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let office = Office::new().await?;
        for place in order {
            office.list(std::slice::from_ref(&lines[place])).await?;
        }
        assert_eq!(office.registered().await?, living("032006", Some("025006"), Some("0439 2")), "{order:?}");
    }
    Ok(())
}

#[tokio::test]
async fn ars_019_a_line_without_details_is_taken_wherever_in_the_file_the_student_is_described() -> Result<()>
{
    let office = Office::new().await?;
    let first: NaiveDate = "2009-01-01".parse()?;
    let others = (1..=600).map(|day| child_born(first + Days::new(day)));
    let described = |student: Student| CommunicationRow::from(listed(student, "2025-09-10"));
    let mut rows = vec![report(&child())];
    rows.extend(others.map(described));
    rows.push(described(child()));
    assert_eq!(counts(&office.import("communications", "c.csv", &file_of(&rows)?).await?), [602, 0, 0, 0]);

    let office = Office::new().await?;
    rows.pop();
    let told = office.import("communications", "c.csv", &file_of(&rows)?).await?;
    assert_eq!(counts(&told), [600, 0, 0, 1]);
    assert_eq!(told["first_refused"][0]["line"], json!(2));
    assert_eq!(told["notices"][0]["lines"], json!(600), "what is refused needs no looking at");
    Ok(())
}

#[tokio::test]
async fn ars_048_a_birth_date_that_fits_the_tax_code_replaces_one_that_does_not() -> Result<()> {
    let office = Office::new().await?;
    let slip = Student { birth_date: "2001-01-01".parse::<NaiveDate>()?.into(), ..child() };
    office.list(&[listed(slip.clone(), "2025-09-10")]).await?;
    office.messages().await?;
    assert_eq!(office.list(&[listed(child(), "2025-09-10")]).await?, [0, 1, 0, 0]);
    assert_eq!(office.registered().await?.birth_date, child().birth_date);
    assert_eq!(office.messages().await?.len(), 1, "whether a case is one of a minor hangs on it");
    let told = office.import("class-lists", "l.csv", &file_of(&[listed(slip, "2025-12-01")])?).await?;
    assert_eq!(told["notices"][2], json!({ "about": "other-identity", "lines": 1, "first_lines": [2] }));
    assert_eq!(office.registered().await?.birth_date, child().birth_date);
    Ok(())
}

#[tokio::test]
async fn ars_036_a_school_that_is_listed_late_is_told_what_it_was_owed() -> Result<()> {
    let office = Office::new().await?;
    office.list(&[listed(child(), "2025-09-10")]).await?;
    office.messages().await?;
    let id = office.desk.installation.identity_key().await?.student(&child().tax_code);
    let returned = Period {
        id: Uuid::from_u128(30),
        student: id,
        ordinal: 1,
        case_number: "ARS-0000-0001".to_owned(),
        opened_by: Uuid::nil(),
        opened_on: "2025-11-03".parse()?,
        kind: "informal-abandonment".to_owned(),
        school: "BLPS00001X".parse()?,
        state: PeriodState::Closed,
        cpi: None,
        openings: 1,
        ending: Some(Ending::Return),
        closed_by: Some("cpi".to_owned()),
        closed_on: Some("2025-11-20".parse()?),
        agreed: None,
        taken_at: None,
        recorded_at: rome("2025-11-21T09:00:00"),
    };
    let mut tx = office.desk.installation.store.begin().await?;
    period::upsert(&mut tx, &[returned]).await?;
    tx.commit().await?;
    let schools = "school_code;name;municipality;kind;delivers_iefp;mailbox\n\
        BLPS00001X;Liceo Dal Piaz;025021;upper-secondary;no;liceo@scuola.example\n";
    office.import("schools", "s.csv", schools).await?;
    assert_eq!(office.messages().await?, [("ars.finding.recorded".to_owned(), json!({ "student": id }))]);
    office.import("schools", "s.csv", &schools.replace("Dal Piaz", "Renier")).await?;
    assert_eq!(office.messages().await?, []);
    let mut tx = office.desk.installation.store.read().await?;
    let code = "BLPS00001X".parse()?;
    assert_eq!(communication::students_to_tell_of(&mut tx, &[&code]).await?, [id]);
    Ok(())
}
