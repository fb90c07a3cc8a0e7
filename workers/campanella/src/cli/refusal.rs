// SPDX-License-Identifier: EUPL-1.2
//! Why a command did not do what it was asked, as a person reads it: what happened, and what to do.

use std::{fmt, io};

use anyhow::Error;
use campanella_bus::BusError;
use campanella_domain::procedure::ProcedureError;
use campanella_runtime::{Failure, config::ConfigError, folder::FolderError, telemetry::FilterError};
use campanella_store::StoreError;

use super::{Exit, mask};
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
        return Some(of_config(config));
    }
    if find::<FilterError>(error).is_some() {
        return Some(Refusal::new(
            Exit::Usage,
            "la configurazione non è valida alla chiave «log.filter»: non è un filtro",
            "scrivere un livello (info, warn, debug) o coppie modulo=livello separate da virgole",
        ));
    }
    if let Some(procedure) = find::<ProcedureError>(error) {
        return Some(of_procedure(procedure, &error.to_string()));
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
            Exit::Failed,
            format!("«{}» non è utilizzabile: {source}", path.display()),
            "verificare che la cartella esista e che si abbia il permesso di scriverci",
        ),
    }
}

fn of_store(error: &StoreError) -> Refusal {
    match error {
        StoreError::Unavailable(detail) | StoreError::Rerun(detail) => unavailable(detail),
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

/// How PostgreSQL says that a person has to correct something before anybody can work on it: an unknown user or a wrong
/// password (class 28), a database that does not exist, a privilege nobody granted.
const KEPT_OUT: [&str; 3] = ["code 28", "code 3D000", "code 42501"];

fn of_bus(error: &BusError) -> Refusal {
    match error {
        BusError::Unavailable(detail) => Refusal::new(
            Exit::Unavailable,
            format!("le code non rispondono: {detail}"),
            "verificare che il broker (broker.url) sia acceso e raggiungibile, o che sul disco ci sia posto, poi riprovare: \
            nulla è andato perduto",
        ),
        BusError::Refused(_) | BusError::NotOurs { .. } => Refusal::new(
            Exit::Usage,
            format!("le code non sono utilizzabili: {}", error.detail()),
            "controllare broker.url e i permessi dell'utente sul virtual host; «campanella doctor» dice che cosa manca",
        ),
    }
}

fn unavailable(detail: &str) -> Refusal {
    Refusal::new(
        Exit::Unavailable,
        format!("il database non risponde: {detail}"),
        "verificare che sia acceso e raggiungibile, poi riprovare: nulla è andato perduto",
    )
}

const CORRECT_THE_VALUE: &str = "correggere il valore; le chiavi e il loro significato sono in docs/settings.md, i valori \
    in vigore si vedono con «campanella config check»";

fn of_procedure(error: &ProcedureError, context: &str) -> Refusal {
    let (key, detail, remedy) = match error {
        ProcedureError::Syntax { detail, .. } => {
            (None, detail.clone(), "correggere la sintassi TOML".to_owned())
        }
        ProcedureError::Key { key, detail } => (Some(key), detail.clone(), "correggere la chiave".to_owned()),
        ProcedureError::Value { key, problem, remedy } => (Some(key), problem.clone(), remedy.clone()),
    };
    let key = key.map(|key| format!(", chiave «{key}»")).unwrap_or_default();
    Refusal::new(Exit::Usage, format!("{context}{key}: {detail}"), remedy)
}

fn of_config(error: &ConfigError) -> Refusal {
    match error {
        ConfigError::Unreadable(text) => of_unreadable(text),
        ConfigError::Value { key, problem } => Refusal::new(
            Exit::Usage,
            format!("la configurazione non è valida alla chiave «{key}»: {problem}"),
            CORRECT_THE_VALUE,
        ),
    }
}

/// The texts of the configuration reader, translated where their form is known.
fn of_unreadable(text: &str) -> Refusal {
    let between = |from: &str, to: &str| text.split_once(from)?.1.split_once(to).map(|(inside, _)| inside);
    let key = between("for key `", "`");
    let place = |name: &str| key.map_or_else(|| name.to_owned(), |table| format!("{table}.{name}"));
    let source = text.rsplit_once("` in ").map(|(_, origin)| format!(" ({origin})")).unwrap_or_default();
    if let Some(name) = between("unknown field `", "`") {
        let known = text.split_once("expected ").map_or("", |(_, known)| known);
        let known = known.split(" for key").next().unwrap_or_default().trim_start_matches("one of ");
        return Refusal::new(
            Exit::Usage,
            format!("nella configurazione la chiave «{}» non esiste{source}", place(name)),
            format!("toglierla o correggerla; qui sono ammesse: {}", known.replace('`', "")),
        );
    }
    let name = between("missing field `", "`").or_else(|| between("missing configuration field \"", "\""));
    if let Some(name) = name {
        return Refusal::new(
            Exit::Usage,
            format!("nella configurazione manca la chiave «{}»{source}", place(name)),
            "aggiungerla con il suo valore",
        );
    }
    let key = key.map(|key| format!(" alla chiave «{key}»")).unwrap_or_default();
    Refusal::new(Exit::Usage, format!("la configurazione non è valida{key}: {text}"), CORRECT_THE_VALUE)
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
