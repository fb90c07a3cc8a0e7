// SPDX-License-Identifier: EUPL-1.2
//! A case as text.

use anyhow::Result;
use campanella_domain::{
    ars::{CommunicationKind, Ending},
    civil::italian::date,
};

use super::show::{Account, Said};
use crate::{
    cli::{Output, Table, mail, register},
    wording,
};

pub(super) fn write(account: &Account, out: &mut Output<'_>) -> Result<()> {
    head(account, out)?;
    out.line("")?;
    out.line("Comunicazioni sull'allievo")?;
    let mut table = Table::new(["  numero", "del", "ricevuta", "da", "che cosa"]);
    for said in &account.communications {
        table.row([
            format!("  {}", said.communication_number),
            date(said.event_date),
            wording::short_moment(said.received_at),
            said.school.to_string(),
            what(said),
        ]);
    }
    out.table(&table)?;
    out.line("")?;
    if account.findings.is_empty() {
        out.line("Segnalazioni: nessuna.")?;
    } else {
        out.line("Segnalazioni")?;
        register::write(&account.findings, out)?;
    }
    out.line("")?;
    if account.mails.is_empty() {
        out.line("E-mail: nessuna.")?;
        return Ok(());
    }
    out.line("E-mail")?;
    for sent in &account.mails {
        out.line(&format!(
            "  {}  {}  {}, a {}",
            wording::short_moment(sent.created_at),
            mail::label(&sent.template),
            mail::state(&sent.state),
            sent.recipient
        ))?;
    }
    Ok(())
}

fn head(account: &Account, out: &mut Output<'_>) -> Result<()> {
    let case = &account.case;
    out.line(&format!("Caso {}: {}", case.case_number, register::period_state(case.state)))?;
    out.line(&format!("  Allievo: {} ({}º periodo di dispersione)", case.student, case.ordinal))?;
    let reported = CommunicationKind::from(account.reported_kind.as_str());
    out.line(&format!(
        "  Aperto da: {} del {}, «{}», scuola {}",
        account.opened_by,
        date(case.opened_on),
        reported.label(),
        case.school
    ))?;
    let cpi = case.cpi.as_ref().map_or_else(|| "nessuno".to_owned(), ToString::to_string);
    let why = case.competence.as_deref().map(register::competence);
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    out.line(&format!("  CPI: {cpi}{why}"))?;
    if let Some(at) = case.assigned_at {
        out.line(&format!("  Assegnato: {}", wording::moment(at)))?;
    }
    match (case.taken_at, &account.taken_by) {
        (Some(at), Some(by)) => {
            out.line(&format!("  Preso in carico: {}, da {by}", wording::moment(at)))?;
        }
        _ => out.line("  Preso in carico: no")?,
    }
    if account.openings > 1 {
        out.line(&format!("  Aperto {} volte", account.openings))?;
    }
    if let Some(on) = case.closed_on {
        out.line(&format!("  Chiuso: {}{}", date(on), how(account)))?;
    }
    Ok(())
}

fn how(account: &Account) -> String {
    let endings = [Ending::Return, Ending::Transfer, Ending::HomeEducation, Ending::Annulled];
    let ending = endings.into_iter().find(|ending| Some(ending.code()) == account.case.ending);
    let ending = ending.map(|ending| format!(", {}", register::ending(ending))).unwrap_or_default();
    let by = match account.closed_by.as_deref() {
        Some("cpi") => " (inserito dal CPI)",
        Some("school") => " (inserito dalla scuola)",
        _ => "",
    };
    format!("{ending}{by}")
}

fn what(said: &Said) -> String {
    let to = said.receiving_school.as_ref().map(|school| format!(" verso {school}")).unwrap_or_default();
    let is_return = matches!(said.kind, CommunicationKind::ReturnBySchool | CommunicationKind::ReturnByCpi);
    let agreed = if is_return && said.agreement { ", in accordo con il CPI" } else { "" };
    let notes = if said.notes_given { ", con note per il CPI" } else { "" };
    let again =
        said.received_again_at.map(|at| format!(", inviata di nuovo il {}", wording::short_moment(at)));
    format!("{}{to}{agreed}{notes}{}", said.kind.label(), again.unwrap_or_default())
}
