// SPDX-License-Identifier: EUPL-1.2
//! An employment centre as text.

use anyhow::Result;
use campanella_domain::civil::italian::date;

use super::account::{Account, Aged};
use crate::{
    cli::{Output, Table, register},
    wording,
};

pub(super) fn write(account: &Account, out: &mut Output<'_>) -> Result<()> {
    out.line(&format!("CPI {} – {} ({})", account.code, account.name, account.province))?;
    out.line(&format!("  Casella: {}", account.mailbox))?;
    out.line("")?;
    if account.catchment.is_empty() {
        out.line("Comuni di competenza: nessuno. Si caricano con «campanella import catchments FILE».")?;
    } else {
        let places = wording::count(account.catchment.len(), "comune", "comuni");
        let names: Vec<&str> = account.catchment.iter().map(|place| place.name.as_str()).collect();
        out.line(&format!("Bacino di competenza ({places}): {}", names.join(", ")))?;
        if account.catchment.iter().any(|place| place.source == "invented") {
            out.line("  Assegnazione inventata per la dimostrazione.")?;
        }
    }
    open_cases(account, out)?;
    notes(account, out)
}

fn open_cases(account: &Account, out: &mut Output<'_>) -> Result<()> {
    out.line("")?;
    let total: i64 = account.open_cases.iter().map(|row| row.cases).sum();
    if total == 0 {
        out.line("Casi aperti: nessuno.")?;
        return Ok(());
    }
    out.line(&format!("Casi aperti: {}", wording::number(usize::try_from(total).unwrap_or_default())))?;
    let mut table = Table::new(["  età", "stato", "casi", "il più vecchio"]).right(&[2]);
    for row in &account.open_cases {
        table.row([
            format!("  {}", age(row)),
            register::period_state(row.state).to_owned(),
            wording::number(usize::try_from(row.cases).unwrap_or_default()),
            date(row.oldest),
        ]);
    }
    out.table(&table)?;
    out.line(&format!("I casi sono in «campanella cases list --cpi {}».", account.code))?;
    Ok(())
}

fn age(row: &Aged) -> String {
    match row.to_days {
        Some(last) => format!("da {} a {last} giorni", row.from_days),
        None => format!("{} giorni e più", row.from_days),
    }
}

fn notes(account: &Account, out: &mut Output<'_>) -> Result<()> {
    out.line("")?;
    if account.notes.is_empty() {
        out.line("Note delle scuole sugli allievi mai presenti: nessuna.")?;
        return Ok(());
    }
    out.line("Note delle scuole sugli allievi mai presenti (dati personali: solo per il lavoro del CPI)")?;
    for note in &account.notes {
        out.line(&format!(
            "  {}  {}  {}  {}",
            note.case_number,
            date(note.event_date),
            note.school,
            note.communication_number
        ))?;
        out.line(&format!("      {}", note.text))?;
    }
    Ok(())
}
