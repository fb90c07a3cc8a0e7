// SPDX-License-Identifier: EUPL-1.2
//! A database with a few places and one student, and the workers on it, without a bus: a message emitted is handled in the
//! next round by every worker that takes its topic.

use campanella_domain::{
    ars::{Communication, Student},
    identity::{MunicipalityCode, Sex, TaxCode},
    identity_key::IdentityKey,
    ids,
    procedure::{ArdisProcedure, ArsProcedure},
};
use campanella_jobs::WORKERS;
use campanella_messages::{ArsCommunicationRecorded, Cause, Envelope, Message};
use campanella_runtime::{Procedures, RelayHandle, UnitOfWork};
use campanella_store::{
    Store, StoreSettings,
    ars::{
        communication::{self, NewCommunication},
        cpi::{self, Catchment, Cpi},
        finding,
        municipality::{self, Municipality},
        period::{self, Period},
        school::{self, School, SchoolType},
        student::{self, NewStudent},
    },
    notification::{self, Claimed},
    outbox,
};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

use crate::said::{SFP, date};

/// In the catchment of the CPI of Feltre.
pub(crate) const FELTRE: &str = "025021";
/// In the catchment of the CPI of Agordo.
pub(crate) const AGORDO: &str = "025001";
/// In Veneto, in no catchment.
pub(crate) const BELLUNO: &str = "025006";

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) procedures: Procedures,
    pub(crate) student: Uuid,
    _folder: TempDir,
}

