// SPDX-License-Identifier: EUPL-1.2
//! The year as a person reads it.

use std::path::Path;

use anyhow::Result;
use campanella_domain::{mail::MailTemplate, procedure::ArdisProcedure};

use crate::{
    cli::{Output, Table},
    demo::{ByName, Finished, Report},
    wording::number,
};

pub(super) fn write(
    finished: &Finished,
    folder: &Path,
    procedure: &ArdisProcedure,
    out: &mut Output<'_>,
) -> Result<()> {
    out.line("Un anno scolastico inventato, dal 1º settembre 2025 al 30 giugno 2026")?;
    out.line("")?;
    timeline(finished, out)?;
    applications(&finished.report, procedure, out)?;
    mails(&finished.report, out)?;
    counted("Casi di dispersione (ARS)", &finished.report.cases, case, out)?;
    counted("Scadenze del calendario", &finished.report.occurrences, occurrence, out)?;
    checks(finished, out)?;
    places(finished, folder, out)
}

fn timeline(finished: &Finished, out: &mut Output<'_>) -> Result<()> {
    out.line("Che cosa è successo")?;
    let width =
        finished.timeline.iter().map(|moment| moment.date().chars().count()).max().unwrap_or_default();
    for moment in &finished.timeline {
        out.line(&format!("  {:<width$}  {}", moment.date(), moment.says))?;
    }
    out.line("")?;
    Ok(())
}

fn applications(report: &Report, procedure: &ArdisProcedure, out: &mut Output<'_>) -> Result<()> {
    let excluded = report.applications.saturating_sub(report.admitted + report.pending);
    out.line(&format!("Domande di contributo (ARDIS): {}", number(report.applications)))?;
    out.line(&format!(
        "  secondo le regole: {} ammesse, {} escluse, {} in sospeso",
        number(report.admitted),
        number(excluded),
        number(report.pending)
    ))?;
    out.line(&format!(
        "  nell'elenco provvisorio, decise dall'ufficio quelle in sospeso: {} ammesse, {} escluse",
        number(report.published.admitted),
        number(report.published.excluded)
    ))?;
    out.line(&format!(
        "  nell'elenco definitivo, esaminate le osservazioni: {} ammesse, {} escluse",
        number(report.concluded.admitted),
        number(report.concluded.excluded)
    ))?;
    out.line("")?;
    let mut table = Table::new(["causa", "domande", "motivo di esclusione"]).right(&[1]);
    for (cause, count) in &report.excluded {
        table.row([cause.to_string(), number(*count), procedure.causes.of(*cause).reason.clone()]);
    }
    out.table(&table)?;
    out.line("")?;
    Ok(())
}

fn mails(report: &Report, out: &mut Output<'_>) -> Result<()> {
    let mut table = Table::new(["e-mail", "stato", "numero"]).right(&[2]);
    for (template, states) in &report.notifications {
        for (state, count) in states {
            table.row([mail(template).to_owned(), mail_state(state).to_owned(), number(*count)]);
        }
    }
    out.table(&table)?;
    out.line("")?;
    Ok(())
}

fn counted(heading: &str, counts: &ByName, word: fn(&str) -> &str, out: &mut Output<'_>) -> Result<()> {
    let counts: Vec<String> =
        counts.iter().map(|(name, count)| format!("{} {}", number(*count), word(name))).collect();
    out.line(&format!("{heading}: {}", counts.join(", ")))?;
    Ok(())
}

fn checks(finished: &Finished, out: &mut Output<'_>) -> Result<()> {
    out.line("")?;
    out.line("Verifiche")?;
    for check in &finished.report.checks {
        out.line(&format!("  {} {}", if check.holds { "✓" } else { "✗" }, check.says))?;
        for key in &check.evidence {
            out.line(&format!("      {key}"))?;
        }
    }
    out.line("")?;
    Ok(())
}

fn places(finished: &Finished, folder: &Path, out: &mut Output<'_>) -> Result<()> {
    out.line("Dove guardare")?;
    for list in &finished.lists {
        out.line(&format!("  {}", list.display()))?;
    }
    out.line(&format!("  {}  (le e-mail, un file .eml ciascuna)", finished.mails.display()))?;
    out.line(&format!("  {}  (questi totali in JSON)", finished.summary.display()))?;
    let example = finished.lists.last().and_then(|list| first_number(list));
    let example = example.unwrap_or_else(|| "NUMERO".to_owned());
    // As this program was called: what is shown can be typed.
    let program = std::env::args().next().unwrap_or_else(|| "campanella".to_owned());
    out.line(&format!(
        "  {program} explain {example} --data {}  (perché una domanda è esclusa)",
        folder.display()
    ))?;
    out.line("")?;
    out.line(&format!("Simulato in {} s.", format!("{:.1}", finished.report.seconds).replace('.', ",")))?;
    Ok(())
}

/// The first number of a list, to have an example that can be typed.
fn first_number(list: &Path) -> Option<String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(list).ok()?;
    let first = reader.records().next()?.ok()?;
    first.get(0).map(str::to_owned)
}

fn mail(template: &str) -> &str {
    template.parse::<MailTemplate>().map_or(template, |template| template.label())
}

fn mail_state(state: &str) -> &str {
    match state {
        "queued" => "in coda",
        "claimed" | "sending" => "in invio",
        "accepted" => "inviata",
        "deferred" => "rinviata",
        "refused" => "rifiutata",
        "uncertain" => "esito incerto",
        "expired" => "scaduta",
        "suppressed" => "soppressa",
        "cancelled" => "annullata: non serviva più",
        other => other,
    }
}

fn case(state: &str) -> &str {
    match state {
        "reported" => "segnalati",
        "assigned" => "assegnati al CPI",
        "unassigned" => "senza CPI competente",
        "closed" => "chiusi",
        other => other,
    }
}

fn occurrence(state: &str) -> &str {
    match state {
        "fired" => "eseguite",
        "late" => "eseguite in ritardo",
        "skipped" => "saltate",
        other => other,
    }
}
