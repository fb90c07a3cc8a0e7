// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail`: what became of the mails, and what a person decides about those no program can decide about.

mod confirm;
mod doubt;
mod find;
mod list;
mod retry;
mod show;

use anyhow::Result;
use campanella_domain::mail::MailTemplate;
use clap::Subcommand;

use super::{Exit, Global, Output};

/// Le e-mail: quali, a chi, con che esito
#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    List(list::List),
    Show(show::Show),
    Retry(retry::Retry),
    Confirm(confirm::Confirm),
    Doubt(doubt::Doubt),
}

impl Mail {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let installation = global.existing_installation().await?;
        match self {
            Self::List(list) => list.execute(&installation, out).await,
            Self::Show(show) => show.execute(&installation, out).await,
            Self::Retry(retry) => retry.execute(&installation, out).await,
            Self::Confirm(confirm) => confirm.execute(&installation, out).await,
            Self::Doubt(doubt) => doubt.execute(&installation, out).await,
        }
    }
}

/// The states a mail can be in, with their Italian names.
const STATES: [(&str, &str); 10] = [
    ("queued", "in coda"),
    ("claimed", "in preparazione"),
    ("sending", "in invio"),
    ("accepted", "accettata"),
    ("deferred", "rinviata"),
    ("refused", "rifiutata"),
    ("uncertain", "incerta"),
    ("expired", "fuori tempo"),
    ("suppressed", "soppressa"),
    ("cancelled", "annullata"),
];

/// The state in Italian.
pub(super) fn state(code: &str) -> &str {
    STATES.iter().find(|(stored, _)| *stored == code).map_or(code, |(_, told)| told)
}

/// What a mail is about, in Italian; one of another release keeps its name.
pub(super) fn label(template: &str) -> &str {
    template.parse().map_or(template, |known: MailTemplate| known.label())
}

#[cfg(test)]
mod tests;
