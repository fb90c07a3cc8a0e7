// SPDX-License-Identifier: EUPL-1.2
//! Why a command did not do what it was asked, as a person reads it: what happened, and what to do.

use std::{fmt, io};

use anyhow::Error;
use campanella_bus::BusError;
use campanella_domain::procedure::ProcedureError;
use campanella_runtime::{Failure, config::ConfigError, folder::FolderError, telemetry::FilterError};
use campanella_store::StoreError;

use super::{Exit, mask, misconfigured};
use crate::{demo::NoDemo, moved::MovedAway, queue_file::StrangeQueue};

/// A command's own refusal, in Italian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    exit: Exit,
    message: String,
    remedy: String,
}

impl Refusal {
    /// What happened, and what to do about it.
    pub fn new(exit: Exit, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// How the command ended, and what to say on standard error: nothing when whoever read the output went away.
#[must_use]
pub fn report(error: &Error) -> (Exit, String) {
    if let Some(io_error) = find::<io::Error>(error)
        && io_error.kind() == io::ErrorKind::BrokenPipe
    {
        return (Exit::Done, String::new());
    }
    let refusal = known(error).unwrap_or_else(|| {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        Refusal::new(Exit::Failed, chain.join(": "), "")
    });
    let mut text = format!("Errore: {}\n", mask::urls(&refusal.message));
    if !refusal.remedy.is_empty() {
        text.push_str("Che cosa fare: ");
        text.push_str(&refusal.remedy);
        text.push('\n');
    }
    (refusal.exit, text)
}

fn find<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// The errors of the crates below, whose texts are English.
fn known(error: &Error) -> Option<Refusal> {
    if let Some(refusal) = find::<Refusal>(error) {
        return Some(refusal.clone());
    }
    if let Some(folder) = find::<FolderError>(error) {
        return Some(of_folder(folder));
    }
    if let Some(stranger) = find::<StrangeQueue>(error) {
        return Some(Refusal::new(Exit::Usage, stranger.to_string(), stranger.remedy()));
    }
    if let Some(taken) = find::<NoDemo>(error) {
        return Some(Refusal::new(Exit::Usage, taken.to_string(), taken.remedy()));
    }
    if let Some(moved) = find::<MovedAway>(error) {
        return Some(Refusal::new(Exit::Usage, moved.to_string(), moved.remedy()));
    }
    if let Some(config) = find::<ConfigError>(error) {
        return Some(misconfigured::of_config(config));
    }
    if find::<FilterError>(error).is_some() {
        return Some(misconfigured::of_filter());
    }
    if let Some(procedure) = find::<ProcedureError>(error) {
        return Some(misconfigured::of_procedure(procedure, &error.to_string()));
    }
    if let Some(Failure::Unavailable(detail) | Failure::Rerun(detail)) = find::<Failure>(error) {
        return Some(unavailable(detail));
    }
    if let Some(bus) = find::<BusError>(error) {
        return Some(of_bus(bus));
    }
    find::<StoreError>(error).map(of_store)
}

fn of_folder(error: &FolderError) -> Refusal {
    match error {
        FolderError::InUse(path) => Refusal::new(
            Exit::Unavailable,
            format!("la cartella «{}» è in uso: un altro processo ci sta lavorando", path.display()),
            "attendere che finisca o fermarlo (Ctrl-C), oppure indicare un'altra cartella con --data",
        ),
        FolderError::Foreign(path) => Refusal::new(
            Exit::Usage,
            format!("la cartella «{}» contiene altro e non viene toccata", path.display()),
            "indicare con --data una cartella vuota o nuova, oppure quella di un'installazione di Campanella",
        ),
        FolderError::Io { path, source } => Refusal::new(
            // A full disk passes; what nobody may write to stays so until a person changes it.
            match source.kind() {
                io::ErrorKind::PermissionDenied
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::ReadOnlyFilesystem => Exit::Usage,
                _ => Exit::Failed,
            },
            format!("«{}» non è utilizzabile: {source}", path.display()),
            "verificare che la cartella esista e che si abbia il permesso di scriverci",
        ),
    }
}

fn of_store(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(detail) | StoreError::Rerun(detail) => unavailable(detail),
        StoreError::Certificates(detail) => Refusal::new(
            Exit::Usage,
            format!("non si possono leggere le autorità di certificazione del database: {detail}"),
            "correggere database.root_certificate, o dare il permesso di leggere il file all'utente con cui gira il programma",
        ),
        StoreError::Url(_) => Refusal::new(
            Exit::Usage,
            "l'indirizzo del database (database.url) non è utilizzabile",
            "scrivere sqlite:///percorso/del/file oppure postgres://utente:password@host/database",
        ),
        StoreError::Schema(detail) => Refusal::new(
            Exit::Failed,
            format!("lo schema del database non è quello di questa versione: {detail}"),
            "eseguire «campanella migrate», o aggiornare il programma se il database è più recente",
        ),
        StoreError::Corrupt { table, column } => Refusal::new(
            Exit::Failed,
            format!("la colonna {table}.{column} contiene un valore che questa versione non sa leggere"),
            "ripristinare una copia di sicurezza o chiedere assistenza, citando tabella e colonna",
        ),
        StoreError::Refused(detail) if detail.starts_with(NOT_GRANTED) => Refusal::new(
            Exit::Usage,
            format!("all'utente del database manca un permesso: {detail}"),
            "farlo concedere (GRANT) a chi gestisce PostgreSQL: l'utente deve possedere il database e le sue tabelle",
        ),
        StoreError::Refused(detail) if KEPT_OUT.iter().any(|code| detail.starts_with(code)) => Refusal::new(
            Exit::Usage,
            format!("il database non lascia entrare: {detail}"),
            "correggere utente, password o nome del database in database.url, o farli creare a chi gestisce PostgreSQL",
        ),
        StoreError::Refused(detail) => {
            Refusal::new(Exit::Failed, format!("il database ha rifiutato l'operazione: {detail}"), "")
        }
    }
}

/// How PostgreSQL says that it does not know who wants in, or where to: an unknown user or a wrong password (class 28), a
/// database that does not exist.
const KEPT_OUT: [&str; 2] = ["code 28", "code 3D000"];

/// A privilege nobody granted.
const NOT_GRANTED: &str = "code 42501";

fn of_bus(error: &BusError) -> Refusal {
    match error {
        BusError::Unavailable(detail) => Refusal::new(
            Exit::Unavailable,
            format!("le code non rispondono: {detail}"),
            "verificare che il broker (broker.url) sia acceso e raggiungibile, con amqps:// anche il suo certificato e broker.ca_file, o \
            che sul disco ci sia posto, poi riprovare: nulla è andato perduto",
        ),
        BusError::Refused(_) | BusError::NotOurs { .. } => Refusal::new(
            Exit::Usage,
            format!("le code non sono utilizzabili: {}", error.detail()),
            "controllare broker.url e i permessi dell'utente sul virtual host; «campanella doctor» dice che cosa manca",
        ),
    }
}

fn unavailable(detail: &str) -> Refusal {
    // A certificate may be renewed any moment, so it is no other exit; but nobody is to look for a cable.
    if detail.contains("certificate") || detail.contains("TLS") {
        return Refusal::new(
            Exit::Unavailable,
            format!("il database non ha provato di essere quello indicato: {detail}"),
            "verificare il certificato di PostgreSQL, il nome scritto in database.url e l'autorità in database.root_certificate",
        );
    }
    Refusal::new(
        Exit::Unavailable,
        format!("il database non risponde: {detail}"),
        "verificare che sia acceso e raggiungibile, poi riprovare: nulla è andato perduto",
    )
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
