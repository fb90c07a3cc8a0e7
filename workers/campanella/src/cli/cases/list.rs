// SPDX-License-Identifier: EUPL-1.2
//! `campanella cases list`

use anyhow::Result;
use campanella_domain::{civil::italian::date, identity::CpiCode};
use campanella_store::{
    Tx,
    ars::{
        period::PeriodState,
        work_list::{self, Case, Filter},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::{
    cli::{Exit, Output, Table, mask, register},
    installation::Installation,
    wording,
};

/// Li elenca, dal più vecchio
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Solo in questo stato: reported (segnalato), assigned, unassigned (senza CPI), closed, all [se manca: quelli aperti]
    #[arg(long, value_name = "STATO", hide_possible_values = true)]
    state: Option<State>,
    /// Solo di questo CPI
    #[arg(long, value_name = "CODICE", value_parser = crate::cli::cpi::code)]
    cpi: Option<CpiCode>,
    /// Solo quelli per cui nessun CPI è competente: decide l'ufficio
    #[arg(long, conflicts_with_all = ["state", "cpi"])]
    unassigned: bool,
    /// Solo quelli che il CPI non ha ancora preso in carico
    #[arg(long, conflicts_with_all = ["state", "unassigned"])]
    not_taken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    Reported,
    Assigned,
    Unassigned,
    Closed,
    All,
}

impl State {
    const fn stored(self) -> &'static [PeriodState] {
        match self {
            Self::Reported => &[PeriodState::Reported],
            Self::Assigned => &[PeriodState::Assigned],
            Self::Unassigned => &[PeriodState::Unassigned],
            Self::Closed => &[PeriodState::Closed],
            Self::All => {
                &[PeriodState::Reported, PeriodState::Assigned, PeriodState::Unassigned, PeriodState::Closed]
            }
        }
    }
}

const OPEN: &[PeriodState] = &[PeriodState::Reported, PeriodState::Assigned, PeriodState::Unassigned];

/// A case in the list; the JSON form is this.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) case_number: String,
    pub(super) state: PeriodState,
    pub(super) cpi: Option<CpiCode>,
    /// Why this CPI, or why none.
    pub(super) competence: Option<String>,
    /// Masked tax code.
    pub(super) student: String,
    pub(super) ordinal: u32,
    pub(super) school: String,
    pub(super) opened_on: NaiveDate,
    pub(super) assigned_at: Option<DateTime<Utc>>,
    pub(super) taken_at: Option<DateTime<Utc>>,
    pub(super) closed_on: Option<NaiveDate>,
    pub(super) ending: Option<&'static str>,
}

impl From<&Case> for Row {
    fn from(case: &Case) -> Self {
        let period = &case.period;
        Self {
            case_number: period.case_number.clone(),
            state: period.state,
            cpi: period.cpi.clone(),
            competence: case.competence.clone(),
            student: mask::tax_code(&case.tax_code),
            ordinal: period.ordinal,
            school: period.school.to_string(),
            opened_on: period.opened_on,
            assigned_at: case.assigned_at,
            taken_at: period.taken_at,
            closed_on: period.closed_on,
            ending: period.ending.map(campanella_domain::ars::Ending::code),
        }
    }
}

impl List {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let rows = self.rows(&mut tx).await?;
        tx.rollback().await?;
        if out.is_json() {
            out.json(&rows)?;
        } else if rows.is_empty() {
            out.line("Nessun caso.")?;
        } else {
            self.show(&rows, out)?;
        }
        Ok(Exit::Done)
    }

    async fn rows(&self, tx: &mut Tx) -> Result<Vec<Row>> {
        let states = match self.state {
            Some(state) => state.stored(),
            None if self.unassigned => &[PeriodState::Unassigned],
            None if self.not_taken => &[PeriodState::Assigned],
            None => OPEN,
        };
        let filter = Filter { states, cpi: self.cpi.as_ref() };
        let mut rows: Vec<Row> = Vec::new();
        let mut after = None;
        loop {
            let page = work_list::page(tx, filter, after, register::PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.period.id);
            rows.extend(page.iter().map(Row::from));
        }
        if self.not_taken {
            rows.retain(|row| row.taken_at.is_none());
        }
        rows.sort_by(|one, other| {
            (one.opened_on, &one.case_number).cmp(&(other.opened_on, &other.case_number))
        });
        Ok(rows)
    }

    fn show(&self, rows: &[Row], out: &mut Output<'_>) -> Result<()> {
        let mut table =
            Table::new(["caso", "dal", "stato", "CPI", "preso in carico", "allievo", "segnalato da"]);
        for row in rows {
            table.row([
                row.case_number.clone(),
                date(row.opened_on),
                register::period_state(row.state).to_owned(),
                row.cpi.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string),
                row.taken_at.map_or_else(|| "—".to_owned(), wording::short_moment),
                row.student.clone(),
                row.school.clone(),
            ]);
        }
        out.table(&table)?;
        out.line(&wording::count(rows.len(), "caso", "casi"))?;
        if self.unassigned {
            out.line(
                "Un caso è assegnato quando il suo comune ha un CPI: «campanella import catchments FILE».",
            )?;
        }
        Ok(())
    }
}
