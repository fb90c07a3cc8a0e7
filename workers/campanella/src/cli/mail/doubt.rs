// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail doubt`: after a restore nobody knows which of the waiting mails have left already.
//!
//! A backup says of a mail that it waits, whatever happened to it since. Sent again blindly it would reach a family twice
//! (ADR 9); uncertain it waits for a person who has read the relay's logs.

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::notification;
use clap::Args;
use serde_json::json;

use crate::{
    cli::{Exit, Output},
    installation::Installation,
    wording,
};

/// What stands beside each of them from now on.
const ANSWER: &str = "dopo un ripristino: forse è già partita";

/// Dopo un ripristino: rende incerte tutte le e-mail ancora da inviare, che potrebbero essere già partite
#[derive(Debug, Args)]
pub(in crate::cli) struct Doubt {}

impl Doubt {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.begin().await?;
        let doubted = notification::doubt(&mut tx, ANSWER, SystemClock.now()).await?;
        tx.commit().await?;
        if out.is_json() {
            out.json(&json!({ "doubted": doubted }))?;
            return Ok(Exit::Done);
        }
        if doubted == 0 {
            out.line("Nessuna e-mail era da inviare.")?;
            return Ok(Exit::Done);
        }
        let mails = usize::try_from(doubted).unwrap_or(usize::MAX);
        out.line(&format!(
            "{}: nessun programma le invierà più.",
            wording::count(mails, "e-mail è ora incerta", "e-mail sono ora incerte")
        ))?;
        out.line("Che cosa fare: cercare ciascuna nei log del server di posta; «campanella mail confirm» se è partita,")?;
        out.line("«campanella mail retry» se non lo è. L'elenco: «campanella mail list --state uncertain».")?;
        Ok(Exit::Done)
    }
}
