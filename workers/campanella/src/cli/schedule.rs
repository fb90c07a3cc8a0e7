// SPDX-License-Identifier: EUPL-1.2
//! `campanella schedule`: what the calendar did, and what it will do.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_domain::{
    civil::{italian::long_date, zone::instant_of},
    procedure::{Action, ReminderCampaign, Schedule as Entry, TermName, Trigger},
};
use campanella_runtime::{
    Procedures,
    clock::{Clock as _, SystemClock},
};
use campanella_scheduler::Scheduler;
use campanella_store::occurrence::{self, OccurrenceRow, civil_key};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Exit, Global, Output, Table, moment::day};
use crate::wording;

/// Il calendario delle procedure
#[derive(Debug, Subcommand)]
pub(super) enum Schedule {
    List(List),
}

/// Elenca le scadenze passate, con il loro esito, e quelle in programma
#[derive(Debug, Args)]
pub(super) struct List {
    /// Dal giorno (AAAA-MM-GG), compreso
    #[arg(long, value_name = "DATA", value_parser = day)]
    from: Option<NaiveDate>,
    /// Fino al giorno (AAAA-MM-GG), compreso; se manca, di ciò che si ripete è mostrata solo la prossima volta, e senza giorni l'ultima
    #[arg(long, value_name = "DATA", value_parser = day)]
    to: Option<NaiveDate>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Calendar {
    occurrences: Vec<Row>,
    to_be_configured: Vec<Missing>,
}

/// A civil time of a schedule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Row {
    due_at: DateTime<Utc>,
    schedule: String,
    /// Europe/Rome, `2025-11-13T09:00:00`.
    civil: String,
    /// `fired`, `late`, `skipped`; `planned`, or `waiting` when its time is past and no scheduler has run since.
    state: String,
    reason: Option<String>,
}

/// A date the procedures need and nobody has told yet.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Missing {
    what: &'static str,
    key: &'static str,
}

impl Schedule {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let Self::List(list) = self;
        let installation = global.existing_installation().await?;
        let mut tx = installation.store.read().await?;
        let ledger = occurrence::list(&mut tx).await?;
        tx.rollback().await?;
        let calendar = calendar(&list, &ledger, &installation.procedures, SystemClock.now());
        if out.is_json() {
            out.json(&calendar)?;
        } else {
            show(&calendar, &installation.procedures, out)?;
        }
        Ok(Exit::Done)
    }
}

fn calendar(list: &List, ledger: &[OccurrenceRow], procedures: &Procedures, now: DateTime<Utc>) -> Calendar {
    let decided: BTreeSet<(&str, &str)> =
        ledger.iter().map(|row| (row.schedule.as_str(), row.civil.as_str())).collect();
    let told = ledger.iter().filter(|row| list.tells(row, ledger, procedures)).map(|row| Row {
        due_at: row.due_at,
        schedule: row.schedule.clone(),
        civil: row.civil.clone(),
        state: row.state.clone(),
        reason: row.reason.clone(),
    });
    let planned = Scheduler::schedules(procedures)
        .flat_map(|schedule| planned(schedule, list.to, now))
        .filter(|row| !decided.contains(&(row.schedule.as_str(), row.civil.as_str())));
    let mut occurrences: Vec<Row> = told.chain(planned).filter(|row| list.holds(row)).collect();
    occurrences.sort();
    let outcomes = Missing { what: "esiti di giugno e settembre (ARS)", key: "outcomes.outcome_deadlines" };
    let missing = procedures.ars.outcomes.outcome_deadlines.is_empty().then_some(outcomes);
    Calendar { occurrences, to_be_configured: missing.into_iter().collect() }
}

/// What happens once, whenever it is; of what recurs the next time, or all to the day asked for.
fn planned(schedule: &Entry, to: Option<NaiveDate>, now: DateTime<Utc>) -> Vec<Row> {
    let ahead = now + TimeDelta::days(400);
    let row = |civil: NaiveDateTime, due_at: DateTime<Utc>| Row {
        due_at,
        schedule: schedule.name.clone(),
        civil: civil_key(civil),
        state: if due_at > now { "planned" } else { "waiting" }.to_owned(),
        reason: None,
    };
    match (&schedule.trigger, to) {
        (Trigger::Cron(_), None) => {
            let next = schedule.occurrences(now, ahead).into_iter().next();
            next.map(|next| row(next.civil, next.instant)).into_iter().collect()
        }
        (Trigger::Cron(_), Some(to)) => {
            let occurrences = schedule.occurrences(now, end_of(to));
            occurrences.into_iter().map(|next| row(next.civil, next.instant)).collect()
        }
        (Trigger::At(_) | Trigger::Before(_) | Trigger::After(_), _) => {
            let occurrences = schedule.occurrences(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
            occurrences.into_iter().map(|next| row(next.civil, next.instant)).collect()
        }
    }
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    instant_of(day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN)) - TimeDelta::microseconds(1)
}

