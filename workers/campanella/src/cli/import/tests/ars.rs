// SPDX-License-Identifier: EUPL-1.2
//! What files say of places, schools and students.

use anyhow::Result;
use campanella_domain::identity::TaxCode;
use campanella_store::ars::{
    communication, cpi,
    period::{self, Assignment, Period, PeriodState},
    student,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Office, counts};
use crate::cli::fixture::rome;

const PLACES: &str = "istat_code,name,province,region,cadastral_code\n025021,Feltre,BL,Veneto,D530\n027042,Venezia,VE,Veneto,L736\n";
const CENTRES: &str = "cpi_code,name,province,mailbox\nBL-FELTRE,CPI di Feltre,BL,feltre@cpi.example\n";

fn class_list(residence: &str, event: &str) -> String {
    format!(
        "student_tax_code;first_name;last_name;birth_date;residence;domicile;address;phone;school_code;course;event_date;\
        received_at;class;section\n{};Lucia;Bianchi;01/01/2011;{residence};;via Roma 1;0439 1;BLPS00001X;\
        upper-secondary;{event};{event} 09:00;1;A\n",
        child().expose()
    )
}

fn child() -> TaxCode {
    use campanella_domain::identity::Sex;
    let born = "2011-01-01".parse().expect("a date");
    TaxCode::compose("Bianchi", "Lucia", born, Sex::Female, &"D530".parse().expect("a place"))
}

fn about(kind: &str) -> String {
    format!(
        "student_tax_code,kind,school_code,course,event_date,received_at,class,section\n\
        {},{kind},BLPS00001X,upper-secondary,2025-11-03,2025-11-04T08:00:00Z,1,A\n",
        child().expose()
    )
}

impl Office {
    async fn student(&self) -> Result<Uuid> {
        Ok(self.desk.installation.identity_key().await?.student(&child()))
    }

    async fn residence(&self) -> Result<String> {
        let id = self.student().await?;
        let mut tx = self.desk.installation.store.read().await?;
        Ok(student::homes(&mut tx, &[id]).await?[&id].residence.to_string())
    }

    /// An open case of the child that found no CPI.
    async fn case_without_cpi(&self) -> Result<Uuid> {
        let student = self.student().await?;
        let case = Period {
            id: Uuid::from_u128(30),
            student,
            ordinal: 1,
            case_number: "ARS-0000-0001".to_owned(),
            opened_by: Uuid::nil(),
            opened_on: "2025-11-03".parse()?,
            kind: "informal-abandonment".to_owned(),
            school: "BLPS00001X".parse()?,
            state: PeriodState::Reported,
            cpi: None,
            openings: 1,
            ending: None,
            closed_by: None,
            closed_on: None,
            agreed: None,
            taken_at: None,
            recorded_at: rome("2025-11-04T09:00:00"),
        };
        let unassigned =
            Assignment { id: case.id, cpi: None, competence: "no-catchment-of-residence".to_owned() };
        let mut tx = self.desk.installation.store.begin().await?;
        period::upsert(&mut tx, std::slice::from_ref(&case)).await?;
        period::assign(&mut tx, &[unassigned], rome("2025-11-04T09:00:00")).await?;
        tx.commit().await?;
        Ok(case.id)
    }
}

#[tokio::test]
async fn places_are_brought_up_to_date_and_two_lines_that_contradict_each_other_are_not_guessed_at()
-> Result<()> {
    let office = Office::new().await?;
    assert_eq!(counts(&office.import("municipalities", "m.csv", PLACES).await?), [2, 0, 0, 0]);
    assert_eq!(counts(&office.import("cpi", "c.csv", CENTRES).await?), [1, 0, 0, 0]);
    let moved = CENTRES.replace("feltre@cpi.example", "altra@cpi.example");
    let twice = format!("{moved}{}", CENTRES.lines().last().unwrap_or_default());
    let report = office.import("cpi", "c.csv", &twice).await?;
    assert_eq!((counts(&report), &report["first_refused"][0]["line"]), ([0, 1, 0, 1], &json!(3)));
    let again = format!("{moved}{}", moved.lines().last().unwrap_or_default());
    assert_eq!(counts(&office.import("cpi", "c.csv", &again).await?), [0, 0, 2, 0]);
    let code = "BL-FELTRE".parse()?;
    let mut tx = office.desk.installation.store.read().await?;
    assert_eq!(cpi::mailboxes(&mut tx, &[&code]).await?[&code].expose(), "altra@cpi.example");
    Ok(())
}

