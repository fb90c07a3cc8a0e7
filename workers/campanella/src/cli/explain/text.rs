// SPDX-License-Identifier: EUPL-1.2
//! The account in Italian.

use anyhow::Result;
use campanella_domain::{
    ardis::{DecidedBy, Doubt, FactRead, Outcome},
    civil::{
        italian::{date, long_date, time_of_day},
        term::{Term, TermKind},
        zone::date_of,
    },
    procedure::ArdisProcedure,
};

use super::{
    account::{Account, CauseAccount, Newest, Revision, TermAccount, ToReview},
    words,
};
use crate::{
    cli::{Output, Table, rules::listed as rules},
    wording,
};

pub(super) fn write(account: &Account, procedure: &ArdisProcedure, out: &mut Output<'_>) -> Result<()> {
    out.line(&format!("Domanda {}", account.instance_number))?;
    out.line(&procedure.title)?;
    out.line("")?;
    if let Some(last) = &account.final_list {
        out.line(&wording::final_outcome(last.outcome, &last.causes, last.published_at))?;
        out.line("")?;
    }
    let Some(newest) = &account.newest else {
        return undecided(procedure, out);
    };
    head(newest, account.final_list.is_some(), out)?;
    lists(account, newest, out)?;
    if let Some(found) = &newest.to_review {
        to_review(found, out)?;
    }
    causes("Cause di esclusione", &newest.causes, out)?;
    doubts(&newest.doubts, out)?;
    if let Some(overruled) = &newest.overruled {
        let outcome = wording::outcome(overruled.outcome);
        out.line(&format!(
            "Secondo le regole l'esito sarebbe: {outcome}. Il funzionario ha deciso diversamente."
        ))?;
        out.line("")?;
        causes("Cause trovate secondo le regole", &overruled.causes, out)?;
    }
    out.line("Fatti considerati")?;
    facts(&newest.facts_read, "  ", out)?;
    out.line("")?;
    out.line(&format!("Regole applicate: {}", rules(&newest.rules)))?;
    out.line("")?;
    history(&account.history, out)
}

/// The officer's decision stands, and says so; what was learned since is the officer's to weigh.
fn to_review(found: &ToReview, out: &mut Output<'_>) -> Result<()> {
    out.line(
        "DA RIESAMINARE: dopo la decisione del funzionario la valutazione secondo le regole è cambiata.",
    )?;
    out.line(&format!("  Rilevato: {}", wording::moment(found.found_at)))?;
    out.line(&format!("  Secondo le regole l'esito sarebbe ora: {}", wording::outcome(found.outcome)))?;
    out.line(
        "  La decisione resta valida; nessun elenco è pubblicato finché un funzionario non decide di nuovo.",
    )?;
    out.line("")?;
    causes("Cause trovate ora secondo le regole", &found.causes, out)?;
    doubts(&found.doubts, out)
}

fn undecided(procedure: &ArdisProcedure, out: &mut Output<'_>) -> Result<()> {
    out.line("Nessuna decisione: la domanda è valutata alla scadenza dei termini.")?;
    for (label, term) in [("DSU", procedure.terms.dsu), ("regolarizzazione", procedure.terms.regularisation)]
    {
        out.line(&format!("  Termine per la {label}: {}", exact(term)))?;
    }
    Ok(())
}

/// `finished`: the final list is the outcome, and was told before.
fn head(newest: &Newest, finished: bool, out: &mut Output<'_>) -> Result<()> {
    let outcome = wording::outcome(newest.outcome);
    let said = if finished {
        format!("Ultima decisione: {outcome}")
    } else {
        format!("Esito: {}", outcome.to_uppercase())
    };
    out.line(&format!("{said} ({}, revisione {})", words::origin(newest.origin), newest.revision))?;
    match &newest.motivation {
        Some(motivation) => out.line(&format!("Motivazione del funzionario: {motivation}"))?,
        None if newest.origin == "officer" => {
            out.line("Motivazione del funzionario: agli atti dell'ufficio.")?;
        }
        None => {}
    }
    out.line(&format!("Decisa: {}", wording::moment(newest.decided_at)))?;
    out.line(&format!("Sui fatti noti a: {}", wording::moment(newest.evaluated_at)))?;
    out.line(&format!("Ultimo termine trascorso: {}", term(&newest.term)))?;
    out.line(&format!("Procedura: {}", newest.procedure_version))?;
    Ok(())
}

