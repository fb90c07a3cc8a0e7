// SPDX-License-Identifier: EUPL-1.2
//! What came of a file, for people and for programs.

use std::io;

use campanella_formats::Fault;
use serde_json::{Value, json};

use crate::{
    cli::Output,
    import::report::{Notice, Noticed, Refused, Report},
    wording::{count, number},
};

/// «domande.csv: 100.000 righe lette, 99.000 nuove, 0 già presenti, 1.000 scartate.» and what there is to do.
pub(super) fn write(report: &Report, out: &mut Output<'_>) -> io::Result<()> {
    let file = report.file.display();
    let mut parts = vec![counted(report.new, "nuova", "nuove")];
    if report.changed > 0 {
        parts.push(counted(report.changed, "aggiornata", "aggiornate"));
    }
    parts.push(counted(report.known, "già presente", "già presenti"));
    parts.push(counted(report.refused, "scartata", "scartate"));
    out.line(&format!(
        "{file}: {}: {}.",
        counted(report.lines, "riga letta", "righe lette"),
        parts.join(", ")
    ))?;
    for (notice, noticed) in &report.notices {
        out.line(&format!("Attenzione: {}.", attention(*notice, noticed)))?;
    }
    columns(report, out)?;
    refusals(report, out)?;
    if report.is_cut_short {
        out.line(
            "La lettura si è interrotta prima della fine del file: importarlo di nuovo, nulla si ripete.",
        )?;
    }
    if let Some(older) = &report.older_reject_file {
        out.line(&format!(
            "Il file di scarti di un'importazione precedente resta dov'è: {}. Se non serve più si può cancellare.",
            older.display()
        ))?;
    }
    Ok(())
}

/// A slip in the name of a column that need not be there shows in both lists.
fn columns(report: &Report, out: &mut Output<'_>) -> io::Result<()> {
    if !report.unread_columns.is_empty() {
        let columns =
            count(report.unread_columns.len(), "colonna che qui non serve", "colonne che qui non servono");
        let names = report.unread_columns.join(", ");
        out.line(&format!("Il file ha anche {columns}, i cui valori non vengono letti: {names}."))?;
    }
    if !report.absent_columns.is_empty() {
        let names = report.absent_columns.join(", ");
        out.line(&format!("Colonne facoltative che il file non ha: {names}."))?;
    }
    Ok(())
}

fn refusals(report: &Report, out: &mut Output<'_>) -> io::Result<()> {
    let Some(rejects) = &report.reject_file else { return Ok(()) };
    for Refused { line, faults } in &report.first_refused {
        for fault in faults {
            out.line(&format!("{}, riga {line}, {}", report.file.display(), told(fault)))?;
        }
    }
    let others = report.refused - report.first_refused.len() as u64;
    if others > 0 {
        let others = counted(others, "altra riga scartata è", "altre righe scartate sono");
        out.line(&format!("… {others} soltanto nel file degli scarti."))?;
    }
    let place = if report.elsewhere { " (la cartella del file non è scrivibile)" } else { "" };
    out.line(&format!("Righe scartate, ciascuna con il motivo: {}{place}", rejects.display()))?;
    if report.refused_whole < report.refused {
        out.line(&format!(
            "Correggerle lì e importarle con «campanella import {} {}».",
            report.kind,
            rejects.display()
        ))?;
    }
    if report.refused_whole > 0 {
        let lines = counted(report.refused_whole, "riga va corretta", "righe vanno corrette");
        out.line(&format!(
            "{lines} invece nel file di partenza, da importare di nuovo: le celle non si distinguono."
        ))?;
    }
    out.line("Il file degli scarti contiene dati personali: quando non serve più va cancellato.")
}

/// «colonna isee: l'importo è negativo. Rimedio: …»; about the whole line without the column.
fn told(fault: &Fault) -> String {
    let column = fault.column.map(|column| format!("colonna {column}: ")).unwrap_or_default();
    format!("{column}{}. Rimedio: {}.", fault.problem, fault.remedy)
}

fn attention(notice: Notice, noticed: &Noticed) -> String {
    let (one, many, remedy) = match notice {
        Notice::UnknownSchool => (
            "riga nomina una scuola che non è nell'elenco delle scuole",
            "righe nominano scuole che non sono nell'elenco delle scuole",
            "controllare i codici o importare anche «schools»",
        ),
        Notice::UnknownMunicipality => (
            "riga nomina un comune che non è nell'elenco dei comuni",
            "righe nominano comuni che non sono nell'elenco dei comuni",
            "controllare i codici o importare anche «municipalities»",
        ),
        Notice::OtherIdentity => (
            "riga dà a uno studente già registrato un altro nome o un'altra data di nascita",
            "righe danno a studenti già registrati un altro nome o un'altra data di nascita",
            "resta ciò che è registrato, controllare il codice fiscale",
        ),
    };
    let lines = noticed.lines;
    let taken = if lines == 1 { "è stata accolta lo stesso" } else { "sono state accolte lo stesso" };
    let first: Vec<String> = noticed.first.iter().map(ToString::to_string).collect();
    let place = match (lines, first.len() as u64 == lines) {
        (1, _) => format!("riga {}", first.join(", ")),
        (_, true) => format!("righe {}", first.join(", ")),
        (_, false) => format!("righe {}, …", first.join(", ")),
    };
    format!("{} ({place}); {taken}: {remedy}", counted(lines, one, many))
}

fn counted(lines: u64, one: &str, many: &str) -> String {
    let lines = usize::try_from(lines).unwrap_or(usize::MAX);
    if lines == 1 { format!("1 {one}") } else { format!("{} {many}", number(lines)) }
}

/// The same for programs, the first refusals one by one.
pub(super) fn json(report: &Report) -> Value {
    let refused: Vec<Value> = report
        .first_refused
        .iter()
        .flat_map(|Refused { line, faults }| faults.iter().map(move |fault| (line, fault)))
        .map(|(line, fault)| {
            json!({ "line": line, "column": fault.column, "problem": fault.problem, "remedy": fault.remedy })
        })
        .collect();
    let notices: Vec<Value> = report
        .notices
        .iter()
        .map(|(notice, noticed)| {
            let about = match notice {
                Notice::UnknownSchool => "unknown-school",
                Notice::UnknownMunicipality => "unknown-municipality",
                Notice::OtherIdentity => "other-identity",
            };
            json!({ "about": about, "lines": noticed.lines, "first_lines": noticed.first })
        })
        .collect();
    json!({
        "file": report.file.display().to_string(),
        "lines": report.lines,
        "new": report.new,
        "changed": report.changed,
        "known": report.known,
        "refused": report.refused,
        "first_refused": refused,
        "reject_file": report.reject_file.as_ref().map(|file| file.display().to_string()),
        "notices": notices,
        "unread_columns": report.unread_columns,
        "absent_columns": report.absent_columns,
        "cut_short": report.is_cut_short,
    })
}
