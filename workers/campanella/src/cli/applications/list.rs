// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications list`: applications by their newest decisions, under their numbers alone.

use std::collections::HashSet;

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, DoubtCode, Outcome},
    identity::InstanceNumber,
};
use campanella_store::ardis::{
    application,
    decision::{self, Decision, Origin},
    review,
};
use clap::{Args, ValueEnum};
use serde::Serialize;
use uuid::Uuid;

use super::doubts;
use crate::{
    cli::{Exit, Output, Table, given},
    installation::Installation,
    wording,
};

/// Applications read at once.
const PAGE: usize = 500;

/// Le elenca con l'ultima decisione
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Solo con questo esito: admitted (ammesse), excluded (escluse), pending (in sospeso), undecided (non valutate)
    #[arg(long, value_name = "ESITO", hide_possible_values = true)]
    outcome: Option<Standing>,
    /// Solo quelle escluse per questa causa, da E01 a E09
    #[arg(long, value_name = "CAUSA", value_parser = given::cause)]
    cause: Option<Cause>,
    /// Solo quelle con questo dubbio aperto, come duplicate-application
    #[arg(long, value_name = "DUBBIO", value_parser = doubts::typed)]
    doubt: Option<DoubtCode>,
    /// Solo quelle che un funzionario deve riesaminare
    #[arg(long)]
    to_review: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Standing {
    Admitted,
    Excluded,
    Pending,
    Undecided,
}

#[derive(Debug, Serialize)]
struct Row {
    instance_number: InstanceNumber,
    /// None before the first term.
    outcome: Option<Outcome>,
    causes: Vec<Cause>,
    /// `worker` or `officer`.
    origin: Option<&'static str>,
    doubts: Vec<DoubtCode>,
    to_review: bool,
}

impl Row {
    fn of(instance_number: InstanceNumber, newest: Option<&Decision>, to_review: bool) -> Self {
        let origin = newest.map(|decision| match decision.origin {
            Origin::Worker => "worker",
            Origin::Officer { .. } => "officer",
        });
        Self {
            instance_number,
            outcome: newest.map(|decision| decision.outcome),
            causes: newest.map(|decision| decision.causes.clone()).unwrap_or_default(),
            origin,
            doubts: newest.into_iter().flat_map(open_doubts).collect(),
            to_review,
        }
    }
}

/// What is open: an officer's word settles it.
fn open_doubts(decision: &Decision) -> impl Iterator<Item = DoubtCode> {
    let open = decision.origin == Origin::Worker;
    decision.evaluation.doubts.iter().filter(move |_| open).map(|doubt| doubt.code)
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let rows = self.read(installation).await?;
        if out.is_json() {
            out.json(&rows)?;
        } else if rows.is_empty() {
            out.line("Nessuna domanda.")?;
        } else {
            show(&rows, out)?;
        }
        Ok(Exit::Done)
    }

    /// In the order of the numbers; only what was asked for is kept.
    async fn read(&self, installation: &Installation) -> Result<Vec<Row>> {
        let mut tx = installation.store.read().await?;
        let asked: HashSet<Uuid> = review::open_applications(&mut tx).await?;
        let (numbers, mut rows) = (application::by_number(&mut tx).await?, Vec::new());
        for page in numbers.chunks(PAGE) {
            let ids: Vec<Uuid> = page.iter().map(|(_, id)| *id).collect();
            let newest = decision::newest(&mut tx, &ids).await?;
            let page = page.iter().map(|(number, id)| Row::of(*number, newest.get(id), asked.contains(id)));
            rows.extend(page.filter(|row| self.wants(row)));
        }
        tx.rollback().await?;
        Ok(rows)
    }

    fn wants(&self, row: &Row) -> bool {
        let outcome = self.outcome.is_none_or(|wanted| match wanted {
            Standing::Admitted => row.outcome == Some(Outcome::Admitted),
            Standing::Excluded => row.outcome == Some(Outcome::Excluded),
            Standing::Pending => row.outcome == Some(Outcome::Pending),
            Standing::Undecided => row.outcome.is_none(),
        });
        outcome
            && self.cause.is_none_or(|cause| row.causes.contains(&cause))
            && self.doubt.is_none_or(|doubt| row.doubts.contains(&doubt))
            && (!self.to_review || row.to_review)
    }
}

fn show(rows: &[Row], out: &mut Output<'_>) -> Result<()> {
    let mut table = Table::new(["domanda", "esito", "cause", "decisa da", "dubbi", "da riesaminare"]);
    for row in rows {
        let doubts: Vec<String> = row.doubts.iter().copied().map(doubts::label).collect();
        table.row([
            row.instance_number.to_string(),
            row.outcome.map_or("non valutata", wording::outcome).to_owned(),
            wording::causes(&row.causes),
            match row.origin {
                Some("officer") => "funzionario",
                Some(_) => "proposta del programma",
                None => "—",
            }
            .to_owned(),
            if doubts.is_empty() { "—".to_owned() } else { doubts.join(", ") },
            if row.to_review { "sì" } else { "—" }.to_owned(),
        ]);
    }
    out.table(&table)?;
    out.line("")?;
    out.line(&format!(
        "{}. Perché: «campanella explain DOMANDA»; i dati: «campanella applications show DOMANDA».",
        wording::count(rows.len(), "domanda", "domande")
    ))?;
    Ok(())
}
