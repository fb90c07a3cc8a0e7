// SPDX-License-Identifier: EUPL-1.2
//! The database: whether it answers, is of a release and schema we know, keeps what it confirms, and has our time.
//!
//! Its time zone and collation are not looked at: instants are bound and read as such, and text is sorted by the program.

use std::path::Path;

use campanella_runtime::{clock::machine_now, heartbeat::STALE_AFTER};
use campanella_store::{SchemaState, Server, Store, StoreError, process};
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;

use super::Finding;
use crate::settings::Settings;

/// What is said of the schema.
pub(super) const SCHEMA: &str = "schema del database";
const SUBJECT: &str = "database";
/// The oldest PostgreSQL that is tested.
const OLDEST_POSTGRES: u32 = 15;
/// Clocks further apart than this are worth a look.
const APART: TimeDelta = TimeDelta::seconds(2);

/// The database, if it answers; one that is not there is not made.
pub(super) async fn open(data: &Path, settings: &Settings, findings: &mut Vec<Finding>) -> Option<Store> {
    let database = &settings.database;
    let file = data.join("campanella.db");
    if database.is_embedded() && !file.is_file() {
        let says = format!("«{}» non c'è ancora", file.display());
        findings.push(Finding::notice(SUBJECT, says, "lo crea «campanella run»"));
        return None;
    }
    let opened = if database.is_embedded() {
        Store::open_file(&file, database.store()).await
    } else {
        Store::open(database.url.expose_secret(), database.store()).await
    };
    opened.map_err(|error| findings.push(unreachable(&error))).ok()
}

fn unreachable(error: &StoreError) -> Finding {
    let remedy = match error {
        StoreError::Url(_) => {
            "correggere database.url: sqlite:///percorso/del/file o postgres://utente:password@host/database"
        }
        StoreError::Certificates(_) => {
            "correggere database.root_certificate, o dare il permesso di leggere il file all'utente del servizio"
        }
        StoreError::Refused(_) => "verificare utente, password e nome del database in database.url",
        _ => {
            "verificare che sia acceso e raggiungibile, e se la connessione è cifrata il certificato di PostgreSQL e \
            l'autorità in database.root_certificate"
        }
    };
    Finding::bad(SUBJECT, error, remedy)
}

/// What it says of itself.
pub(super) async fn examine(store: &Store, settings: &Settings, findings: &mut Vec<Finding>) {
    let before = machine_now();
    match store.server().await {
        Ok(server) => {
            let now = before + (machine_now() - before) / 2;
            findings.push(release(store, &server));
            if matches!(store, Store::Postgres(_)) {
                findings.push(durable(&server));
                findings.push(connections(&server, settings.database.connections, beating(store).await));
            }
            findings.extend(server.clock.map(|clock| clocks(clock - now)));
        }
        Err(error) => findings.push(unreachable(&error)),
    }
    findings.push(match store.schema_state().await {
        Ok(SchemaState::Current) => Finding::good(SCHEMA, "è quello di questa versione"),
        Ok(SchemaState::Behind { missing }) => {
            Finding::bad(SCHEMA, format!("mancano {missing} migrazioni"), "eseguire «campanella migrate»")
        }
        Ok(SchemaState::Unknown) => {
            Finding::bad(SCHEMA, "è di una versione più recente", "aggiornare il programma")
        }
        Err(error) => unreachable(&error),
    });
}

fn release(store: &Store, server: &Server) -> Finding {
    let name = if matches!(store, Store::Postgres(_)) { "PostgreSQL" } else { "SQLite" };
    let says = format!("{name} {}", server.version);
    if name == "SQLite" {
        return Finding::good(SUBJECT, says);
    }
    if server.major < OLDEST_POSTGRES {
        return Finding::bad(SUBJECT, says, "serve PostgreSQL 15 o successivo");
    }
    if server.setting("transaction_read_only") == "on" {
        return Finding::bad(
            SUBJECT,
            format!("{says}, in sola lettura"),
            "indicare il server primario e non una replica",
        );
    }
    if server.setting("server_encoding") != "UTF8" {
        let says = format!("{says}, codifica {}", server.setting("server_encoding"));
        return Finding::bad(SUBJECT, says, "creare il database con ENCODING 'UTF8'");
    }
    Finding::good(SUBJECT, says)
}

