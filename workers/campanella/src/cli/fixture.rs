// SPDX-License-Identifier: EUPL-1.2
//! An installation for the tests, and the command line on it, as a person would type it.

use anyhow::Result;
use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Application, ApplicationFacts, Attestation, Channel,
        Declaration, Derogation, IseeKind, SchoolKind, SchoolLevel,
    },
    civil::zone::instant_of,
    identity::{InstanceNumber, Redacted, Sex, TaxCode},
    ids,
};
use campanella_jobs::{ListOrder, Publishing, publish_list};
use campanella_runtime::{RelayHandle, UnitOfWork};
use campanella_store::ardis::application::{self, NewApplication};
use chrono::{DateTime, Utc};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::Exit;
use crate::{installation::Installation, settings::Settings};

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) complaint: String,
}

/// A folder with an installation.
pub(super) struct Desk {
    _folder: TempDir,
    pub(super) installation: Installation,
}

/// Types a command line.
pub(crate) async fn type_in(arguments: &[&str]) -> Told {
    let arguments = ["campanella"].iter().chain(arguments).map(|&argument| argument.to_owned());
    let (mut out, mut complaint) = (Vec::new(), Vec::new());
    let exit = super::run(arguments, &mut out, &mut complaint).await;
    let text = |bytes| String::from_utf8(bytes).expect("what is written is UTF-8");
    Told { exit, out: text(out), complaint: text(complaint) }
}

impl Desk {
    pub(super) async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let installation =
            Installation::open(&folder.path().join("dati"), Settings::load(None, &[])?).await?;
        Ok(Self { _folder: folder, installation })
    }

    /// Types a command line about this installation.
    pub(super) async fn type_in(&self, arguments: &[&str]) -> Told {
        let data = self.installation.folder.path().to_string_lossy();
        type_in(&[arguments, &["--data", &data]].concat()).await
    }

    /// The same with `--json`, read back.
    pub(super) async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let told = self.type_in(&[arguments, &["--json"]].concat()).await;
        anyhow::ensure!(told.exit == Exit::Done, "{told:?}");
        Ok(serde_json::from_str(&told.out)?)
    }

    /// An officer published the provisional list at a civil time.
    pub(super) async fn publish_provisional(&self, civil: &str) -> Result<()> {
        let Installation { store, procedures, .. } = &self.installation;
        let mut work = UnitOfWork::begin(store, rome(civil), procedures).await?;
        let order = ListOrder::provisional(Uuid::from_u128(9), Redacted::new("m.rossi".to_owned()));
        let published = publish_list(&order, &mut work).await?;
        anyhow::ensure!(matches!(published, Publishing::Done(_)), "{published:?}");
        Ok(work.commit(&RelayHandle::detached()).await?)
    }

    /// Records an application and returns its id.
    pub(super) async fn apply(&self, application: &Application) -> Result<Uuid> {
        let id = ids::application(application.instance_number);
        let new =
            NewApplication { id, application: application.clone(), recorded_at: application.submitted_at };
        let mut tx = self.installation.store.begin().await?;
        application::insert(&mut tx, &[new]).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Civil time in Rome.
pub(crate) fn rome(civil: &str) -> DateTime<Utc> {
    instant_of(civil.parse().expect("a civil time"))
}

fn person(name: &str, birth: &str) -> TaxCode {
    let birth = birth.parse().expect("a date");
    TaxCode::compose("Prova", name, birth, Sex::Female, &"L424".parse().expect("a municipality"))
}

/// An application nothing is wrong with, but that no ISEE is known.
pub(crate) fn application(number: &str) -> Application {
    let birth = "2014-05-06";
    Application {
        instance_number: number.parse::<InstanceNumber>().expect("a number"),
        submitted_at: rome("2025-10-20T11:00:00"),
        channel: Channel::Online,
        applicant: person("Ada", "1985-03-02"),
        applicant_role: ApplicantRole::Parent,
        applicant_email: "ada@posta.example".parse().expect("an address"),
        resident_in_region: true,
        resident_with_student: true,
        in_household: true,
        student: person("Bea", birth),
        student_birth_date: Redacted::new(birth.parse().expect("a date")),
        school_kind: SchoolKind::Paritaria,
        school_level: SchoolLevel::LowerSecondary,
        enrolled: true,
        attending: true,
        foreign_school_eligible: false,
        foreign_need_documented: false,
        declaration: Declaration::HasAttestation,
        derogation: Redacted::new(Derogation::None),
        minors_isee_case: false,
        declared_expenses: "1800.00".parse().expect("an amount"),
        iban: "IT60X0542811101000000123456".parse().expect("an IBAN"),
        account_holder: AccountHolder::Applicant,
    }
}

/// An attestation with omissions, in time.
pub(super) fn annotated() -> Attestation {
    Attestation {
        id: Uuid::from_u128(7),
        kind: IseeKind::Ordinary,
        dsu_signed_at: rome("2025-03-01T10:00:00"),
        issued_at: Some(rome("2025-03-08T10:00:00")),
        valid_year: 2025,
        isee: Some("20000.00".parse().expect("an amount")),
        annotation: Annotation::Omission,
        available_at: rome("2025-03-09T10:00:00"),
    }
}

pub(crate) fn facts(application: Application, attestations: Vec<Attestation>) -> ApplicationFacts {
    ApplicationFacts {
        application,
        attestations,
        other_forms: Vec::new(),
        self_certifications: Vec::new(),
        duplicate_since: None,
    }
}