/// Where the application was published, or that it was not yet.
fn lists(account: &Account, newest: &Newest, out: &mut Output<'_>) -> Result<()> {
    for list in &account.lists {
        let date = date(date_of(list.published_at));
        let kind = wording::list(list.kind);
        let causes: Vec<&str> = list.causes.iter().map(|cause| cause.code()).collect();
        let said = [&[wording::outcome(list.outcome)], &*causes].concat().join(" ");
        let (revision, amount) = (list.revision, list.contribution());
        out.line(&format!(
            "Pubblicata nell'elenco {kind} del {date} (revisione {revision}): {said}{amount}"
        ))?;
        if let Some(term) = list.observations.filter(|_| list.outcome == Outcome::Excluded) {
            out.line(&format!("  Osservazioni ammesse {term}"))?;
        }
    }
    if account.lists.iter().all(|list| list.revision != newest.revision) {
        out.line(match account.final_list {
            None => "Non pubblicata: diventa pubblica soltanto con l'elenco pubblicato da un funzionario.",
            Some(_) => "L'ultima decisione non cambia l'esito definitivo: per farlo serve un nuovo atto dell'ufficio.",
        })?;
    }
    out.line("")?;
    for observation in &account.observations {
        observation.tell(out)?;
    }
    if !account.observations.is_empty() {
        out.line("")?;
    }
    Ok(())
}

fn causes(heading: &str, causes: &[CauseAccount], out: &mut Output<'_>) -> Result<()> {
    if causes.is_empty() {
        return Ok(());
    }
    out.line(heading)?;
    for cause in causes {
        let elsewhere =
            "motivo e articolo sono nella procedura con cui è stato deciso, che non è quella installata";
        out.line(&format!("  {}  {}", cause.cause, cause.reason.as_deref().unwrap_or(elsewhere)))?;
        if let Some(citation) = &cause.citation {
            out.line(&format!("       {citation}"))?;
        }
        if !cause.rules.is_empty() {
            out.line(&format!("       Regole: {}", rules(&cause.rules)))?;
        }
        if let Some(term) = cause.term {
            out.line(&format!("       Termine: {}", exact(term)))?;
        }
        facts(&cause.facts, "       ", out)?;
    }
    out.line("")?;
    Ok(())
}

fn doubts(doubts: &[Doubt], out: &mut Output<'_>) -> Result<()> {
    if doubts.is_empty() {
        return Ok(());
    }
    out.line("Dubbi aperti")?;
    for doubt in doubts {
        let decided_by = match doubt.decided_by {
            DecidedBy::Officer => "lo risolve l'addetto all'istruttoria",
            DecidedBy::DsuTerm => "si risolve alla scadenza del termine per la DSU",
            DecidedBy::RegularisationTerm => "si risolve alla scadenza del termine per la regolarizzazione",
            DecidedBy::Submission => "si risolve con la presentazione della domanda",
        };
        out.line(&format!("  • {} ({decided_by})", doubt.explanation))?;
        out.line(&format!("    Regole: {}", rules(&doubt.rules)))?;
    }
    out.line("")?;
    Ok(())
}

fn facts(facts: &[FactRead], indent: &str, out: &mut Output<'_>) -> Result<()> {
    for fact in facts {
        out.line(&format!("{indent}{}: {}", fact.name.label(), words::value(fact)))?;
    }
    Ok(())
}

fn history(history: &[Revision], out: &mut Output<'_>) -> Result<()> {
    out.line("Storia delle decisioni")?;
    let mut table =
        Table::new(["rev.", "data", "origine", "termine", "esito", "cause", "procedura"]).right(&[0]);
    for revision in history {
        let causes: Vec<&str> = revision.causes.iter().map(|cause| cause.code()).collect();
        table.row([
            revision.revision.to_string(),
            wording::short_moment(revision.decided_at),
            words::origin(revision.origin).to_owned(),
            words::term(&revision.term).to_owned(),
            wording::outcome(revision.outcome).to_owned(),
            if causes.is_empty() { "—".to_owned() } else { causes.join(", ") },
            revision.procedure_version.clone(),
        ]);
    }
    out.table(&table)?;
    let earlier = history.len().saturating_sub(1);
    for revision in history.iter().take(earlier) {
        if let Some(motivation) = &revision.motivation {
            out.line(&format!("Motivazione della revisione {}: {motivation}", revision.revision))?;
        }
    }
    Ok(())
}

fn term(term: &TermAccount) -> String {
    let name = words::term(&term.name);
    match term.time {
        Some(time) => format!("{name}, {}", exact(time)),
        None => format!("{name} (decisa con un'altra versione della procedura: le ore sono in quella)"),
    }
}

/// The term with the civil time of its edge and on which side it lies.
fn exact(term: Term) -> String {
    let civil = term.civil();
    let edge = format!("ore {} di {}", time_of_day(civil.time()), long_date(civil.date()));
    match term.kind() {
        TermKind::EndOfDay => format!("{term} (vale ciò che è anteriore alle {edge}, ora di Roma)"),
        TermKind::Until => format!("{term} (ora di Roma, quell'istante compreso)"),
    }
}