#[tokio::test]
async fn schools_are_brought_up_to_date_by_their_codes() -> Result<()> {
    let office = Office::new().await?;
    let schools = "school_code;name;municipality;kind;delivers_iefp;mailbox\n\
        blps00001x;Liceo \"Dal Piaz\";025021;upper-secondary;no;liceo@scuola.example\n";
    assert_eq!(counts(&office.import("schools", "s.csv", schools).await?), [1, 0, 0, 0]);
    assert_eq!(
        counts(&office.import("schools", "s.csv", &schools.replace(";no;", ";sì;")).await?),
        [0, 1, 0, 0]
    );
    assert_eq!(counts(&office.import("schools", "s.csv", schools).await?), [0, 1, 0, 0]);
    assert_eq!(office.messages().await?, []);
    Ok(())
}

#[tokio::test]
async fn ars_049_a_catchment_needs_its_municipality_and_its_cpi_and_has_open_cases_looked_at_again()
-> Result<()> {
    let office = Office::new().await?;
    let catchments = "municipality,cpi_code\n025021,BL-FELTRE\n";
    let report = office.import("catchments", "b.csv", catchments).await?;
    assert_eq!(
        (counts(&report), &report["first_refused"][0]["column"]),
        ([0, 0, 0, 1], &json!("municipality"))
    );
    office.import("municipalities", "m.csv", PLACES).await?;
    let report = office.import("catchments", "b.csv", catchments).await?;
    assert_eq!((counts(&report), &report["first_refused"][0]["column"]), ([0, 0, 0, 1], &json!("cpi_code")));
    office.import("cpi", "c.csv", CENTRES).await?;
    office.import("class-lists", "l.csv", &class_list("025021", "10/09/2025")).await?;
    let case = office.case_without_cpi().await?;
    office.messages().await?;
    assert_eq!(counts(&office.import("catchments", "b.csv", catchments).await?), [1, 0, 0, 0]);
    assert_eq!(office.messages().await?, [("ars.student.at-risk".to_owned(), json!({ "period": case }))]);
    assert_eq!(counts(&office.import("catchments", "b.csv", catchments).await?), [0, 0, 1, 0]);
    assert_eq!(office.messages().await?, []);
    Ok(())
}

#[tokio::test]
async fn ars_049_a_student_who_moved_is_looked_at_again_and_an_old_file_moves_nobody_back() -> Result<()> {
    let office = Office::new().await?;
    office.import("municipalities", "m.csv", PLACES).await?;
    let (old, new) = (class_list("025021", "10/09/2025"), class_list("027042", "15/10/2025"));
    assert_eq!(counts(&office.import("class-lists", "l.csv", &old).await?), [1, 0, 0, 0]);
    let case = office.case_without_cpi().await?;
    office.messages().await?;
    assert_eq!(counts(&office.import("class-lists", "n.csv", &new).await?), [1, 0, 0, 0]);
    let mut told: Vec<Value> = office.messages().await?.into_iter().map(|(_, data)| data).collect();
    told.sort_by_key(|data| data.get("period").is_some());
    assert_eq!(told, [json!({ "student": office.student().await? }), json!({ "period": case })]);
    assert_eq!(office.residence().await?, "027042");
    assert_eq!(counts(&office.import("class-lists", "l.csv", &old).await?), [0, 0, 1, 0]);
    assert_eq!((office.residence().await?.as_str(), office.messages().await?), ("027042", vec![]));
    Ok(())
}

#[tokio::test]
async fn ars_019_an_unknown_type_of_a_school_in_no_list_is_kept_and_the_office_is_told() -> Result<()> {
    let office = Office::new().await?;
    let report = office.import("communications", "c.csv", &about("sospensione")).await?;
    assert_eq!(
        (counts(&report), &report["first_refused"][0]["column"]),
        ([0, 0, 0, 1], &json!("student_tax_code"))
    );
    let report = office.import("class-lists", "l.csv", &class_list("025021", "10/09/2025")).await?;
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    let about_places = json!([{ "about": "unknown-school", "lines": 1, "first_lines": [2] },
            { "about": "unknown-municipality", "lines": 1, "first_lines": [2] }]);
    assert_eq!(report["notices"], about_places);
    assert_eq!(counts(&office.import("communications", "c.csv", &about("sospensione")).await?), [1, 0, 0, 0]);
    let id = office.student().await?;
    let mut tx = office.desk.installation.store.read().await?;
    let kinds: Vec<String> = communication::of_students(&mut tx, &[id]).await?[&id]
        .iter()
        .map(|one| one.kind.to_string())
        .collect();
    assert!(kinds.contains(&"sospensione".to_owned()), "{kinds:?}");
    Ok(())
}

