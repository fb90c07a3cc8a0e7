// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail retry`: mails that were refused or are uncertain go out again, because a person says so.
//!
//! No program may send an uncertain mail again: it may have left. Somebody who has read the relay's logs may, one by one;
//! those that were refused did not leave, and go together when what was wrong is right again.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use campanella_domain::civil::{italian::date, zone::instant_of};
use campanella_messages::{Cause, MailRequested};
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock},
};
use campanella_store::{
    Tx,
    notification::{self, Found},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{find, state};
use crate::{
    cli::{Exit, Output, Refusal, moment::day},
    installation::Installation,
    wording,
};

/// Rimette in coda e-mail rifiutate o incerte, così come furono scritte: tutte quelle indicate o nessuna
#[derive(Debug, Args)]
pub(in crate::cli) struct Retry {
    /// Identificativi; di ciascuno basta l'inizio, se è di una sola
    #[arg(value_name = "ID", value_parser = find::id_or_prefix, required_unless_present = "failed")]
    ids: Vec<String>,
    /// Tutte quelle rifiutate e ancora utili, per qualunque causa: anche gli indirizzi che non esistono; non le incerte, che
    /// potrebbero essere partite
    #[arg(long, conflicts_with = "ids")]
    failed: bool,
    /// Con --failed: solo quelle rifiutate da questo giorno in poi (2025-11-20, ora di Roma), come il primo di un guasto del relay
    #[arg(long, value_name = "GIORNO", value_parser = day, requires = "failed", conflicts_with = "ids")]
    since: Option<NaiveDate>,
}

#[derive(Debug, Serialize)]
struct Report {
    /// In order of the ids.
    queued: Vec<Uuid>,
    /// Refused ones (of the days asked for) for which it is too late; asked for with `--failed` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    too_late: Option<usize>,
}

impl Retry {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let now = SystemClock.now();
        let mut work = installation.unit_of_work(now).await?;
        let report = if self.failed {
            refused(work.tx(), self.since, now).await?
        } else {
            named(work.tx(), &self.ids, now).await?
        };
        if !report.queued.is_empty() {
            work.emit(&MailRequested {}, Cause::First);
        }
        work.commit(&RelayHandle::detached()).await.map_err(|error| anyhow!(error))?;
        if out.is_json() {
            out.json(&report)?;
        } else {
            show(&report, self.since, out)?;
        }
        Ok(Exit::Done)
    }
}

/// Queues all that were refused, from the first moment of a day in Rome on if one is given, and are not too late.
async fn refused(tx: &mut Tx, since: Option<NaiveDate>, now: DateTime<Utc>) -> Result<Report> {
    let since = since.map(|day| instant_of(day.and_time(NaiveTime::MIN)));
    let mut queued = notification::retry_refused(tx, since, now).await?;
    queued.sort_unstable();
    let late = notification::refused_too_late(tx, since, now).await?;
    Ok(Report { queued, too_late: Some(usize::try_from(late).unwrap_or(usize::MAX)) })
}

/// Queues those whose ids begin so; an error, and with it the end of the transaction, when one cannot be.
async fn named(tx: &mut Tx, prefixes: &[String], now: DateTime<Utc>) -> Result<Report> {
    let mut queued = BTreeSet::new();
    for prefix in prefixes {
        let mail = find::by_prefix(tx, prefix).await?;
        if queued.insert(mail.id) && !notification::retry(tx, mail.id, now).await? {
            return Err(not_queued(&mail, now, prefixes.len() > 1).into());
        }
    }
    Ok(Report { queued: queued.into_iter().collect(), too_late: None })
}

fn not_queued(mail: &Found, now: DateTime<Utc>, among_others: bool) -> Refusal {
    let message = if mail.not_after.is_some_and(|until| until <= now) {
        format!("per l'e-mail {} è troppo tardi: ciò di cui avvisava è passato", mail.id)
    } else {
        format!("l'e-mail {} è {}", mail.id, state(&mail.state))
    };
    let remedy = if among_others {
        "nessuna di quelle indicate è stata rimessa in coda: ripetere senza questa; si rimettono in coda solo quelle rifiutate o \
        incerte, finché sono utili"
    } else {
        "si rimettono in coda solo quelle rifiutate o incerte, finché sono utili"
    };
    Refusal::new(Exit::Failed, message, remedy)
}

fn show(report: &Report, since: Option<NaiveDate>, out: &mut Output<'_>) -> Result<()> {
    let queued = report.queued.len();
    let since = since.map_or_else(String::new, |day| format!(" dal {} in poi", date(day)));
    match report.queued.as_slice() {
        [] => out.line(&format!("Nessuna e-mail rifiutata{since} è ancora da inviare."))?,
        [one] => out.line(&format!("L'e-mail {one} è di nuovo in coda."))?,
        _ => out.line(&format!("{} e-mail sono di nuovo in coda.", wording::number(queued)))?,
    }
    if let Some(late @ 1..) = report.too_late {
        let late = wording::count(late, "rifiutata resta tale", "rifiutate restano tali");
        out.line(&format!("{late}: ciò di cui avvisavano è passato."))?;
    }
    if queued > 0 {
        let sends = if queued == 1 { "La invierà" } else { "Le invierà" };
        out.line(&format!("{sends} «campanella run», entro pochi secondi o appena viene avviato."))?;
    }
    Ok(())
}
