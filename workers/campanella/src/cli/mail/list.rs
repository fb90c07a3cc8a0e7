// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail list`: how many mails stand where, and the newest of them.

use std::num::NonZeroU32;

use anyhow::Result;
use campanella_domain::{identity::InstanceNumber, ids, mail::MailTemplate};
use campanella_store::{
    Tx,
    ardis::draft,
    notification::{self, Count, Found, Search},
};
use chrono::{DateTime, Utc};
use clap::{Args, builder::PossibleValuesParser};
use serde::Serialize;
use uuid::Uuid;

use super::{STATES, label, state};
use crate::{
    cli::{Exit, Output, Table, given, mask},
    installation::Installation,
    wording,
};

/// Le conta per tipo e stato ed elenca le più recenti
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Solo in questo stato: queued, claimed, sending, accepted, deferred, refused, uncertain, expired, cancelled
    #[arg(long, value_name = "STATO", value_parser = states(), hide_possible_values = true)]
    state: Option<String>,
    /// Solo di questo tipo, come ardis-provisional-list
    #[arg(long, value_name = "TIPO", value_parser = template)]
    template: Option<MailTemplate>,
    /// Solo quelle su questa domanda, anche quando era una bozza
    #[arg(long, value_name = "DOMANDA", value_parser = given::instance_number)]
    to_application: Option<InstanceNumber>,
    /// Quante elencarne al più [se manca: 50]
    #[arg(long, value_name = "NUMERO", value_parser = limit)]
    limit: Option<NonZeroU32>,
}

fn states() -> PossibleValuesParser {
    PossibleValuesParser::new(STATES.map(|(code, _)| code))
}

fn template(name: &str) -> Result<MailTemplate, String> {
    name.parse().map_err(|_| {
        let known: Vec<&str> = MailTemplate::ALL.iter().map(|template| template.name()).collect();
        format!("i tipi di e-mail sono {}", known.join(", "))
    })
}

fn limit(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| "serve un numero intero maggiore di zero".to_owned())
}

/// What `mail list` tells; the JSON form is this.
#[derive(Debug, Serialize)]
struct Report {
    /// Of all that were found, not only of those listed.
    counts: Vec<Count>,
    /// Newest first.
    mails: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: Uuid,
    template: String,
    state: String,
    recipient: String,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
    attempts: i64,
    answer: Option<String>,
}

impl From<Found> for Row {
    fn from(mail: Found) -> Self {
        Self {
            id: mail.id,
            template: mail.template,
            state: mail.state,
            recipient: mask::email(&mail.recipient),
            created_at: mail.created_at,
            due_at: mail.due_at,
            settled_at: mail.settled_at,
            attempts: mail.attempt,
            answer: mail.answer,
        }
    }
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let subject = match self.to_application {
            None => None,
            Some(number) => Some(subject(&mut tx, number).await?),
        };
        let search =
            Search { state: self.state.as_deref(), template: self.template.map(MailTemplate::name), subject };
        let counts = notification::search_counts(&mut tx, search).await?;
        let limit = self.limit.map_or(50, NonZeroU32::get);
        let found = notification::search(&mut tx, search, i64::from(limit)).await?;
        tx.rollback().await?;
        let report = Report { counts, mails: found.into_iter().map(Row::from).collect() };
        if out.is_json() {
            out.json(&report)?;
        } else if report.mails.is_empty() {
            out.line("Nessuna e-mail.")?;
        } else {
            show(&report, out)?;
        }
        Ok(Exit::Done)
    }
}

/// The application of a number, or the draft that never became one: what was mailed about it outlives it (ARD-043).
async fn subject(tx: &mut Tx, number: InstanceNumber) -> Result<Uuid> {
    let draft = ids::application(number);
    let about = Search { subject: Some(draft), ..Search::default() };
    let is_draft = !draft::known(tx, &[draft]).await?.is_empty()
        || !notification::search(tx, about, 1).await?.is_empty();
    if is_draft { Ok(draft) } else { given::application(tx, number).await }
}

fn show(report: &Report, out: &mut Output<'_>) -> Result<()> {
    let mut counts = Table::new(["tipo", "stato", "e-mail"]).right(&[2]);
    for count in &report.counts {
        counts.row([
            label(&count.template).to_owned(),
            state(&count.state).to_owned(),
            wording::number(usize::try_from(count.count).unwrap_or_default()),
        ]);
    }
    out.table(&counts)?;
    out.line("")?;
    let total: i64 = report.counts.iter().map(|count| count.count).sum();
    let total = usize::try_from(total).unwrap_or_default();
    if total > report.mails.len() {
        let (listed, total) = (wording::number(report.mails.len()), wording::number(total));
        out.line(&format!("Le {listed} più recenti di {total} («--limit» per vederne altre):"))?;
    }
    let mut table =
        Table::new(["id", "scritta", "che cosa", "a", "stato", "conclusa", "tentativi", "risposta"])
            .right(&[6]);
    for mail in &report.mails {
        table.row([
            mail.id.to_string(),
            wording::short_moment(mail.created_at),
            label(&mail.template).to_owned(),
            mail.recipient.clone(),
            state(&mail.state).to_owned(),
            mail.settled_at.map_or_else(|| "—".to_owned(), wording::short_moment),
            mail.attempts.to_string(),
            mail.answer.clone().unwrap_or_else(|| "—".to_owned()),
        ]);
    }
    out.table(&table)?;
    if report.counts.iter().any(|count| matches!(count.state.as_str(), "refused" | "uncertain")) {
        out.line("")?;
        out.line("Di quelle rifiutate o incerte decide una persona: «campanella mail show ID» dice come.")?;
    }
    Ok(())
}
