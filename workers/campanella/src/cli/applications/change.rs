// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications change`: another e-mail address or account (ARD-090). The application stays as it was transmitted;
//! whoever it concerns is told, the address in force before included.

use anyhow::Result;
use campanella_domain::{
    civil::{italian::long_date, zone::civil_of},
    identity::{EmailAddress, Iban, InstanceNumber},
};
use campanella_jobs::{Changing, ReceivedChange, record_change};
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock},
};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use crate::{
    cli::{Exit, Output, Refusal, given, moment},
    installation::Installation,
};

/// Registra una variazione comunicata: la domanda trasmessa resta agli atti com'era
#[derive(Debug, Args)]
pub(in crate::cli) struct Change {
    /// Numero della domanda, come 2025-004217
    #[arg(value_name = "DOMANDA", value_parser = given::instance_number)]
    instance: InstanceNumber,
    /// Nuovo indirizzo e-mail; l'indirizzo di prima ne è avvisato
    #[arg(long, value_name = "INDIRIZZO", value_parser = email, required_unless_present = "iban")]
    email: Option<EmailAddress>,
    /// Nuovo IBAN
    #[arg(long, value_name = "IBAN", value_parser = iban)]
    iban: Option<Iban>,
    /// Quando è stata comunicata, come 2026-01-20T10:30:00; se manca, adesso
    #[arg(long, value_name = "QUANDO", value_parser = moment::moment)]
    received_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct Report {
    instance_number: InstanceNumber,
    received_at: DateTime<Utc>,
    email_changed: bool,
    account_changed: bool,
    /// False: the very same was recorded before.
    new: bool,
}

/// Without what was typed: it may be a person's address after all.
fn email(text: &str) -> Result<EmailAddress, String> {
    text.trim().parse().map_err(|_| "non è un indirizzo e-mail; ad esempio nome@posta.example".to_owned())
}

fn iban(text: &str) -> Result<Iban, String> {
    text.parse().map_err(|_| "non è un IBAN valido; ricontrollarne le cifre e le lettere".to_owned())
}

impl Change {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let now = SystemClock.now();
        let received_at = self.received_at.unwrap_or(now);
        if received_at > now {
            return Err(ahead().into());
        }
        let mut work = installation.unit_of_work(now).await?;
        let application = given::application(work.tx(), self.instance).await?;
        let change = ReceivedChange { application, received_at, email: self.email, iban: self.iban };
        let changing = record_change(&change, &mut work).await?;
        if changing == Changing::Contradicted {
            return Err(contradicted().into());
        }
        work.commit(&RelayHandle::detached()).await?;
        let report = Report {
            instance_number: self.instance,
            received_at,
            email_changed: change.email.is_some(),
            account_changed: change.iban.is_some(),
            new: changing == Changing::Recorded,
        };
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }
}

fn ahead() -> Refusal {
    Refusal::new(
        Exit::Usage,
        "una variazione non può essere stata comunicata nel futuro",
        "correggere --received-at, oppure toglierlo: vale l'istante in cui si scrive",
    )
}

fn contradicted() -> Refusal {
    Refusal::new(
        Exit::Failed,
        "per questa domanda è già registrata, nello stesso secondo, una variazione diversa",
        "se sono due, indicare con --received-at quando è stata comunicata questa",
    )
}

impl Report {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let what = match (self.email_changed, self.account_changed) {
            (true, true) => "indirizzo e-mail e IBAN",
            (true, false) => "indirizzo e-mail",
            _ => "IBAN",
        };
        let received = civil_of(self.received_at);
        let (day, hour) = (long_date(received.date()), received.format("%H:%M:%S"));
        let number = self.instance_number;
        if !self.new {
            out.line(&format!(
                "Domanda {number}: questa variazione ({what}) era già registrata, e nulla è cambiato."
            ))?;
            return Ok(());
        }
        out.line(&format!(
            "Domanda {number}: variazione registrata ({what}), comunicata {day} alle {hour}."
        ))?;
        if self.email_changed {
            out.line("Di più variazioni vale l'ultima comunicata; l'indirizzo di prima ne è avvisato.")?;
        }
        Ok(())
    }
}
