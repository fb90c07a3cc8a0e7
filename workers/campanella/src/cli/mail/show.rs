// SPDX-License-Identifier: EUPL-1.2
//! `campanella mail show`: a mail as it was written, and what can be done about it.

use anyhow::Result;
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::notification::Found;
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::{find, label, state};
use crate::{
    cli::{Exit, Output, mask},
    installation::Installation,
    wording,
};

/// Mostra una e-mail: stato, tempi, risposta, testo, che cosa si può fare
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Identificativo; ne basta l'inizio, se è di una sola
    #[arg(value_name = "ID", value_parser = find::id_or_prefix)]
    id: String,
}

#[derive(Debug, Serialize)]
struct Account {
    id: Uuid,
    template: String,
    state: String,
    recipient: String,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    not_after: Option<DateTime<Utc>>,
    settled_at: Option<DateTime<Utc>>,
    attempts: i64,
    answer: Option<String>,
    subject: Option<String>,
    text: Option<String>,
}

impl From<Found> for Account {
    fn from(mail: Found) -> Self {
        // The texts hold numbers, dates and links: no name, no outcome.
        let (subject, text) = mail.text.unzip();
        Self {
            id: mail.id,
            template: mail.template,
            state: mail.state,
            recipient: mask::email(&mail.recipient),
            created_at: mail.created_at,
            due_at: mail.due_at,
            not_after: mail.not_after,
            settled_at: mail.settled_at,
            attempts: mail.attempt,
            answer: mail.answer,
            subject: subject.map(campanella_domain::identity::Redacted::into_exposed),
            text: text.map(campanella_domain::identity::Redacted::into_exposed),
        }
    }
}

impl Show {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let account = Account::from(find::by_prefix(&mut tx, &self.id).await?);
        tx.rollback().await?;
        if out.is_json() {
            out.json(&account)?;
        } else {
            write(&account, SystemClock.now(), out)?;
        }
        Ok(Exit::Done)
    }
}

fn write(mail: &Account, now: DateTime<Utc>, out: &mut Output<'_>) -> Result<()> {
    out.line(&format!("E-mail {}: {}", mail.id, state(&mail.state)))?;
    let mut field = |name: &str, value: String| out.line(&format!("  {name}: {value}"));
    field("Che cosa", format!("{} ({})", label(&mail.template), mail.template))?;
    field("A", mail.recipient.clone())?;
    field("Scritta", wording::moment(mail.created_at))?;
    field("Da inviare dal", wording::moment(mail.due_at))?;
    if let Some(until) = mail.not_after {
        field("Inutile dal", wording::moment(until))?;
    }
    if let Some(at) = mail.settled_at {
        field("Conclusa", wording::moment(at))?;
    }
    field("Tentativi", mail.attempts.to_string())?;
    if let Some(answer) = &mail.answer {
        field("Risposta", answer.clone())?;
    }
    if let (Some(subject), Some(text)) = (&mail.subject, &mail.text) {
        out.line("")?;
        out.line(&format!("Oggetto: {subject}"))?;
        out.line("")?;
        out.line(text.trim_end())?;
    }
    for line in remedies(mail, now) {
        out.line("")?;
        out.line(&line)?;
    }
    Ok(())
}

/// What a person can do about it.
fn remedies(mail: &Account, now: DateTime<Utc>) -> Vec<String> {
    let id = mail.id;
    let late = mail.not_after.is_some_and(|until| until <= now);
    let again = format!("«campanella mail retry {id}» la rimette in coda, così come fu scritta.");
    match mail.state.as_str() {
        "refused" | "uncertain" if late => {
            vec!["È troppo tardi per inviarla: ciò di cui avvisava è passato.".to_owned()]
        }
        "refused" => vec![format!("Tolta la causa del rifiuto, {again}")],
        "uncertain" => vec![
            "Il collegamento si è interrotto durante l'invio: può essere partita. Lo dicono i log del relay, \
             cercando il Message-ID, che contiene l'identificativo."
                .to_owned(),
            format!(
                "Se è partita: «campanella mail confirm {id} --proof TESTO». Se non è partita, oppure se riceverla due \
                 volte è meglio che mai: {again}"
            ),
        ],
        _ => Vec::new(),
    }
}
