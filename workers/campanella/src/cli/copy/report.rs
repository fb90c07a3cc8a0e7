// SPDX-License-Identifier: EUPL-1.2
//! What `campanella copy` says.

use anyhow::{Error, Result};
use campanella_store::transfer::{CopiedTable, CopyError};
use serde_json::json;

use crate::{
    cli::{Exit, Output, Refusal, Table},
    wording,
};

pub(super) fn done(address: &str, tables: &[CopiedTable], out: &mut Output<'_>) -> Result<()> {
    if out.is_json() {
        let tables: Vec<_> = tables
            .iter()
            .map(|table| json!({ "name": table.name, "rows": table.rows, "checksum": table.checksum }))
            .collect();
        return Ok(out.json(&json!({ "to": address, "already_copied": false, "tables": tables }))?);
    }
    let size = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
    let mut table = Table::new(["tabella", "righe", "somma di controllo"]).right(&[1]);
    for one in tables {
        table.row([one.name.clone(), wording::number(size(one.rows)), one.checksum.clone()]);
    }
    out.table(&table)?;
    let rows = wording::count(size(tables.iter().map(|table| table.rows).sum()), "riga", "righe");
    out.line("")?;
    out.line(&format!(
        "Trasferimento riuscito in «{address}»: {rows}, rilette e confrontate tabella per tabella."
    ))?;
    out.line("I dati di partenza restano com'erano. L'installazione è segnata come trasferita: nessun comando vi lavora più.")?;
    next(out)
}

pub(super) fn already(address: &str, out: &mut Output<'_>) -> Result<()> {
    if out.is_json() {
        return Ok(out.json(&json!({ "to": address, "already_copied": true, "tables": [] }))?);
    }
    out.line(&format!("Il trasferimento in «{address}» era già riuscito: non c'è altro da copiare."))?;
    next(out)
}

fn next(out: &mut Output<'_>) -> Result<()> {
    out.line("Che cosa fare ora: indicare il nuovo database nella configurazione (database.url) e avviare «campanella run».")?;
    Ok(())
}

pub(super) fn undone(address: &str, out: &mut Output<'_>) -> Result<()> {
    if out.is_json() {
        return Ok(out.json(&json!({ "undone": address }))?);
    }
    out.line(&format!("Trasferimento in «{address}» annullato: si torna a lavorare qui."))?;
    out.line(
        "Attenzione: quella copia non deve più essere usata, altrimenti le e-mail partirebbero due volte.",
    )?;
    Ok(())
}

/// The commit was sent, and no answer came.
pub(super) fn in_doubt() -> Refusal {
    Refusal::new(
        Exit::Unavailable,
        "il nuovo database non ha risposto alla conferma: non si sa se il trasferimento sia riuscito",
        "ripetere lo stesso comando quando risponde: se era riuscito lo dice, altrimenti ricomincia da capo",
    )
}

pub(super) fn refusal_of(error: Error) -> Error {
    match error.downcast::<CopyError>() {
        Ok(error) => refusal(error),
        Err(error) => error,
    }
}

pub(super) fn refusal(error: CopyError) -> Error {
    match error {
        CopyError::NotEmpty(table) => Refusal::new(
            Exit::Failed,
            format!("il nuovo database non è vuoto: la tabella «{table}» contiene righe"),
            "crearne uno nuovo (CREATE DATABASE) e ripetere il comando; nulla è stato copiato",
        )
        .into(),
        CopyError::Encoding(encoding) => Refusal::new(
            Exit::Failed,
            format!("il nuovo database ha la codifica {encoding}: non può contenere ogni testo"),
            "crearlo con CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
        )
        .into(),
        CopyError::Differs { table, source_rows, target_rows } => Refusal::new(
            Exit::Failed,
            format!("la tabella «{table}» non è arrivata com'era ({target_rows} righe su {source_rows}, o con altri valori)"),
            "nulla è stato copiato e si può lavorare come prima; verificare se nel nuovo database ci sono trigger o regole, poi \
            ripetere; altrimenti chiedere assistenza citando la tabella",
        )
        .into(),
        CopyError::Direction => {
            Refusal::new(Exit::Usage, "si trasferisce soltanto da un file a PostgreSQL", "indicare un indirizzo postgres://…")
                .into()
        }
        CopyError::Store(error) => error.into(),
    }
}
