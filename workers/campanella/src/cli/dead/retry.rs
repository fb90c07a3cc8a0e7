// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead retry`: the same messages again, under new ids, to the queue of the worker that could not handle them; those
//! the relay could not publish, to their topic.
//!
//! Written into the outbox: a running process publishes it at its next poll, a stopped one when it starts.

use anyhow::{Result, anyhow};
use campanella_messages::Envelope;
use campanella_runtime::{
    RelayHandle, UnitOfWork,
    clock::{Clock as _, SystemClock, new_id},
    process::RELAY,
};
use campanella_store::dead_letter::{self, DeadLetter, Settlement};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::chosen::{self, Chosen, Group};
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
    wording,
    workforce::names,
};

/// Li rimette nella coda del loro worker, come messaggi nuovi
#[derive(Debug, Args)]
pub(in crate::cli) struct Retry {
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    retried: Vec<Retried>,
    /// Those that stay: no message can be read in them.
    unreadable: Vec<Uuid>,
}

#[derive(Debug, Serialize)]
struct Retried {
    id: Uuid,
    queue: String,
    message_id: Uuid,
    origin_id: Uuid,
}

impl Retry {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let report = match &self.chosen.like {
            Some(like) => alike(installation, like, out).await?,
            None => named(installation, &self.chosen.ids).await?,
        };
        if out.is_json() {
            out.json(&report)?;
        } else {
            show(&report, out)?;
        }
        Ok(Exit::Done)
    }
}

/// Those named, or none.
async fn named(installation: &Installation, prefixes: &[String]) -> Result<Report> {
    let mut report = Report::default();
    let mut work = installation.unit_of_work(SystemClock.now()).await?;
    for letter in chosen::named(work.tx(), prefixes).await? {
        require_worker(&letter)?;
        let envelope = Envelope::from_json(&letter.body).map_err(|_| unreadable(letter.id))?;
        report.retried.push(send(&mut work, &letter, &envelope));
    }
    settle(work, &report.retried).await?;
    Ok(report)
}

/// All that are like one, a page at a time; what cannot be read stays.
async fn alike(installation: &Installation, like: &str, out: &mut Output<'_>) -> Result<Report> {
    let group = Group::like(installation, like).await?;
    require_worker(&group.like)?;
    if !out.is_json() {
        out.line(&group.told())?;
    }
    let mut report = Report::default();
    for page in group.pages() {
        let mut work = installation.unit_of_work(SystemClock.now()).await?;
        let before = report.retried.len();
        for letter in dead_letter::take_open(work.tx(), page).await? {
            match Envelope::from_json(&letter.body) {
                Ok(envelope) => report.retried.push(send(&mut work, &letter, &envelope)),
                Err(_) => report.unreadable.push(letter.id),
            }
        }
        settle(work, report.retried.get(before..).unwrap_or_default()).await?;
    }
    Ok(report)
}

/// Writes it into the outbox, as a new message.
fn send(work: &mut UnitOfWork<'_>, letter: &DeadLetter, envelope: &Envelope) -> Retried {
    let (replay, now) = (envelope.replay(new_id()), work.now());
    if letter.worker == RELAY {
        work.emit_again(&replay, now);
    } else {
        work.emit_to(&letter.worker, &replay, now);
    }
    let queue = letter.worker.clone();
    Retried { id: letter.id, queue, message_id: replay.id, origin_id: replay.originid }
}

/// Nobody decides about them again, and the messages are written: both or neither.
async fn settle(mut work: UnitOfWork<'_>, retried: &[Retried]) -> Result<()> {
    let (ids, now): (Vec<_>, _) = (retried.iter().map(|retried| retried.id).collect(), work.now());
    dead_letter::settle(work.tx(), &ids, Settlement::Retried, now).await?;
    work.commit(&RelayHandle::detached()).await.map_err(|error| anyhow!(error))
}

fn show(report: &Report, out: &mut Output<'_>) -> Result<()> {
    match report.retried.as_slice() {
        [] => out.line("Nessun messaggio è stato rimesso in coda.")?,
        [one] => {
            let place = if one.queue == RELAY {
                "tra i messaggi da pubblicare".to_owned()
            } else {
                format!("nella coda «{}»", one.queue)
            };
            out.line(&format!("Rimesso {place} come messaggio {}.", one.message_id))?;
        }
        many => out.line(&format!("Rimessi in coda {} messaggi.", wording::number(many.len())))?,
    }
    if !report.unreadable.is_empty() {
        let number = report.unreadable.len();
        let stay = wording::count(number, "resta da decidere", "restano da decidere");
        let only = if number == 1 { "si può solo scartare" } else { "si possono solo scartare" };
        out.line(&format!("{stay}: il corpo non è leggibile, {only} («campanella dead discard»)."))?;
    }
    match report.retried.len() {
        0 => {}
        1 => out.line(
            "Lo elaborerà «campanella run», che lo pubblica entro pochi secondi o appena viene avviato.",
        )?,
        _ => out.line(
            "Li elaborerà «campanella run», che li pubblica entro pochi secondi o appena viene avviato.",
        )?,
    }
    Ok(())
}

/// A queue nobody takes from is no place for a message.
fn require_worker(letter: &DeadLetter) -> Result<(), Refusal> {
    if letter.worker == RELAY || names().contains(&letter.worker.as_str()) {
        return Ok(());
    }
    Err(Refusal::new(
        Exit::Failed,
        format!("il worker «{}» non esiste più in questa versione", letter.worker),
        "il messaggio si può scartare: «campanella dead discard ID --reason TESTO»",
    ))
}

fn unreadable(id: Uuid) -> Refusal {
    Refusal::new(
        Exit::Failed,
        format!("il corpo del messaggio {id} non è leggibile: non si può rimettere in coda"),
        "si può solo scartare: «campanella dead discard ID --reason TESTO»",
    )
}
