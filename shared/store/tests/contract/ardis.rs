// SPDX-License-Identifier: EUPL-1.2
//! Applications, what is known of their ISEE, decisions and lists.

use std::collections::{BTreeMap, HashMap, HashSet};

use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Application, Attestation, Cause, Channel, CheckOutcome,
        Declaration, Derogation, Evaluation, IdentityDocument, IseeKind, Outcome, SchoolKind, SchoolLevel,
        SelfCertification, evaluate,
    },
    civil::term::Term,
    identity::{Money, Redacted},
    procedure::ArdisProcedure,
};
use campanella_store::{
    Store, StoreError, Tx,
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
        decision::{self, NewDecision, Origin},
        published_list::{self, Publication, PublishedList},
        review::{self, ReviewRequest},
        self_certification::NewSelfCertification,
    },
};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::world::{at, id, tax_code};

const NIGHT: &str = "2025-11-20T23:00:00Z";

/// The n-th application; its student is born on the n-th day of 2010.
pub(crate) fn application(number: u128) -> NewApplication {
    NewApplication {
        id: id(number),
        application: Application {
            instance_number: format!("2025-{number:06}").parse().unwrap(),
            submitted_at: at("2025-11-10T09:30:00.123456Z"),
            channel: Channel::Online,
            applicant: "RSSMRA85T10A562S".parse().unwrap(),
            applicant_role: ApplicantRole::Parent,
            applicant_email: format!("famiglia{number}@posta.example").parse().unwrap(),
            resident_in_region: true,
            resident_with_student: true,
            in_household: true,
            student: tax_code(number),
            student_birth_date: NaiveDate::from_yo_opt(2010, u32::try_from(number).unwrap()).unwrap().into(),
            school_kind: SchoolKind::Paritaria,
            school_level: SchoolLevel::UpperSecondary,
            enrolled: true,
            attending: true,
            foreign_school_eligible: false,
            foreign_need_documented: false,
            declaration: Declaration::DsuByDeadline,
            derogation: Derogation::None.into(),
            minors_isee_case: false,
            declared_expenses: Money::from_cents(250_000),
            iban: "IT60X0542811101000000123456".parse().unwrap(),
            account_holder: AccountHolder::Applicant,
        },
        recorded_at: at("2025-11-10T09:31:00Z"),
    }
}

/// A conforming attestation of the student of the n-th application.
pub(crate) fn attestation(own: u128, number: u128) -> NewAttestation {
    NewAttestation {
        protocol: Some(Redacted::new(format!("INPS-ISEE-2025-{own:08}"))),
        student: tax_code(number),
        attestation: Attestation {
            id: id(own),
            kind: IseeKind::Ordinary,
            dsu_signed_at: at("2025-11-20T22:59:59Z"),
            issued_at: Some(at("2025-11-24T08:00:00Z")),
            valid_year: 2025,
            isee: Some(Money::from_cents(3_500_000)),
            annotation: Annotation::None,
            available_at: at("2025-11-25T08:00:00Z"),
        },
    }
}

/// A self-certification for the n-th application, in the last microsecond of the term.
pub(crate) fn self_certification(own: u128, number: u128) -> NewSelfCertification {
    NewSelfCertification {
        id: id(own),
        application: id(number),
        self_certification: SelfCertification {
            received_at: at("2025-12-18T22:59:59.999999Z"),
            identity_document: IdentityDocument::Expired,
            outcome: CheckOutcome::Unchecked,
            checked_at: None,
        },
    }
}

fn evaluation(outcome: Outcome, number: u128) -> anyhow::Result<Evaluation> {
    let facts = campanella_domain::ardis::ApplicationFacts {
        application: application(number).application,
        attestations: Vec::new(),
        other_forms: Vec::new(),
        self_certifications: Vec::new(),
        duplicate_since: None,
    };
    Ok(Evaluation { outcome, ..evaluate(&facts, at(NIGHT), &ArdisProcedure::embedded()?) })
}

pub(crate) fn proposal(
    own: u128,
    number: u128,
    outcome: Outcome,
    causes: &[Cause],
) -> anyhow::Result<NewDecision> {
    let evaluation = evaluation(outcome, number)?;
    let proposal = NewDecision::proposal(id(own), id(number), "dsu", evaluation, at(NIGHT));
    Ok(NewDecision { causes: causes.to_vec(), ..proposal })
}

