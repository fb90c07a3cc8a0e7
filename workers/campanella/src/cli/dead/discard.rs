// SPDX-License-Identifier: EUPL-1.2
//! `campanella dead discard`
//!
//! Retrying can be done again, discarding cannot be undone: whoever discards all that are like one says how many they are.

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::{
    Tx,
    dead_letter::{self, DeadLetter, Settlement},
};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::chosen::{self, Chosen, Group};
use crate::{
    cli::{Exit, Output, Refusal},
    installation::Installation,
    wording,
};

/// Li scarta; il motivo resta agli atti
#[derive(Debug, Args)]
pub(in crate::cli) struct Discard {
    #[command(flatten)]
    chosen: Chosen,
    /// Con --like: quanti sono; se sono di più o di meno nessuno è scartato
    #[arg(long, value_name = "NUMERO", requires = "like", conflicts_with = "ids")]
    count: Option<usize>,
    /// Perché non servono più; senza dati personali, perché resta agli atti
    #[arg(long, value_name = "TESTO", value_parser = reason)]
    reason: String,
}

#[derive(Debug, Serialize)]
struct Report {
    discarded: Vec<Uuid>,
    reason: String,
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("il motivo non può essere vuoto".to_owned()) } else { Ok(text.to_owned()) }
}

impl Discard {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let discarded = match &self.chosen.like {
            Some(like) => self.alike(installation, like, out).await?,
            None => self.named(installation).await?,
        };
        let report = Report { discarded, reason: self.reason };
        if out.is_json() {
            out.json(&report)?;
        } else {
            out.line(&told(&report))?;
        }
        Ok(Exit::Done)
    }

    /// Those named, or none.
    async fn named(&self, installation: &Installation) -> Result<Vec<Uuid>> {
        let mut tx = installation.begin().await?;
        let letters = chosen::named(&mut tx, &self.chosen.ids).await?;
        self.settle(tx, &letters).await
    }

    /// All that are like one, a page at a time.
    async fn alike(
        &self,
        installation: &Installation,
        like: &str,
        out: &mut Output<'_>,
    ) -> Result<Vec<Uuid>> {
        let group = Group::like(installation, like).await?;
        if self.count != Some(group.ids.len()) {
            return Err(miscounted(&group, self.count).into());
        }
        if !out.is_json() {
            out.line(&group.told())?;
        }
        let mut discarded = Vec::new();
        for page in group.pages() {
            let mut tx = installation.begin().await?;
            let letters = dead_letter::take_open(&mut tx, page).await?;
            discarded.extend(self.settle(tx, &letters).await?);
        }
        Ok(discarded)
    }

    /// Ends the transaction in which they were taken.
    async fn settle(&self, mut tx: Tx, letters: &[DeadLetter]) -> Result<Vec<Uuid>> {
        let ids: Vec<_> = letters.iter().map(|letter| letter.id).collect();
        dead_letter::settle(&mut tx, &ids, Settlement::Discarded(&self.reason), SystemClock.now()).await?;
        tx.commit().await?;
        Ok(ids)
    }
}

/// The refusal that nobody has said how many they are, or not the right number.
fn miscounted(group: &Group, said: Option<usize>) -> Refusal {
    let number = group.ids.len();
    let are = format!("i messaggi da scartare sono {}", wording::number(number));
    let message = said.map_or_else(
        || {
            format!(
                "{are} (worker «{}», errore: {}): occorre confermarne il numero; nessuno è stato scartato",
                group.like.worker, group.like.error
            )
        },
        |said| format!("{are} e non {}; nessuno è stato scartato", wording::number(said)),
    );
    let remedy = if number == 0 {
        "non occorre fare nulla".to_owned()
    } else {
        format!("per scartarli tutti aggiungere --count {number}")
    };
    Refusal::new(Exit::Usage, message, remedy)
}

fn told(report: &Report) -> String {
    let reason = report.reason.trim_end_matches('.');
    match report.discarded.as_slice() {
        [one] => format!("Scartato il messaggio {one}: {reason}."),
        many => format!("Scartati {} messaggi: {reason}.", wording::number(many.len())),
    }
}
