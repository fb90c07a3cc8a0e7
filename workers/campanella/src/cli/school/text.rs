// SPDX-License-Identifier: EUPL-1.2
//! A school as text.

use anyhow::Result;
use campanella_domain::{civil::italian::date, procedure::ArsProcedure};

use super::account::{Account, ClassListAccount, ClassListState, Return};
use crate::{
    cli::{Output, Table, register},
    wording,
};

pub(super) fn write(account: &Account, procedure: &ArsProcedure, out: &mut Output<'_>) -> Result<()> {
    out.line(&format!("Scuola {} – {}", account.code, account.name))?;
    out.line(&format!("  Tipo: {}", register::school_type(account.kind)))?;
    let place = account.place.clone().unwrap_or_else(|| account.municipality.to_string());
    out.line(&format!("  Comune: {place}"))?;
    out.line(&format!("  Casella: {}", account.mailbox))?;
    let courses = if account.delivers_iefp { "sì" } else { "no" };
    out.line(&format!("  Percorsi triennali di IeFP: {courses}"))?;
    out.line(&format!("  Allievi di proprietà in ARS: {}", count(account.owned_students)))?;
    out.line(&format!("  Elenco delle classi IeFP: {}", class_list(account.class_list.as_ref(), procedure)))?;
    synoptic_table(&account.synoptic_table, out)?;
    section("Da fare", &account.to_do, out)?;
    section("Comunicazioni in attesa di un'altra", &account.parked, out)
}

fn count(number: i64) -> String {
    wording::number(usize::try_from(number).unwrap_or_default())
}

fn class_list(account: Option<&ClassListAccount>, procedure: &ArsProcedure) -> String {
    let Some(account) = account else { return "non dovuto (nessun percorso triennale di IeFP)".to_owned() };
    let term = procedure.terms.iefp_confirmation;
    let rejected = match account.list.rejected {
        0 => String::new(),
        1 => "; di 1 allievo i dati sono da completare".to_owned(),
        many => format!("; di {} allievi i dati sono da completare", count(many)),
    };
    let state = match account.state {
        ClassListState::Late => format!("mancante: andava inserito {term}"),
        ClassListState::Expected => format!("atteso {term}"),
        ClassListState::Entered => {
            let newest = account.list.newest.map(wording::short_moment);
            let newest = newest.map(|newest| format!(", l'ultimo il {newest}")).unwrap_or_default();
            let students = if account.list.entered == 1 { "allievo inserito" } else { "allievi inseriti" };
            format!("{} {students}{newest}", count(account.list.entered))
        }
    };
    format!("{state}{rejected}")
}

fn synoptic_table(rows: &[Return], out: &mut Output<'_>) -> Result<()> {
    out.line("")?;
    if rows.is_empty() {
        out.line("Quadro sinottico: nessun rientro inserito da un CPI.")?;
        return Ok(());
    }
    out.line("Quadro sinottico: rientri inseriti da un CPI")?;
    let mut table = Table::new(["  numero", "allievo", "rientrato il", "classe", "CPI", "la scuola"]);
    for row in rows {
        let class = [row.class.as_deref(), row.section.as_deref()];
        let class = class.into_iter().flatten().collect::<Vec<_>>().join(" ");
        table.row([
            format!("  {}", row.communication_number),
            row.student.clone(),
            date(row.event_date),
            if class.is_empty() { "—".to_owned() } else { class },
            row.cpi.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string),
            if row.entered_by_school { "l'ha inserito" } else { "deve inserirlo in anagrafe" }.to_owned(),
        ]);
    }
    Ok(out.table(&table)?)
}

fn section(heading: &str, lines: &[register::FindingLine], out: &mut Output<'_>) -> Result<()> {
    out.line("")?;
    if lines.is_empty() {
        out.line(&format!("{heading}: nulla."))?;
        return Ok(());
    }
    out.line(&format!("{heading} ({})", wording::number(lines.len())))?;
    register::write(lines, out)
}
