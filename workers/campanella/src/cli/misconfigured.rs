// SPDX-License-Identifier: EUPL-1.2
//! Settings and procedure files nobody can work with, as a person reads it: the key, what is wrong with it, what to write.

use std::io;

use campanella_domain::procedure::{ProcedureError, in_italian};
use campanella_runtime::config::ConfigError;

use super::{Exit, Refusal};

const CORRECT_THE_VALUE: &str = "correggere il valore; le chiavi e il loro significato sono in docs/settings.md, i valori \
    in vigore si vedono con «campanella config check»";

/// A procedure file; `context` names it.
pub(super) fn of_procedure(error: &ProcedureError, context: &str) -> Refusal {
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

/// What logs show.
pub(super) fn of_filter() -> Refusal {
    Refusal::new(
        Exit::Usage,
        "la configurazione non è valida alla chiave «log.filter»: non è un filtro",
        "scrivere un livello (info, warn, debug) o coppie modulo=livello separate da virgole",
    )
}

/// Settings.
pub(super) fn of_config(error: &ConfigError) -> Refusal {
    match error {
        ConfigError::File { file, problem } => {
            let why = match problem {
                io::ErrorKind::NotFound => "non esiste".to_owned(),
                io::ErrorKind::PermissionDenied => "non si può leggere: manca il permesso".to_owned(),
                other => format!("non si può leggere: {other}"),
            };
            Refusal::new(
                Exit::Usage,
                format!("il file di configurazione «{}» {why}", file.display()),
                "dare il permesso di leggerlo all'utente con cui gira il programma, o indicarne un altro con --config",
            )
        }
        ConfigError::Unreadable(said) => of_unreadable(said),
        ConfigError::Value { key, problem } => Refusal::new(
            Exit::Usage,
            format!("la configurazione non è valida alla chiave «{key}»: {problem}"),
            CORRECT_THE_VALUE,
        ),
    }
}

/// What the reader of settings said: a problem, ``for key `…` `` and `in …`, the last two where it knows them.
fn of_unreadable(said: &str) -> Refusal {
    let (problem, place) = said.split_once(" for key `").unwrap_or((said, ""));
    let key = place.split_once('`').map(|(key, _)| key);
    let origin = place.split_once("` in ").map(|(_, origin)| origin);
    if problem.starts_with("TOML parse error") {
        let file = said.rsplit_once(" in ").map(|(_, file)| format!(" ({file})")).unwrap_or_default();
        return Refusal::new(
            Exit::Usage,
            format!(
                "il file di configurazione non è scritto in TOML corretto: {}{file}",
                in_italian(problem)
            ),
            "correggere la sintassi TOML",
        );
    }
    let origin = origin.map(|origin| origin.replace("the environment", "dalle variabili d'ambiente"));
    let origin = origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
    let within = |name: &str| key.map_or_else(|| name.to_owned(), |table| format!("{table}.{name}"));
    let between = |from: &str, to: char| Some(problem.strip_prefix(from)?.split_once(to)?.0);
    if let Some(name) = between("unknown field `", '`') {
        let told = in_italian(problem);
        let known = told.rsplit_once(": ").map_or("", |(_, known)| known);
        return Refusal::new(
            Exit::Usage,
            format!("nella configurazione la chiave «{}» non esiste{origin}", within(name)),
            format!("toglierla o correggerla; qui sono ammesse: {known}"),
        );
    }
    let missing = between("missing field `", '`').or_else(|| between("missing configuration field \"", '"'));
    if let Some(name) = missing {
        return Refusal::new(
            Exit::Usage,
            format!("nella configurazione manca la chiave «{}»{origin}", within(name)),
            "aggiungerla con il suo valore",
        );
    }
    let key = key.map(|key| format!(" alla chiave «{key}»")).unwrap_or_default();
    Refusal::new(
        Exit::Usage,
        format!("la configurazione non è valida{key}: {}{origin}", in_italian(problem)),
        CORRECT_THE_VALUE,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::report;

    fn told(said: &str) -> String {
        report(&of_config(&ConfigError::Unreadable(said.to_owned())).into()).1
    }

    #[test]
    fn a_file_that_may_not_be_read_is_named() {
        let (file, problem) = ("/etc/campanella.toml".into(), io::ErrorKind::PermissionDenied);
        let (exit, told) = report(&of_config(&ConfigError::File { file, problem }).into());
        assert_eq!(exit, Exit::Usage);
        assert!(told.contains("«/etc/campanella.toml» non si può leggere: manca il permesso"), "{told}");
    }

    #[test]
    fn an_unknown_key_is_named_with_those_that_exist() {
        assert_eq!(
            told("unknown field `pol_seconds`, expected `poll_seconds` for key `relay` in ufficio.toml"),
            "Errore: nella configurazione la chiave «relay.pol_seconds» non esiste (ufficio.toml)\n\
            Che cosa fare: toglierla o correggerla; qui sono ammesse: poll_seconds\n"
        );
    }

    #[test]
    fn what_the_reader_says_is_told_in_italian_with_key_and_origin() {
        let soon = told(
            "invalid type: string \"presto\", expected an integer for key `relay.poll_seconds` in the environment",
        );
        assert!(
            soon.contains("alla chiave «relay.poll_seconds»: «presto» non va bene: serve un numero intero (dalle variabili d'ambiente)"),
            "{soon}"
        );
        let missing = told("missing field `listen` for key `http`");
        assert!(missing.contains("manca la chiave «http.listen»"), "{missing}");
        let line = told(
            "TOML parse error at line 2, column 8\n  |\n2 | url = \"segreta\n  |        ^\ninvalid in /etc/u.toml",
        );
        assert!(line.contains("la riga 2 non si può leggere, al carattere 8 (/etc/u.toml)"), "{line}");
        assert!(!line.contains("segreta"), "{line}");
    }
}