/// The first application is admitted by an officer.
fn by_officer(own: u128) -> anyhow::Result<NewDecision> {
    let origin = Origin::Officer {
        officer: Redacted::new("la funzionaria".to_owned()),
        motivation: Redacted::new("documenti visti allo sportello".to_owned()),
    };
    Ok(NewDecision { origin, ..proposal(own, 1, Outcome::Admitted, &[])? })
}

pub(crate) fn list(own: u128) -> PublishedList {
    PublishedList::provisional(
        id(own),
        at("2026-04-15T08:00:00Z"),
        Term::end_of_day(NaiveDate::from_ymd_opt(2026, 4, 27).unwrap()),
        Redacted::new("la funzionaria".to_owned()),
        "ardis-paritarie-2025-26/1".to_owned(),
    )
}

pub(crate) async fn applications(tx: &mut Tx, numbers: impl Iterator<Item = u128>) -> anyhow::Result<()> {
    let new: Vec<NewApplication> = numbers.map(application).collect();
    application::insert(tx, &new).await?;
    Ok(())
}

contract! {
    async fn an_application_is_read_back_as_it_was_transmitted(store: &Store) {
        let mut tx = store.begin().await?;
        let mut widowed = application(2);
        let since = NaiveDate::from_ymd_opt(2024, 2, 29);
        widowed.application.derogation = Derogation::Widowed { since }.into();
        let mut protected = application(3);
        protected.application.derogation = Derogation::ProtectedPath.into();
        protected.application.applicant_role = ApplicantRole::Guardian;
        let all = [application(1), widowed, protected];
        assert_eq!(application::insert(&mut tx, &all).await?.len(), 3);
        let facts = application::facts(&mut tx, &[id(1), id(2), id(3), id(4)]).await?;
        assert_eq!(facts.len(), 3);
        for new in all {
            assert_eq!(facts[&new.id].application, new.application);
            assert_eq!(facts[&new.id].duplicate_since, None);
        }
    }

    async fn an_application_is_added_once_by_id_and_by_instance_number(store: &Store) {
        let mut tx = store.begin().await?;
        assert_eq!(application::insert(&mut tx, &[application(1)]).await?, HashSet::from([id(1)]));
        let same_number = NewApplication { id: id(7), ..application(1) };
        let new = application::insert(&mut tx, &[application(1), same_number, application(2)]).await?;
        assert_eq!(new, HashSet::from([id(2)]));
        assert_eq!(application::count(&mut tx).await?, 2);
        assert_eq!(application::by_instance_number(&mut tx, "2025-000002".parse()?).await?, Some(id(2)));
        assert_eq!(application::by_instance_number(&mut tx, "2025-000007".parse()?).await?, None);
    }

    async fn an_isee_reaches_all_applications_of_its_student_and_no_other(store: &Store) {
        let mut tx = store.begin().await?;
        let mut twin = application(2);
        twin.application.student = tax_code(1);
        application::insert(&mut tx, &[application(1), twin, application(3)]).await?;
        let bare = Attestation { id: id(91), issued_at: None, isee: None, ..attestation(91, 1).attestation };
        let bare = NewAttestation { protocol: None, attestation: bare, ..attestation(91, 1) };
        let rows = [attestation(90, 1), bare, attestation(92, 3)];
        assert_eq!(attestation::insert(&mut tx, &rows).await?, HashSet::from([id(90), id(91), id(92)]));
        assert_eq!(attestation::insert(&mut tx, &rows).await?, HashSet::new());
        let facts = application::facts(&mut tx, &[id(1), id(2), id(3)]).await?;
        for number in [1, 2] {
            let found = &facts[&id(number)];
            assert_eq!(found.duplicate_since, Some(at("2025-11-10T09:31:00Z")));
            assert_eq!(found.attestations.len(), 2);
            assert!(found.attestations.contains(&rows[0].attestation));
            assert!(found.attestations.contains(&rows[1].attestation));
        }
        assert_eq!(facts[&id(3)].attestations, [rows[2].attestation.clone()]);
        assert_eq!(facts[&id(3)].duplicate_since, None);
        assert_eq!(application::with_same_student(&mut tx, &[id(3), id(2)]).await?, [id(1), id(2), id(3)]);
        let (first, third) = (tax_code(1), tax_code(3));
        let concerned = application::of_students(&mut tx, &[&first, &third]).await?;
        assert_eq!(concerned, [id(1), id(2), id(3)].into());
        let other_form = first.omocodia_form(0b101);
        assert_eq!(application::of_students(&mut tx, &[&other_form]).await?, [id(1), id(2)].into());
    }

    async fn applications_are_swept_page_by_page_and_locked_together(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=5).await?;
        let first = application::page(&mut tx, None, 3).await?;
        assert_eq!(first, [id(1), id(2), id(3)]);
        application::lock(&mut tx, &first).await?;
        assert_eq!(application::page(&mut tx, Some(id(3)), 3).await?, [id(4), id(5)]);
        let recipients = application::recipients(&mut tx, &[id(5), id(4)]).await?;
        let found: Vec<_> = recipients.iter().map(|to| (to.instance_number.to_string(), to.mailbox.expose())).collect();
        assert_eq!(found, [
            ("2025-000004".to_owned(), "famiglia4@posta.example"),
            ("2025-000005".to_owned(), "famiglia5@posta.example"),
        ]);
    }

    async fn a_decision_is_appended_as_the_next_revision_and_the_newest_counts(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=2).await?;
        let first = proposal(10, 1, Outcome::Excluded, &[Cause::E02])?;
        let revisions = decision::append(&mut tx, &[first.clone(), proposal(20, 2, Outcome::Pending, &[])?]).await?;
        assert_eq!((revisions[&id(10)], revisions[&id(20)]), (1, 1));
        let both = [proposal(11, 1, Outcome::Pending, &[])?, proposal(12, 1, Outcome::Admitted, &[])?];
        let revisions = decision::append(&mut tx, &both).await?;
        assert_eq!((revisions[&id(11)], revisions[&id(12)]), (2, 3));
        assert_eq!(decision::append(&mut tx, std::slice::from_ref(&first)).await?.len(), 0);
        let newest = decision::newest(&mut tx, &[id(1), id(2), id(3)]).await?;
        assert_eq!((newest.len(), newest[&id(1)].id, newest[&id(2)].id), (2, id(12), id(20)));
        let history = decision::history(&mut tx, id(1)).await?;
        assert_eq!(history.iter().map(|one| one.revision).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(history[0].evaluation, first.evaluation);
        let findings = decision::findings(&mut tx, &[id(10), id(99)]).await?;
        assert_eq!(findings, HashMap::from([(id(10), first.evaluation.causes.clone())]));
        assert_eq!((history[0].origin.clone(), &history[0].causes), (Origin::Worker, &vec![Cause::E02]));
        assert_eq!(history[0].procedure_version, first.evaluation.procedure_version);
        let of_both = decision::histories(&mut tx, &[id(2), id(1), id(3)]).await?;
        assert_eq!((&of_both[..3], of_both[3].application, of_both.len()), (&*history, id(2), 4));
    }

    async fn an_officer_overrules_with_a_motivation_that_stays(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        let overruled = by_officer(10)?;
        decision::append(&mut tx, std::slice::from_ref(&overruled)).await?;
        assert_eq!(decision::newest(&mut tx, &[id(1)]).await?[&id(1)].origin, overruled.origin);
    }

    async fn ard_070_no_list_is_published_while_an_officer_has_to_look_again(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        decision::append(&mut tx, &[by_officer(10)?]).await?;
        let request = ReviewRequest {
            decision: id(10),
            application: id(1),
            evaluation: evaluation(Outcome::Excluded, 1)?,
            found_at: at(NIGHT),
        };
        review::request(&mut tx, std::slice::from_ref(&request)).await?;
        assert_eq!(review::of_decision(&mut tx, id(10)).await?.as_ref(), Some(&request));
        let evaluation = evaluation(Outcome::Pending, 2)?;
        let later = ReviewRequest { found_at: at("2026-02-01T08:00:00Z"), evaluation, ..request };
        review::request(&mut tx, std::slice::from_ref(&later)).await?;
        assert_eq!(review::of_decision(&mut tx, id(10)).await?, Some(later));
        assert_eq!(review::of_decision(&mut tx, id(11)).await?, None);
        assert_eq!(review::open_applications(&mut tx).await?, HashSet::from([id(1)]));
        let refused = published_list::publish(&mut tx, &list(99)).await?;
        assert_eq!(refused, Publication::NotYet { pending: 0, undecided: 0, to_review: 1 });
        decision::append(&mut tx, &[by_officer(11)?]).await?;
        assert_eq!(review::open(&mut tx).await?, 0);
        assert_eq!(review::open_applications(&mut tx).await?, HashSet::new());
        assert_eq!(published_list::publish(&mut tx, &list(99)).await?, Publication::Published { entries: 1 });
    }

    async fn applications_are_counted_by_their_newest_outcome_and_each_cause(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=5).await?;
        decision::append(&mut tx, &[
            proposal(10, 1, Outcome::Excluded, &[Cause::E01])?,
            proposal(20, 2, Outcome::Excluded, &[Cause::E01, Cause::E08])?,
            proposal(30, 3, Outcome::Pending, &[])?,
            proposal(40, 4, Outcome::Excluded, &[Cause::E02])?,
        ]).await?;
        decision::append(&mut tx, &[proposal(41, 4, Outcome::Admitted, &[])?]).await?;
        let counts = decision::counts(&mut tx).await?;
        assert_eq!((counts.admitted, counts.excluded, counts.pending, counts.undecided), (1, 2, 1, 1));
        assert_eq!(counts.by_cause, BTreeMap::from([(Cause::E01, 2), (Cause::E08, 1)]));
    }

    async fn ard_070_a_list_is_published_once_and_only_when_nobody_is_pending(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=3).await?;
        decision::append(&mut tx, &[
            proposal(10, 1, Outcome::Pending, &[])?,
            proposal(20, 2, Outcome::Excluded, &[Cause::E03])?,
        ]).await?;
        let refused = published_list::publish(&mut tx, &list(99)).await?;
        assert_eq!(refused, Publication::NotYet { pending: 1, undecided: 1, to_review: 0 });
        assert_eq!(published_list::find(&mut tx, id(99)).await?, None);
        decision::append(&mut tx, &[
            proposal(11, 1, Outcome::Admitted, &[])?,
            proposal(30, 3, Outcome::Admitted, &[])?,
        ]).await?;
        assert_eq!(published_list::publish(&mut tx, &list(99)).await?, Publication::Published { entries: 3 });
        assert_eq!(published_list::publish(&mut tx, &list(99)).await?, Publication::AlreadyPublished);
        assert_eq!(published_list::find(&mut tx, id(99)).await?, Some(list(99)));
        assert_eq!(published_list::all(&mut tx).await?, [list(99)]);
        let entries = published_list::entries(&mut tx, id(99), Some(id(1)), 1).await?;
        let shown: Vec<_> = entries.iter().map(|entry| (entry.application, entry.decision, entry.outcome)).collect();
        assert_eq!(shown, [(id(2), id(20), Outcome::Excluded)]);
        assert_eq!((entries[0].causes.clone(), entries[0].instance_number), (vec![Cause::E03], "2025-000002".parse()?));
    }

    async fn a_list_keeps_the_revision_it_published(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        decision::append(&mut tx, &[proposal(10, 1, Outcome::Excluded, &[Cause::E09])?]).await?;
        published_list::publish(&mut tx, &list(99)).await?;
        decision::append(&mut tx, &[proposal(11, 1, Outcome::Admitted, &[])?]).await?;
        let entry = published_list::entries(&mut tx, id(99), None, 10).await?.remove(0);
        assert_eq!((entry.decision, entry.outcome), (id(10), Outcome::Excluded));
        assert_eq!(published_list::of_application(&mut tx, id(1)).await?, [(list(99), entry)]);
        assert_eq!(published_list::of_application(&mut tx, id(2)).await?, []);
    }
}

#[tokio::test]
async fn on_postgres_two_transactions_cannot_append_the_same_revision() -> anyhow::Result<()> {
    let (_database, store) = crate::world::postgres().await?;
    let mut tx = store.begin().await?;
    applications(&mut tx, 1..=1).await?;
    tx.commit().await?;
    let mut first = store.begin().await?;
    decision::append(&mut first, &[proposal(10, 1, Outcome::Pending, &[])?]).await?;
    let second = tokio::spawn({
        let store = store.clone();
        let mine = proposal(11, 1, Outcome::Pending, &[])?;
        async move {
            let mut tx = store.begin().await?;
            decision::append(&mut tx, &[mine]).await?;
            tx.commit().await
        }
    });
    first.commit().await?;
    // It comes while the first is open and is refused, or after its commit and is the next revision.
    let expected: &[Uuid] = match second.await? {
        Ok(()) => &[id(10), id(11)],
        Err(StoreError::Refused(_)) => &[id(10)],
        Err(other) => return Err(other.into()),
    };
    let mut tx = store.read().await?;
    let history = decision::history(&mut tx, id(1)).await?;
    assert_eq!(history.iter().map(|one| one.id).collect::<Vec<_>>(), expected);
    Ok(())
}
