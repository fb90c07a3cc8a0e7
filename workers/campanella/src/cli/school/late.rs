// SPDX-License-Identifier: EUPL-1.2
//! `campanella school late`: whom operations call, of the schools that owe a class list and have entered nobody (ARS-034).

use anyhow::Result;
use campanella_domain::{
    civil::term::Term,
    identity::{MunicipalityCode, SchoolCode},
};
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::{
    Tx,
    ars::{class_list, school},
};
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::{Exit, Output, Table, register::PAGE},
    installation::Installation,
    wording,
};

/// Elenca le scuole con percorsi triennali di IeFP che non hanno ancora inserito l'elenco delle classi (27 ottobre)
#[derive(Debug, Args)]
pub(in crate::cli) struct Late {}

/// What `school late` tells; the JSON form is this.
#[derive(Debug, Serialize)]
struct Report {
    term: Term,
    /// Whether the term has passed: before, the lists are only expected.
    has_passed: bool,
    /// By code.
    schools: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    code: SchoolCode,
    name: String,
    municipality: MunicipalityCode,
    mailbox: String,
    /// Students of whom every entry was rejected: the school has tried, and has to complete their data (ARS-012, ARS-013).
    rejected: i64,
}

impl Late {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let procedure = &installation.procedures.ars;
        let (rules, term) = (&procedure.rules, procedure.terms.iefp_confirmation);
        let mut tx = installation.store.read().await?;
        let schools = late(&mut tx, rules.school_year_of(rules.first_day_of_lessons)).await?;
        tx.rollback().await?;
        let report = Report { term, has_passed: term.has_passed(SystemClock.now()), schools };
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }
}

/// The schools that have entered nobody since the first day of the school year.
async fn late(tx: &mut Tx, since: NaiveDate) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = school::without_class_list(tx, since, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let codes: Vec<&SchoolCode> = page.iter().map(|school| &school.code).collect();
        for (code, school) in school::known(tx, &codes).await? {
            rows.push(Row {
                rejected: class_list::of_school(tx, &code, since).await?.rejected,
                code,
                name: school.name,
                municipality: school.municipality,
                mailbox: school.mailbox.expose().to_owned(),
            });
        }
    }
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(rows)
}

impl Report {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let state = if self.has_passed { "è trascorso" } else { "non è ancora trascorso" };
        out.line(&format!("Elenchi delle classi IeFP: da inserire {}; il termine {state}.", self.term))?;
        if self.schools.is_empty() {
            out.line("Tutte le scuole con percorsi triennali di IeFP hanno inserito degli allievi.")?;
            return Ok(());
        }
        let mut table =
            Table::new(["codice", "scuola", "comune", "casella", "allievi con dati da completare"])
                .right(&[4]);
        for school in &self.schools {
            table.row([
                school.code.to_string(),
                school.name.clone(),
                school.municipality.to_string(),
                school.mailbox.clone(),
                school.rejected.to_string(),
            ]);
        }
        out.table(&table)?;
        out.line(&match self.schools.len() {
            1 => "1 scuola non ha inserito nessuno.".to_owned(),
            many => format!("{} scuole non hanno inserito nessuno.", wording::number(many)),
        })?;
        out.line("Di ognuna «campanella school show CODICE» dice che cosa manca.")?;
        Ok(())
    }
}