/// Whether what is confirmed outlives a power cut.
fn durable(server: &Server) -> Finding {
    const SUBJECT: &str = "durevolezza del database";
    let hasty: Vec<String> = ["fsync", "full_page_writes", "synchronous_commit"]
        .into_iter()
        .filter(|name| server.setting(name) == "off")
        .map(|name| format!("{name} = off"))
        .collect();
    if hasty.is_empty() {
        return Finding::good(SUBJECT, "ciò che è confermato resiste a un'interruzione di corrente");
    }
    let remedy = "riportare a on in postgresql.conf: altrimenti ciò che è confermato può andare perduto";
    Finding::bad(SUBJECT, hasty.join(", "), remedy)
}

/// How many processes are at work. Where nobody can say (an older schema, of which another finding tells), none.
async fn beating(store: &Store) -> u32 {
    let counted = async {
        let mut tx = store.read().await?;
        process::count(&mut tx, machine_now() - STALE_AFTER).await
    };
    counted.await.map_or(0, |(alive, _)| u32::try_from(alive).unwrap_or_default())
}

/// Whether all who work have their connections, each as many as this machine's settings say, and a command besides.
fn connections(server: &Server, each: u32, beating: u32) -> Finding {
    const SUBJECT: &str = "connessioni al database";
    let number = |setting| server.setting(setting).parse::<u32>().unwrap_or_default();
    // Kept for the server's administrators.
    let reserved = number("superuser_reserved_connections") + number("reserved_connections");
    let free = number("max_connections").saturating_sub(reserved);
    let processes = free / each.max(1);
    let says = format!(
        "{each} per processo, {free} in tutto: bastano per {processes} processi, al lavoro ce ne sono {beating}"
    );
    let remedy = "ridurre database.connections o aumentare max_connections";
    match processes {
        _ if processes < beating => Finding::bad(SUBJECT, says, remedy),
        _ if processes < beating.saturating_add(1).max(2) => Finding::notice(SUBJECT, says, remedy),
        _ => Finding::good(SUBJECT, says),
    }
}

/// How far the database's clock is ahead of this machine's.
fn clocks(ahead: TimeDelta) -> Finding {
    const SUBJECT: &str = "orologi";
    #[expect(clippy::cast_precision_loss, reason = "tenths of a second for a reader")]
    let says = format!(
        "fra questa macchina e il database ci sono {:.1} s",
        ahead.num_milliseconds().abs() as f64 / 1_000.0
    );
    let remedy =
        "sincronizzare gli orologi (NTP): i termini si contano con quello della macchina che esegue i worker";
    match ahead.abs() {
        apart if apart >= STALE_AFTER => Finding::bad(SUBJECT, says, remedy),
        apart if apart >= APART => Finding::notice(SUBJECT, says, remedy),
        _ => Finding::good(SUBJECT, says),
    }
}

#[cfg(test)]
mod tests {
    use campanella_store::Setting;

    use super::*;
    use crate::cli::doctor::State;

    fn server(settings: &[(&str, &str)]) -> Server {
        let setting =
            |(name, value): &(&str, &str)| Setting { name: (*name).to_owned(), value: (*value).to_owned() };
        let settings = settings.iter().map(setting).collect();
        Server { version: "15.13".to_owned(), major: 15, clock: None, settings }
    }

    #[test]
    fn a_database_that_may_forget_what_it_confirmed_is_a_problem() {
        let safe = [("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "remote_write")];
        assert_eq!(durable(&server(&safe)).state, State::Good);
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            let finding = durable(&server(&[(name, "off")]));
            assert!(finding.state == State::Bad && finding.says.contains(name), "{finding:?}");
        }
    }

    #[test]
    fn connections_must_do_for_those_at_work_and_one_more() {
        let settings = [
            ("max_connections", "100"),
            ("superuser_reserved_connections", "3"),
            ("reserved_connections", "1"),
        ];
        let found = |beating| connections(&server(&settings), 8, beating);
        // 96 for everybody: twelve times eight.
        assert_eq!(
            [0, 11, 12, 13].map(|beating| found(beating).state),
            [State::Good, State::Good, State::Notice, State::Bad]
        );
        let says = found(13).says;
        assert!(says.contains("96 in tutto: bastano per 12 processi, al lavoro ce ne sono 13"), "{says}");
        assert_eq!(connections(&server(&settings[..1]), 60, 0).state, State::Notice, "one alone is few");
    }

    #[test]
    fn clocks_may_differ_by_a_second_and_not_by_a_minute() {
        let state = |seconds| clocks(TimeDelta::seconds(seconds)).state;
        assert_eq!([-1, 2, -60].map(state), [State::Good, State::Notice, State::Bad]);
    }
}
