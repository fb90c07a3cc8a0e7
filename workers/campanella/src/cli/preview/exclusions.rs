// SPDX-License-Identifier: EUPL-1.2
//! `campanella preview exclusions`: every application as the rules see it on the facts known at a moment.
//!
//! What is told is what the worker records when that moment comes. Officers' decisions are no part of it, nor is the nature
//! of a derogation (`ARD-026`, OQ-B12). Nothing is written.

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Evaluation, Outcome},
    civil::term::Term,
    identity::{InstanceNumber, RuleNumber},
    procedure::ArdisProcedure,
};
use campanella_jobs::{Forecast, forecast};
use campanella_store::ardis::{application, decision::Counts};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    cli::{
        Exit, Output, Table,
        moment::{last_moment, moment},
        output::JsonArray,
        rules::shown,
    },
    installation::Installation,
    wording,
};

/// Applications evaluated at once.
const PAGE: usize = 500;

/// Valuta ogni domanda sui fatti noti a un certo momento: ammesse, escluse (E01–E09), in sospeso; non registra nulla
#[derive(Debug, Args)]
pub(in crate::cli) struct Exclusions {
    /// Il momento: una data vale il suo ultimo secondo (ora di Roma); anche 2025-12-18T09:00:00+01:00
    #[arg(long, value_name = "DATA", value_parser = moment)]
    at: DateTime<Utc>,
}

/// One application; an item of the JSON form.
#[derive(Debug, Serialize)]
struct Row {
    instance_number: InstanceNumber,
    outcome: Outcome,
    causes: Vec<Cause>,
    rules: Vec<RuleNumber>,
    /// The reasons lists print; of a pending application what is open.
    reasons: Vec<String>,
}

impl From<Forecast> for Row {
    fn from(forecast: Forecast) -> Self {
        let Forecast { instance_number, evaluation } = forecast;
        Self {
            instance_number,
            outcome: evaluation.outcome,
            causes: evaluation.cause_codes().collect(),
            rules: shown(&evaluation.rules),
            reasons: reasons(evaluation),
        }
    }
}

fn reasons(evaluation: Evaluation) -> Vec<String> {
    match evaluation.outcome {
        Outcome::Admitted => Vec::new(),
        Outcome::Excluded => evaluation.causes.into_iter().map(|finding| finding.reason).collect(),
        Outcome::Pending => evaluation.doubts.into_iter().map(|doubt| doubt.explanation).collect(),
    }
}

/// Where rows go as they are worked out.
trait Reader {
    fn take(&mut self, row: Row) -> Result<()>;
}

impl Reader for JsonArray<'_, '_> {
    fn take(&mut self, row: Row) -> Result<()> {
        Ok(self.item(&row)?)
    }
}

/// Totals, and a line for each application that is not admitted.
struct Summary {
    counts: Counts,
    table: Table,
}

impl Reader for Summary {
    fn take(&mut self, row: Row) -> Result<()> {
        self.counts.add(row.outcome, &row.causes, 1);
        if row.outcome != Outcome::Admitted {
            self.table.row([
                row.instance_number.to_string(),
                wording::outcome(row.outcome).to_owned(),
                wording::causes(&row.causes),
                row.reasons.join(if row.outcome == Outcome::Excluded { "; " } else { " " }),
            ]);
        }
        Ok(())
    }
}

impl Exclusions {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        if out.is_json() {
            let mut array = out.json_array()?;
            self.read(installation, &mut array).await?;
            array.end()?;
        } else {
            let table = Table::new(["domanda", "esito", "cause", "perché"]);
            let mut summary = Summary { counts: Counts::default(), table };
            self.read(installation, &mut summary).await?;
            self.tell(&summary, &installation.procedures.ardis, out)?;
        }
        Ok(Exit::Done)
    }

    /// In one snapshot, in the order of the numbers, a page at a time.
    async fn read(&self, installation: &Installation, reader: &mut impl Reader) -> Result<()> {
        let mut tx = installation.store.read().await?;
        let numbers = application::by_number(&mut tx).await?;
        for page in numbers.chunks(PAGE) {
            let ids: Vec<Uuid> = page.iter().map(|(_, id)| *id).collect();
            for row in forecast(&mut tx, &ids, self.at, &installation.procedures.ardis).await? {
                reader.take(row.into())?;
            }
        }
        Ok(tx.rollback().await?)
    }

    fn tell(&self, summary: &Summary, procedure: &ArdisProcedure, out: &mut Output<'_>) -> Result<()> {
        out.line(&format!("Anteprima sui fatti noti a: {}", wording::moment(self.at)))?;
        out.line(&format!("Procedura: {}", procedure.version()))?;
        out.line("Sono proposte secondo le regole: le decisioni dei funzionari non sono considerate e nulla viene registrato.")?;
        out.line("")?;
        let counts = &summary.counts;
        if counts.admitted + counts.excluded + counts.pending == 0 {
            out.line("Nessuna domanda è registrata.")?;
            return Ok(());
        }
        for line in wording::totals(counts) {
            out.line(&line)?;
        }
        for (name, term) in
            [("DSU", procedure.terms.dsu), ("regolarizzazione", procedure.terms.regularisation)]
        {
            if let Some(ask) = self.ask_instead(term) {
                out.line("")?;
                out.line(&format!(
                    "Attenzione: il termine per la {name}, {term}, in quel momento non è ancora trascorso. Per vedere che cosa \
                    ne segue chiedere --at {ask}."
                ))?;
            }
        }
        if counts.excluded + counts.pending > 0 {
            out.line("")?;
            out.table(&summary.table)?;
        }
        Ok(())
    }

    /// Where a term has not passed yet and passes within a day, the date on which it has: who asks about the last day means
    /// what comes of it.
    fn ask_instead(&self, term: Term) -> Option<NaiveDate> {
        let near = !term.has_passed(self.at) && term.has_passed(self.at + TimeDelta::days(1));
        let day = term.last_day();
        near.then(|| if term.has_passed(last_moment(day)) { day } else { day.succ_opt().unwrap_or(day) })
    }
}