impl List {
    /// Of what recurs, and unless days were asked for, only the last time: the others say nothing more.
    fn tells(&self, row: &OccurrenceRow, ledger: &[OccurrenceRow], procedures: &Procedures) -> bool {
        let recurs = || {
            let schedule = Scheduler::schedules(procedures).find(|schedule| schedule.name == row.schedule);
            schedule.is_some_and(|schedule| matches!(schedule.trigger, Trigger::Cron(_)))
        };
        let is_last = || {
            let same = ledger.iter().filter(|other| other.schedule == row.schedule);
            same.max_by_key(|other| &other.civil).is_some_and(|last| last.civil == row.civil)
        };
        self.from.is_some() || self.to.is_some() || !recurs() || is_last()
    }

    fn holds(&self, row: &Row) -> bool {
        // A row that cannot be read is shown rather than hidden.
        let Ok(civil) = row.civil.parse::<NaiveDateTime>() else { return true };
        self.from.is_none_or(|from| civil.date() >= from) && self.to.is_none_or(|to| civil.date() <= to)
    }
}

fn show(calendar: &Calendar, procedures: &Procedures, out: &mut Output<'_>) -> Result<()> {
    if calendar.occurrences.is_empty() {
        out.line("Nessuna scadenza nel periodo indicato.")?;
    } else {
        let mut table = Table::new(["quando", "stato", "che cosa", "scadenza"]);
        for row in &calendar.occurrences {
            let civil = row.civil.parse::<NaiveDateTime>();
            table.row([
                civil.map_or_else(|_| row.civil.clone(), wording::civil_moment),
                state(row),
                subject(&row.schedule, procedures).to_owned(),
                row.schedule.clone(),
            ]);
        }
        out.table(&table)?;
    }
    let dates = &procedures.ars.outcomes.outcome_deadlines;
    for date in dates {
        out.line(&format!("Esiti di giugno e settembre (ARS): {}", long_date(*date)))?;
    }
    for missing in &calendar.to_be_configured {
        out.line("")?;
        out.line(&format!("Da configurare: {}.", missing.what))?;
        out.line(&format!("  Le date si scrivono alla chiave {} della procedura ARS.", missing.key))?;
    }
    Ok(())
}

fn state(row: &Row) -> String {
    let state = match row.state.as_str() {
        "fired" => "eseguita",
        "late" => "eseguita in ritardo",
        "skipped" => "saltata",
        "planned" => "in programma",
        "waiting" => "al prossimo avvio",
        other => other,
    };
    let reason = row.reason.as_deref().map(|reason| match reason {
        "its window has passed" => "non più utile",
        "a later one is due" => "sostituita dalla successiva",
        "missed, not made up for" => "non recuperabile",
        "the scheduler was not running at its time" => "programma fermo",
        other => other,
    });
    reason.map_or_else(|| state.to_owned(), |reason| format!("{state} ({reason})"))
}

/// What a schedule is for; one that is no longer in the procedures keeps its name alone.
fn subject(name: &str, procedures: &Procedures) -> &'static str {
    let schedule = Scheduler::schedules(procedures).find(|schedule| schedule.name == name);
    match schedule.map(|schedule| schedule.action) {
        Some(Action::TermReached(TermName::Dsu)) => "termine per la DSU: verifica delle domande",
        Some(Action::TermReached(TermName::Regularisation)) => {
            "termine per la regolarizzazione: verifica delle domande"
        }
        Some(Action::TermReached(TermName::Window)) => "chiusura delle domande",
        Some(Action::TermReached(
            TermName::IefpConfirmation | TermName::FirstMonths | TermName::March15 | TermName::Outcomes,
        )) => "termine delle scuole",
        Some(Action::ReminderDue(campaign)) => campaign_words(campaign),
        None => "—",
    }
}

const fn campaign_words(campaign: ReminderCampaign) -> &'static str {
    match campaign {
        ReminderCampaign::DraftNotTransmitted => "promemoria: domanda iniziata e non trasmessa",
        ReminderCampaign::DsuMissing => "promemoria: DSU mancante",
        ReminderCampaign::Regularisation => "promemoria: omissioni o difformità da regolarizzare",
        ReminderCampaign::ObservationsEnding => "promemoria: termine per le osservazioni",
        ReminderCampaign::IefpClassLists => "promemoria: elenchi delle classi IeFP",
        ReminderCampaign::IefpClassListsOverdue => "avviso: elenchi delle classi IeFP in ritardo",
        ReminderCampaign::FirstMonths => "promemoria: abbandoni dei primi due mesi",
        ReminderCampaign::March15 => "promemoria: ritiri prima e dopo il 15 marzo",
        ReminderCampaign::Outcomes => "promemoria: esiti finali",
        ReminderCampaign::CaseDigest => "avviso ai CPI: casi da prendere in carico",
        ReminderCampaign::StudentsOfAge => "avviso ai CPI: allievi diventati maggiorenni",
        ReminderCampaign::ReturnsToEnter => "promemoria: rientri che la scuola non ha inserito",
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