#[tokio::test]
async fn a_student_s_name_and_birth_date_stay_as_registered_and_the_office_is_told() -> Result<()> {
    let office = Office::new().await?;
    let list = class_list("025021", "10/09/2025");
    office.import("class-lists", "l.csv", &list).await?;
    let report = office.import("class-lists", "l.csv", &list.replace("Lucia", "Luciana")).await?;
    assert_eq!(counts(&report), [0, 0, 1, 0]);
    assert_eq!(report["notices"][2], json!({ "about": "other-identity", "lines": 1, "first_lines": [2] }));
    let told = office.tell(&["import", "class-lists", &office.path("l.csv").to_string_lossy()]).await;
    assert!(told.out.contains("1 riga dà a uno studente già registrato un altro nome"), "{told:?}");
    assert!(told.out.contains("(riga 2)"), "{told:?}");
    assert!(!told.out.contains("Lucia"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn ars_010_a_report_sent_again_is_looked_at_again_and_the_same_file_twice_is_no_news() -> Result<()> {
    let office = Office::new().await?;
    office.import("class-lists", "l.csv", &class_list("025021", "10/09/2025")).await?;
    let first = about("informal-abandonment");
    assert_eq!(counts(&office.import("communications", "c.csv", &first).await?), [1, 0, 0, 0]);
    office.messages().await?;
    let again = first.replace("2025-11-04T08:00:00Z", "2025-11-20T08:00:00Z");
    assert_eq!(counts(&office.import("communications", "d.csv", &again).await?), [0, 1, 0, 0]);
    let student = office.student().await?;
    assert_eq!(
        office.messages().await?,
        [("ars.communication.recorded".to_owned(), json!({ "student": student }))]
    );
    // Without saying when it was received: that it is imported later is no receipt.
    let unstated = first.replace("2025-11-04T08:00:00Z", "");
    for known in [&first, &again, &unstated] {
        assert_eq!(counts(&office.import("communications", "e.csv", known).await?), [0, 0, 1, 0], "{known}");
    }
    assert_eq!(office.messages().await?, []);
    let mut tx = office.desk.installation.store.read().await?;
    let said = communication::of_students(&mut tx, &[student]).await?.remove(&student).unwrap_or_default();
    let report = said.iter().find(|said| said.kind.can_open_period()).expect("the report");
    assert_eq!(report.received_at, rome("2025-11-04T09:00:00"));
    assert_eq!(report.receipts, [rome("2025-11-04T09:00:00"), rome("2025-11-20T09:00:00")].into());
    Ok(())
}

#[tokio::test]
async fn ars_036_a_class_list_that_comes_again_every_month_is_no_news() -> Result<()> {
    let office = Office::new().await?;
    let received = |at: &str| class_list("025021", "10/09/2025").replace("10/09/2025 09:00", at);
    office.import("class-lists", "l.csv", &received("10/11/2025 09:00")).await?;
    office.messages().await?;
    let again = office.import("class-lists", "m.csv", &received("10/12/2025 09:00")).await?;
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    assert_eq!(office.messages().await?, []);
    // One that came before those we had: the entry was made earlier.
    let before = office.import("class-lists", "n.csv", &received("10/10/2025 09:00")).await?;
    assert_eq!(counts(&before), [0, 1, 0, 0]);
    assert_eq!(office.messages().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ars_036_communications_may_come_in_any_order_and_one_message_is_enough_for_a_student() -> Result<()>
{
    let office = Office::new().await?;
    office.import("class-lists", "l.csv", &class_list("025021", "10/09/2025")).await?;
    office.messages().await?;
    let back = about("return-by-school");
    let both = format!("{back}{}", about("informal-abandonment").lines().last().unwrap_or_default());
    assert_eq!(counts(&office.import("communications", "c.csv", &both).await?), [2, 0, 0, 0]);
    let told = office.messages().await?;
    assert_eq!(
        told,
        [("ars.communication.recorded".to_owned(), json!({ "student": office.student().await? }))]
    );
    assert_eq!(counts(&office.import("communications", "c.csv", &both).await?), [0, 0, 2, 0]);
    assert_eq!(office.messages().await?, []);
    Ok(())
}
