// SPDX-License-Identifier: EUPL-1.2
//! What is there is read back as it was written, so that whoever brings it again can be told whether it says something else.

use std::collections::{HashMap, HashSet};

use campanella_domain::ars::{Communication, CourseRegime};
use campanella_domain::identity::{CpiCode, MunicipalityCode, SchoolCode};
use campanella_store::{
    Store,
    ardis::{
        application, attestation,
        draft::{self, Draft},
        self_certification,
    },
    ars::{
        communication,
        cpi::{self, Catchment},
        municipality,
        period::{self, Assignment, Period},
        school::{self, SchoolType},
        student,
        told_home::{self, ToldHome},
    },
};
use chrono::Duration;

use crate::world::{at, day, id};
use crate::{ardis, ars};

const FELTRE: &str = "025021";

contract! {
    async fn applications_isee_and_forms_are_read_back_as_they_were_transmitted(store: &Store) {
        let mut tx = store.begin().await?;
        let sent = [ardis::application(1), ardis::application(2)];
        application::insert(&mut tx, &sent).await?;
        let known = application::known(&mut tx, &[id(1), id(2), id(3)]).await?;
        assert_eq!((known.len(), &known[&id(1)], &known[&id(2)]), (2, &sent[0].application, &sent[1].application));
        assert_eq!(application::present(&mut tx, &[id(2), id(3)]).await?, [id(2)].into());

        let isee = [ardis::attestation(90, 1), ardis::attestation(91, 7)];
        attestation::insert(&mut tx, &isee).await?;
        let known = attestation::known(&mut tx, &[id(90), id(91), id(92)]).await?;
        assert_eq!((known.len(), &known[&id(90)], &known[&id(91)]), (2, &isee[0], &isee[1]));

        let form = ardis::self_certification(50, 1);
        self_certification::insert(&mut tx, std::slice::from_ref(&form)).await?;
        let known = self_certification::known(&mut tx, &[id(50), id(51)]).await?;
        assert_eq!(known, HashMap::from([(id(50), form)]));
    }

    async fn drafts_are_read_back_as_they_are(store: &Store) {
        let mut tx = store.begin().await?;
        let begun = Draft {
            id: id(1),
            instance_number: "2025-000001".parse()?,
            mailbox: "famiglia@posta.example".parse()?,
            started_at: at("2025-11-10T09:30:00Z"),
        };
        draft::upsert(&mut tx, std::slice::from_ref(&begun)).await?;
        assert_eq!(draft::known(&mut tx, &[id(1), id(2)]).await?, [(id(1), begun)].into());
    }

    async fn places_schools_and_students_are_read_back_as_they_are(store: &Store) {
        let mut tx = store.begin().await?;
        let feltre: MunicipalityCode = FELTRE.parse()?;
        let elsewhere: MunicipalityCode = "032006".parse()?;
        let place = ars::municipality(FELTRE, "Feltre", "Veneto");
        municipality::upsert(&mut tx, std::slice::from_ref(&place)).await?;
        assert_eq!(municipality::known(&mut tx, &[&feltre, &elsewhere]).await?, [(feltre.clone(), place)].into());

        let centre = ars::centre("cpi.feltre@lavoro.example");
        let nobody: CpiCode = "VE-MESTRE".parse()?;
        cpi::upsert(&mut tx, std::slice::from_ref(&centre)).await?;
        let known = cpi::known(&mut tx, &[&centre.code, &nobody]).await?;
        assert_eq!(known, [(centre.code.clone(), centre.clone())].into());
        let catchment =
            Catchment { municipality: feltre.clone(), cpi: centre.code.clone(), source: "office".to_owned() };
        cpi::upsert_catchments(&mut tx, std::slice::from_ref(&catchment)).await?;
        let known = cpi::known_catchments(&mut tx, &[&feltre, &elsewhere]).await?;
        assert_eq!(known, [(feltre, catchment)].into());

        let institute = ars::school(1, SchoolType::Ips, true);
        let unknown: SchoolCode = "BLPS00099X".parse()?;
        school::upsert(&mut tx, std::slice::from_ref(&institute)).await?;
        let known = school::known(&mut tx, &[&institute.code, &unknown]).await?;
        assert_eq!(known, [(institute.code.clone(), institute)].into());

        let child = ars::student(3);
        student::upsert(&mut tx, std::slice::from_ref(&child)).await?;
        assert_eq!(student::known(&mut tx, &[id(3), id(4)]).await?, [(id(3), child.student)].into());
    }

    async fn what_is_told_of_a_home_is_kept_once_and_a_line_without_a_domicile_takes_none_away(store: &Store) {
        let mut tx = store.begin().await?;
        let elsewhere: MunicipalityCode = "032006".parse()?;
        let with_domicile = ars::living(ars::student(3), |student| student.domicile = Some(elsewhere.clone()));
        student::upsert(&mut tx, std::slice::from_ref(&with_domicile)).await?;
        student::upsert(&mut tx, &[ars::student(3)]).await?;
        assert_eq!(student::known(&mut tx, &[id(3)]).await?, [(id(3), with_domicile.student)].into());
        let told = |own, received| ToldHome {
            id: id(own),
            student: id(3),
            event_date: day("2025-10-01"),
            received_at: at(received),
            residence: elsewhere.clone(),
            domicile: None,
            address: Some("via Roma 1".to_owned().into()),
            phone: None,
        };
        let both = [told(10, "2025-10-02T08:00:00Z"), told(11, "2025-10-03T08:00:00Z")];
        told_home::insert(&mut tx, &both).await?;
        told_home::insert(&mut tx, &[told(10, "2025-11-01T08:00:00Z")]).await?;
        let mut found = told_home::of_students(&mut tx, &[id(3), id(4)]).await?;
        let mut of_one = found.remove(&id(3)).unwrap_or_default();
        of_one.sort_by_key(|told| told.id);
        assert_eq!((of_one, found.len()), (both.to_vec(), 0));
    }

    async fn ars_036_whom_a_new_school_has_to_be_told_of_is_found(store: &Store) {
        let mut tx = store.begin().await?;
        student::upsert(&mut tx, &[ars::student(3), ars::student(4), ars::student(5)]).await?;
        let institute = ars::school(1, SchoolType::Ips, true);
        let said: Vec<_> = [(10, 3), (11, 4), (12, 5)]
            .map(|(own, student)| ars::entry(own, student, &institute, CourseRegime::ThreeYearIefp))
            .into();
        communication::insert(&mut tx, &said).await?;
        let returned = Period { closed_by: Some("cpi".to_owned()), ..ars::closed(ars::period(40, 4, 1)) };
        period::upsert(&mut tx, &[ars::period(30, 3, 1), returned]).await?;
        assert_eq!(communication::students_to_tell_of(&mut tx, &[&institute.code]).await?, [id(4)]);
        assert_eq!(communication::students_to_tell_of(&mut tx, &[]).await?, Vec::<uuid::Uuid>::new());
    }

    async fn ars_049_the_open_cases_without_a_cpi_are_found_by_the_home_of_the_student(store: &Store) {
        let mut tx = store.begin().await?;
        cpi::upsert(&mut tx, &[ars::centre("cpi.feltre@lavoro.example")]).await?;
        let elsewhere: MunicipalityCode = "032006".parse()?;
        let by_domicile = ars::living(ars::student(4), |student| student.domicile = Some(elsewhere.clone()));
        student::upsert(&mut tx, &[ars::student(3), by_domicile, ars::student(5)]).await?;
        period::upsert(&mut tx, &[ars::period(30, 3, 1), ars::period(40, 4, 1), ars::period(50, 5, 1)]).await?;
        period::upsert(&mut tx, &[ars::closed(ars::period(51, 5, 2))]).await?;
        let assignment = |own, cpi: Option<&str>| Assignment {
            id: id(own),
            cpi: cpi.and_then(|code| code.parse().ok()),
            competence: "residence".to_owned(),
        };
        let decided = [assignment(40, None), assignment(50, Some("BL-FELTRE"))];
        period::assign(&mut tx, &decided, at("2025-10-15T07:00:00Z")).await?;
        let feltre: MunicipalityCode = FELTRE.parse()?;
        assert_eq!(period::without_cpi_in(&mut tx, &[&feltre]).await?, [id(30), id(40)]);
        assert_eq!(period::without_cpi_in(&mut tx, &[&elsewhere]).await?, [id(40)]);
        assert_eq!(period::without_cpi_of(&mut tx, &[id(3), id(5)]).await?, [id(30)]);
    }

    async fn ars_010_of_a_report_sent_again_every_stated_receipt_is_kept_whichever_is_loaded_first(store: &Store) {
        let mut plain = ars::entry(10, 1, &ars::school(1, SchoolType::Sfp, true), CourseRegime::ThreeYearIefp);
        plain.communication.kind = "informal-abandonment".into();
        let after = |days: i64| {
            let mut sent = plain.clone();
            sent.communication.received_at += Duration::days(days);
            sent.communication.receipts = [sent.communication.received_at].into();
            sent
        };
        // Loaded without saying when it was received, between the second and the last time.
        let mut unstated = plain.clone();
        unstated.communication.received_at += Duration::days(5);
        let sent = [after(0), after(3), after(8), unstated];
        let receipts = [0, 3, 8].map(|days| after(days).communication.received_at).into();
        let expected = Communication { receipts, ..plain.communication.clone() };
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2]] {
            let mut tx = store.begin().await?;
            student::upsert(&mut tx, &[ars::student(1)]).await?;
            for place in order {
                communication::insert(&mut tx, &[sent[place].clone()]).await?;
            }
            assert_eq!(communication::insert(&mut tx, &sent).await?, HashSet::new(), "{order:?}");
            let found = communication::of_students(&mut tx, &[id(1)]).await?.remove(&id(1));
            assert_eq!(found, Some(vec![expected.clone()]), "{order:?}");
            assert_eq!(communication::known(&mut tx, &[id(10), id(11)]).await?, HashSet::from([id(10)]));
        }
    }

    async fn ars_036_an_entry_that_comes_again_every_month_leaves_nothing_behind(store: &Store) {
        let mut tx = store.begin().await?;
        student::upsert(&mut tx, &[ars::student(1)]).await?;
        let first = ars::entry(10, 1, &ars::school(1, SchoolType::Sfp, true), CourseRegime::ThreeYearIefp);
        let after = |months: i64| {
            let mut sent = first.clone();
            sent.communication.received_at += Duration::days(30 * months);
            sent.communication.receipts = [sent.communication.received_at].into();
            sent
        };
        assert_eq!(communication::insert(&mut tx, &[after(1)]).await?, HashSet::from([id(10)]));
        assert_eq!(communication::insert(&mut tx, &[after(2), after(3)]).await?, HashSet::new());
        // When it came first is still worth knowing, whenever we learn it.
        assert_eq!(communication::insert(&mut tx, &[after(4), after(0)]).await?, HashSet::from([id(10)]));
        let found = communication::of_students(&mut tx, &[id(1)]).await?.remove(&id(1));
        assert_eq!(found, Some(vec![first.communication]));
    }
}
