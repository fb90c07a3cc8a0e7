// SPDX-License-Identifier: EUPL-1.2
//! `campanella findings`: communications a person has to look at, of all schools.
//!
//! Communications of a type this release does not know are among them: kept, and shown here (ARS-019).

use std::collections::BTreeMap;

use anyhow::Result;
use campanella_domain::{ars::Action, identity::SchoolCode};
use campanella_store::ars::finding::Filter;
use clap::{Args, Subcommand, ValueEnum};

use super::{
    Exit, Global, Output,
    register::{self, FindingLine},
};
use crate::wording;

/// Le comunicazioni ARS che una persona deve guardare
#[derive(Debug, Subcommand)]
pub(super) enum Findings {
    List(List),
}

/// Le elenca, con che cosa fare
#[derive(Debug, Args)]
pub(super) struct List {
    /// Solo queste: rejected (respinte), parked (in attesa), flagged (da verificare), noted, all [se manca: flagged]
    #[arg(long, value_name = "ESITO", hide_possible_values = true)]
    action: Option<Which>,
    /// Solo di questa scuola
    #[arg(long, value_name = "CODICE", value_parser = super::school::code)]
    school: Option<SchoolCode>,
    /// Solo con questo codice, come unknown-kind (tipo non riconosciuto)
    #[arg(long, value_name = "CODICE")]
    code: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Rejected,
    Parked,
    Flagged,
    Noted,
    All,
}

impl Which {
    const fn actions(self) -> &'static [Action] {
        match self {
            Self::Rejected => &[Action::Rejected],
            Self::Parked => &[Action::Parked],
            Self::Flagged => &[Action::Flagged],
            Self::Noted => &[Action::Noted],
            Self::All => &[Action::Rejected, Action::Parked, Action::Flagged, Action::Noted],
        }
    }
}

impl Findings {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let Self::List(list) = self;
        let installation = global.existing_installation().await?;
        let mut tx = installation.store.read().await?;
        let filter = Filter {
            school: list.school.as_ref(),
            actions: list.action.unwrap_or(Which::Flagged).actions(),
            code: list.code.as_deref(),
        };
        let mut lines = register::all(&mut tx, filter, &installation.procedures.ars.rules).await?;
        tx.rollback().await?;
        if list.action != Some(Which::All) {
            lines.retain(|line| !line.superseded);
        }
        if out.is_json() {
            out.json(&lines)?;
        } else {
            show(&lines, out)?;
        }
        Ok(Exit::Done)
    }
}

fn show(lines: &[FindingLine], out: &mut Output<'_>) -> Result<()> {
    if lines.is_empty() {
        out.line("Nessuna comunicazione da guardare.")?;
        return Ok(());
    }
    register::write(lines, out)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(register::action(line.action)).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(action, count)| format!("{} {action}", wording::number(count)));
    out.line(&counts.collect::<Vec<_>>().join(", "))?;
    Ok(())
}

#[cfg(test)]
mod tests;
