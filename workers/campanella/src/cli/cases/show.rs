// SPDX-License-Identifier: EUPL-1.2
//! `campanella cases show`: a case with all that led to it.

use anyhow::Result;
use campanella_domain::{
    ars::{Communication, CommunicationKind},
    identity::SchoolCode,
    ids,
};
use campanella_store::{
    Tx,
    ars::{communication, finding, work_list},
    notification::{self, Search},
};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{list::Row, number, show_text, unknown};
use crate::{
    cli::{
        Exit, Output, mask,
        register::{self, FindingLine},
    },
    installation::Installation,
};

/// Mails about one subject: what happens to it over years stays far below.
const MAILS: i64 = 500;

/// Mostra un caso con la sua storia: comunicazioni, segnalazioni, e-mail
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Numero del caso, come ARS-7K3M-Q2XD
    #[arg(value_name = "CASO", value_parser = number)]
    number: String,
}

/// Everything `cases show` tells; the JSON form is this.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    #[serde(flatten)]
    pub(super) case: Row,
    pub(super) opened_by: String,
    pub(super) reported_kind: String,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) openings: u32,
    /// `school` or `cpi`.
    pub(super) closed_by: Option<String>,
    pub(super) taken_by: Option<String>,
    /// Oldest event first; those of the student's other periods too.
    pub(super) communications: Vec<Said>,
    pub(super) findings: Vec<FindingLine>,
    /// Oldest first.
    pub(super) mails: Vec<Mailed>,
}

#[derive(Debug, Serialize)]
pub(super) struct Said {
    pub(super) communication_number: String,
    #[serde(skip)]
    pub(super) kind: CommunicationKind,
    #[serde(rename = "kind")]
    code: String,
    pub(super) school: SchoolCode,
    pub(super) receiving_school: Option<SchoolCode>,
    pub(super) event_date: NaiveDate,
    pub(super) received_at: DateTime<Utc>,
    /// Its latest receipt, if it is a report that was sent again.
    pub(super) received_again_at: Option<DateTime<Utc>>,
    pub(super) agreement: bool,
    pub(super) notes_given: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Mailed {
    pub(super) id: Uuid,
    pub(super) template: String,
    pub(super) state: String,
    pub(super) recipient: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) settled_at: Option<DateTime<Utc>>,
}

impl Show {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let Some(case) = work_list::find(&mut tx, &self.number).await? else {
            return Err(unknown(&self.number).into());
        };
        let student = case.period.student;
        let said = communication::of_students(&mut tx, &[student]).await?.remove(&student);
        let found = finding::of_student(&mut tx, student).await?;
        let findings = register::explained(&mut tx, found, &installation.procedures.ars.rules).await?;
        let said = said.unwrap_or_default();
        let subjects = said.iter().map(|said| said.id).chain([case.period.id]);
        let mails = mails(&mut tx, subjects).await?;
        tx.rollback().await?;
        let mut communications: Vec<Said> = said.into_iter().map(Said::from).collect();
        communications.sort_by_key(|said| (said.event_date, said.received_at));
        let account = Account {
            opened_by: ids::communication_number(case.period.opened_by),
            reported_kind: case.period.kind.clone(),
            recorded_at: case.period.recorded_at,
            openings: case.period.openings,
            closed_by: case.period.closed_by.clone(),
            taken_by: case.taken_by.as_ref().map(|name| name.expose().clone()),
            case: Row::from(&case),
            communications,
            findings,
            mails,
        };
        if out.is_json() {
            out.json(&account)?;
        } else {
            show_text::write(&account, out)?;
        }
        Ok(Exit::Done)
    }
}

/// The mails about the case and about the communications behind it, oldest first.
async fn mails(tx: &mut Tx, subjects: impl Iterator<Item = Uuid>) -> Result<Vec<Mailed>> {
    let mut mails: Vec<Mailed> = Vec::new();
    for subject in subjects {
        let about = Search { subject: Some(subject), ..Search::default() };
        mails.extend(notification::search(tx, about, MAILS).await?.into_iter().map(Mailed::from));
    }
    mails.sort_by_key(|mail| (mail.created_at, mail.id));
    Ok(mails)
}

impl From<Communication> for Said {
    fn from(said: Communication) -> Self {
        Self {
            communication_number: ids::communication_number(said.id),
            received_again_at: said.received_again_at(),
            code: match &said.kind {
                // What was received may be anything, a name too.
                CommunicationKind::Other(_) => "other".to_owned(),
                known => known.code().to_owned(),
            },
            kind: said.kind,
            school: said.school,
            receiving_school: said.receiving_school,
            event_date: said.event_date,
            received_at: said.received_at,
            agreement: said.agreement,
            notes_given: said.notes_given,
        }
    }
}

impl From<notification::Found> for Mailed {
    fn from(mail: notification::Found) -> Self {
        Self {
            id: mail.id,
            template: mail.template,
            state: mail.state,
            recipient: mask::email(&mail.recipient),
            created_at: mail.created_at,
            settled_at: mail.settled_at,
        }
    }
}
