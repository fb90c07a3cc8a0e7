// SPDX-License-Identifier: EUPL-1.2
//! `campanella lists draft`: the list as it would be published now, and what stands in the way. Writes nothing.

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::zone::date_of,
    identity::{InstanceNumber, Money},
};
use campanella_jobs::{Draft, Waiting, draft};
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::ardis::{decision::Counts, published_list::ListKind};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use super::{Kind, refusals, spending::Spending, term::Readings};
use crate::{
    cli::{Exit, Output, Table, given},
    installation::Installation,
    wording,
};

/// Mostra che cosa sarebbe pubblicato ora e che cosa lo impedisce; non scrive nulla
#[derive(Debug, Args)]
pub(in crate::cli) struct DraftList {
    /// Provvisorio (provisional) o definitivo (final) [se manca: provisional]
    #[arg(long, value_name = "TIPO", hide_possible_values = true)]
    kind: Option<Kind>,
    /// Fondi disponibili in euro: mostra il fabbisogno e la riduzione in misura uguale
    #[arg(long, value_name = "EURO", value_parser = given::funds)]
    funds: Option<Money>,
}

#[derive(Debug, Serialize)]
struct Report {
    kind: ListKind,
    at: DateTime<Utc>,
    publishable: bool,
    counts: Counts,
    /// What stands in the way, besides applications.
    obstacles: Vec<Way>,
    pending: Vec<Row>,
    to_review: Vec<Row>,
    /// Of a provisional list published today.
    term: Option<Readings>,
    amounts: Option<Spending>,
}

/// An obstacle and its remedy, as people read it.
#[derive(Debug, Serialize)]
struct Way {
    problem: String,
    remedy: String,
}

#[derive(Debug, Serialize)]
struct Row {
    instance_number: InstanceNumber,
    /// What the rules say now.
    outcome: Outcome,
    causes: Vec<Cause>,
    why: Vec<String>,
}

impl From<Waiting> for Row {
    fn from(waiting: Waiting) -> Self {
        Self {
            instance_number: waiting.instance_number,
            outcome: waiting.outcome,
            causes: waiting.causes,
            why: waiting.doubts.into_iter().map(|doubt| doubt.explanation).collect(),
        }
    }
}

impl DraftList {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let (kind, now) = (self.kind.map_or(ListKind::Provisional, Into::into), SystemClock.now());
        let procedure = &installation.procedures.ardis;
        let mut tx = installation.store.read().await?;
        let draft = draft(kind, self.funds, now, procedure, &mut tx).await?;
        tx.rollback().await?;
        let term = draft.observations.map(|term| Readings::of(date_of(now), term, procedure));
        let report = Report::of(kind, now, draft, term);
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }
}

impl Report {
    fn of(kind: ListKind, at: DateTime<Utc>, draft: Draft, term: Option<Readings>) -> Self {
        let publishable = draft.is_publishable();
        let early = draft.too_early.map(refusals::too_early);
        let obstacles = draft.obstacles.into_iter().map(refusals::of_obstacle);
        let way = |(problem, remedy)| Way { problem, remedy };
        Self {
            kind,
            at,
            publishable,
            counts: draft.counts,
            obstacles: early.into_iter().chain(obstacles).map(way).collect(),
            pending: draft.pending.into_iter().map(Row::from).collect(),
            to_review: draft.to_review.into_iter().map(Row::from).collect(),
            term,
            amounts: draft.amounts.map(Spending::from),
        }
    }

    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let kind = wording::list(self.kind);
        out.line(&format!("Bozza dell'elenco {kind}, {}", wording::moment(self.at)))?;
        out.line("")?;
        for line in wording::totals(&self.counts) {
            out.line(&line)?;
        }
        if let Some(amounts) = &self.amounts {
            out.line("")?;
            amounts.tell(out)?;
        }
        if let Some(term) = &self.term {
            out.line("")?;
            out.line("Se fosse pubblicato oggi:")?;
            term.tell(out)?;
        }
        out.line("")?;
        if self.publishable {
            let typed = self.kind.as_str();
            out.line(&format!(
                "Nulla lo impedisce: «campanella lists publish --kind {typed} --officer FUNZIONARIO»."
            ))?;
            return Ok(());
        }
        out.line("Che cosa lo impedisce")?;
        for way in &self.obstacles {
            out.line(&format!("  • {}; {}", way.problem, way.remedy))?;
        }
        rows("in sospeso", &self.pending, out)?;
        rows(
            "da riesaminare: dopo la decisione del funzionario la valutazione è cambiata",
            &self.to_review,
            out,
        )
    }
}

fn rows(heading: &str, rows: &[Row], out: &mut Output<'_>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let count = wording::count(rows.len(), "domanda", "domande");
    out.line(&format!("  • {count} {heading}"))?;
    out.line("")?;
    let mut table = Table::new(["domanda", "secondo le regole", "cause", "dubbi"]);
    for row in rows {
        table.row([
            row.instance_number.to_string(),
            wording::outcome(row.outcome).to_owned(),
            wording::causes(&row.causes),
            if row.why.is_empty() { "—".to_owned() } else { row.why.join(" ") },
        ]);
    }
    out.table(&table)?;
    out.line("")?;
    out.line("  Un funzionario ne decide con «campanella applications decide DOMANDA».")?;
    Ok(())
}