impl World {
    /// The student was born on 10 March 2009 and lives in Feltre.
    pub(crate) async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let procedures = Procedures { ars: ArsProcedure::embedded()?, ardis: ArdisProcedure::embedded()? };
        let world = Self {
            store,
            procedures,
            student: IdentityKey::new([7; 32]).student(&tax_code()?),
            _folder: folder,
        };
        world.places().await?;
        world.lives_in(FELTRE).await?;
        Ok(world)
    }

    async fn places(&self) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let place = |code: &str, name: &str| {
            anyhow::Ok(Municipality {
                code: code.parse()?,
                name: name.to_owned(),
                province: "BL".to_owned(),
                region: self.procedures.ars.region.clone(),
                cadastral_code: "D530".parse()?,
            })
        };
        municipality::upsert(
            &mut tx,
            &[place(FELTRE, "Feltre")?, place(AGORDO, "Agordo")?, place(BELLUNO, "Belluno")?],
        )
        .await?;
        let centre = |code: &str, mailbox: &str| {
            anyhow::Ok(Cpi {
                code: code.parse()?,
                name: format!("CPI {code}"),
                province: "BL".to_owned(),
                mailbox: mailbox.parse()?,
            })
        };
        let centres =
            [centre("BL-FELTRE", "feltre@cpi.example")?, centre("BL-AGORDO", "agordo@cpi.example")?];
        cpi::upsert(&mut tx, &centres).await?;
        let catchment = |municipality: &str, cpi: &Cpi| {
            anyhow::Ok(Catchment {
                municipality: municipality.parse()?,
                cpi: cpi.code.clone(),
                source: "invented".to_owned(),
            })
        };
        cpi::upsert_catchments(&mut tx, &[catchment(FELTRE, &centres[0])?, catchment(AGORDO, &centres[1])?])
            .await?;
        let sfp = School {
            id: ids::school(&SFP.parse()?),
            code: SFP.parse()?,
            name: "Scuola di formazione professionale".to_owned(),
            municipality: FELTRE.parse()?,
            kind: SchoolType::Sfp,
            delivers_iefp: true,
            mailbox: "sfp@formazione.example".parse()?,
        };
        school::upsert(&mut tx, &[sfp]).await?;
        Ok(tx.commit().await?)
    }

    /// Moves the student.
    pub(crate) async fn lives_in(&self, municipality: &str) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let student = Student {
            tax_code: tax_code()?,
            first_name: "Lucia".to_owned().into(),
            last_name: "Bianchi".to_owned().into(),
            birth_date: date("2009-03-10").into(),
            residence: municipality.parse::<MunicipalityCode>()?,
            domicile: None,
            address: None,
            phone: None,
        };
        let recorded_at = "2025-09-01T08:00:00Z".parse()?;
        student::upsert(&mut tx, &[NewStudent { id: self.student, student, recorded_at }]).await?;
        Ok(tx.commit().await?)
    }

    /// Records a communication as a portal would, and lets the workers do all that follows from it.
    pub(crate) async fn hears(&self, said: Communication) -> anyhow::Result<()> {
        self.records(said.clone()).await?;
        self.send(&ArsCommunicationRecorded { student: self.student }, said.received_at).await
    }

    /// Records a communication and tells nobody.
    pub(crate) async fn records(&self, said: Communication) -> anyhow::Result<()> {
        let id = ids::communication(self.student, &said, None);
        let communication = Communication { id, ..said };
        let mut tx = self.store.begin().await?;
        let new = NewCommunication { student: self.student, communication, notes: None };
        communication::insert(&mut tx, &[new]).await?;
        Ok(tx.commit().await?)
    }

    /// Sends a message and lets the workers do all that follows from it.
    pub(crate) async fn send(&self, message: &impl Message, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut work = UnitOfWork::begin(&self.store, now, &self.procedures).await?;
        work.emit(message, Cause::First);
        work.commit(&RelayHandle::detached()).await?;
        self.work_off(now).await
    }

    async fn work_off(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        loop {
            let mut tx = self.store.begin().await?;
            let later = now + TimeDelta::hours(1);
            let rows = outbox::take_due(&mut tx, later, later, 100).await?;
            outbox::delete(&mut tx, &rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
            tx.commit().await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let envelope = Envelope::from_json(&row.envelope)?;
                for route in WORKERS.iter().filter_map(|worker| worker.route(&envelope.kind)) {
                    let mut work = UnitOfWork::begin(&self.store, now, &self.procedures).await?;
                    route.handle(&[&envelope], &mut work).await?;
                    work.commit(&RelayHandle::detached()).await?;
                }
            }
        }
    }

    /// The student's periods, oldest first.
    pub(crate) async fn periods(&self) -> anyhow::Result<Vec<Period>> {
        let mut tx = self.store.read().await?;
        let mut periods =
            period::of_students(&mut tx, &[self.student]).await?.remove(&self.student).unwrap_or_default();
        periods.sort_by_key(|period| period.ordinal);
        Ok(periods)
    }

    /// How many findings there are, by action.
    pub(crate) async fn findings(&self) -> anyhow::Result<Vec<(String, i64)>> {
        Ok(finding::counts(&mut self.store.read().await?).await?)
    }

    /// The templates of the mails written, in the order of their writing; those of one moment by name.
    pub(crate) async fn mails(&self) -> anyhow::Result<Vec<String>> {
        let mut rows = notification::list(&mut self.store.read().await?, None, 100).await?;
        rows.sort_by(|one, other| (one.created_at, &one.template).cmp(&(other.created_at, &other.template)));
        Ok(rows.into_iter().map(|row| row.template).collect())
    }

    /// The mails of a template, as the mailer gets them at the moment they are due.
    pub(crate) async fn mails_to_send(&self, template: &str) -> anyhow::Result<Vec<Claimed>> {
        let mut rows = notification::list(&mut self.store.read().await?, None, 100).await?;
        rows.retain(|row| row.template == template);
        rows.sort_by(|one, other| {
            (one.created_at, &one.dedupe_key).cmp(&(other.created_at, &other.dedupe_key))
        });
        let mut mails = Vec::new();
        for row in rows {
            // The claim is rolled back.
            let mut tx = self.store.begin().await?;
            let claims = notification::claim(&mut tx, Uuid::nil(), row.due_at, row.due_at, 100).await?;
            mails.extend(claims.mails.into_iter().find(|mail| mail.id == row.id));
        }
        Ok(mails)
    }

    /// Of the mails about a closed case, a parameter of each that is true or false.
    pub(crate) async fn says(&self, parameter: &str) -> anyhow::Result<Vec<bool>> {
        let mails = self.mails_to_send("ars-case-closed").await?;
        let parameters = mails.iter().map(|mail| serde_json::from_str(&mail.parameters));
        let parameters = parameters.collect::<Result<Vec<serde_json::Value>, _>>()?;
        Ok(parameters.iter().map(|mail| mail[parameter] == true).collect())
    }

    /// Of the mails about a closed case, whether each speaks of a return.
    pub(crate) async fn says_returned(&self) -> anyhow::Result<Vec<bool>> {
        self.says("returned").await
    }

    /// Enters a school of Feltre in the register, its mailbox that of its code.
    pub(crate) async fn knows_school(&self, code: &str, kind: SchoolType) -> anyhow::Result<()> {
        let school = School {
            id: ids::school(&code.parse()?),
            code: code.parse()?,
            name: format!("Istituto {code}"),
            municipality: FELTRE.parse()?,
            kind,
            delivers_iefp: false,
            mailbox: format!("{}@scuola.example", code.to_lowercase()).parse()?,
        };
        let mut tx = self.store.begin().await?;
        school::upsert(&mut tx, &[school]).await?;
        Ok(tx.commit().await?)
    }
}

fn tax_code() -> anyhow::Result<TaxCode> {
    Ok(TaxCode::compose("Bianchi", "Lucia", date("2009-03-10"), Sex::Female, &"D530".parse()?))
}
