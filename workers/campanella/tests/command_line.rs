// SPDX-License-Identifier: EUPL-1.2
//! The command as a shell runs it: exit codes, streams, pipes, signals, the folder's lock.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use campanella_runtime::folder::Folder;
use campanella_testkit::{EncryptedPostgres, certificates};

fn campanella(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campanella"));
    command.args(arguments).arg("--data").arg(data).env("CAMPANELLA_HTTP__LISTEN", "127.0.0.1:0");
    command
}

fn done(data: &Path, arguments: &[&str]) -> Result<Output> {
    Ok(campanella(data, arguments).output()?)
}

/// A running installation, and the lines it wrote when it was ready.
fn running(data: &Path) -> Result<(Child, String)> {
    running_with(data, &["run"])
}

fn running_with(data: &Path, arguments: &[&str]) -> Result<(Child, String)> {
    let mut child = campanella(data, arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut announced = String::new();
    let mut lines = BufReader::new(child.stdout.as_mut().context("no output")?);
    while !announced.contains("Per fermare") {
        ensure!(lines.read_line(&mut announced)? > 0, "it ended at once: {announced}");
    }
    Ok((child, announced))
}

fn terminate(child: &Child) -> Result<()> {
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    ensure!(status.success(), "kill: {status}");
    Ok(())
}

#[test]
fn run_says_where_things_are_keeps_others_out_and_ends_on_sigterm() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let (mut child, announced) = running(&data)?;
    assert!(announced.contains("Campanella è in funzione."), "{announced}");
    assert!(announced.contains(&data.display().to_string()), "{announced}");
    assert!(announced.contains("http://127.0.0.1:"), "{announced}");
    // ARS-040, ARS-041: the dates of the outcomes are nobody's guess (OQ-A4).
    assert!(announced.contains("Da configurare: le date degli esiti"), "{announced}");

    watched(&announced)?;

    let second = done(&data, &["run"])?;
    let complaint = String::from_utf8(second.stderr)?;
    assert_eq!(second.status.code(), Some(4), "{complaint}");
    assert!(complaint.contains(&format!("la cartella «{}» è in uso", data.display())), "{complaint}");

    let beside = done(&data, &["queues", "--json"])?;
    assert_eq!(beside.status.code(), Some(0));
    serde_json::from_slice::<serde_json::Value>(&beside.stdout)?;

    let file = folder.path().join("b.csv");
    std::fs::write(
        &file,
        "instance_number;applicant_email;started_at\n2025-000009;ada@posta.example;10/11/2025 9:00\n",
    )?;
    let imported = done(&data, &["import", "drafts", &file.to_string_lossy()])?;
    let told = String::from_utf8(imported.stdout)?;
    assert!(told.contains("1 riga letta: 1 nuova, 0 già presenti, 0 scartate."), "{told}");

    terminate(&child)?;
    let mut rest = String::new();
    child.stdout.take().context("no output")?.read_to_string(&mut rest)?;
    assert_eq!(child.wait()?.code(), Some(0), "{rest}");
    assert!(rest.contains("Fermato."), "{rest}");
    Ok(())
}

/// Asks until the gauges are there: they are set by a loop of their own.
fn watched(announced: &str) -> Result<()> {
    let address = announced.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address.context("no address")?;
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut seen = String::new();
    let of_the_queues = r#"campanella_queue_waiting{queue="registry"} 0"#;
    while !(seen.contains(of_the_queues) && seen.contains("campanella_dead_letters_open")) {
        ensure!(Instant::now() < deadline, "{seen}");
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        seen.clear();
        stream.read_to_string(&mut seen)?;
    }
    ensure!(seen.contains("campanella_dead_letters_open 0"), "{seen}");
    Ok(())
}

#[test]
fn an_address_in_use_is_named() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let refused = campanella(&data, &["run"]).env("CAMPANELLA_HTTP__LISTEN", &address).output()?;
    let complaint = String::from_utf8(refused.stderr)?;
    assert_eq!(refused.status.code(), Some(4), "{complaint}");
    assert!(complaint.contains(&format!("l'indirizzo {address} (http.listen)")), "{complaint}");
    Ok(())
}

#[test]
fn a_reader_that_goes_away_ends_a_listing_quietly() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    an_older_installation(&data)?;
    ensure!(done(&data, &["migrate"])?.status.success());
    let mut child =
        campanella(&data, &["schedule", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    assert_eq!((output.status.code(), String::from_utf8(output.stderr)?), (Some(0), String::new()));
    Ok(())
}

#[test]
fn the_database_is_migrated_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    an_older_installation(&data)?;
    let first = String::from_utf8(done(&data, &["migrate"])?.stdout)?;
    assert!(first.starts_with("Database aggiornato: "), "{first}");
    let second = String::from_utf8(done(&data, &["migrate"])?.stdout)?;
    assert_eq!(second, "Il database è già aggiornato.\n");
    Ok(())
}

#[test]
fn a_database_whose_certificate_is_for_another_name_is_reached_if_only_its_authority_is_asked_for()
-> Result<()> {
    let postgres = EncryptedPostgres::start()?;
    let folder = tempfile::tempdir()?;
    let migrate = |mode: &str, authority: &Path| {
        let url = postgres.url("127.0.0.2", "postgres");
        let url = format!("{url}?sslmode={mode}&sslrootcert={}", authority.display());
        done(&folder.path().join("dati"), &["migrate", "--database", &url])
    };
    let (ours, stranger) = (certificates::authority(), certificates::stranger());
    for (mode, authority, told) in
        [("verify-full", &ours, "127.0.0.2"), ("verify-ca", &stranger, "UnknownIssuer")]
    {
        let refused = migrate(mode, authority)?;
        let complaint = String::from_utf8(refused.stderr)?;
        assert!(!refused.status.success() && complaint.contains(told), "{mode}: {complaint}");
    }
    let reached = migrate("verify-ca", &ours)?;
    assert!(reached.status.success(), "{}", String::from_utf8_lossy(&reached.stderr));
    Ok(())
}

#[test]
fn a_slip_in_the_name_of_the_folder_is_not_answered_with_an_empty_installation() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("errore-di-battitura");
    let refused = done(&data, &["migrate"])?;
    let complaint = String::from_utf8(refused.stderr)?;
    assert_eq!(refused.status.code(), Some(3), "{complaint}");
    assert!(complaint.contains("errore-di-battitura") && complaint.contains("--data"), "{complaint}");
    assert!(!data.exists());
    Ok(())
}

/// An installation whose database knows no migration yet.
fn an_older_installation(data: &Path) -> Result<()> {
    Folder::open(data)?;
    Ok(std::fs::write(data.join("campanella.db"), "")?)
}

#[test]
fn somebody_elses_folder_is_left_alone() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("tesi.txt"), "preziosa")?;
    let refused = done(folder.path(), &["run"])?;
    assert_eq!(refused.status.code(), Some(2));
    let complaint = String::from_utf8(refused.stderr)?;
    assert!(complaint.contains("contiene altro e non viene toccata"), "{complaint}");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn workers_and_their_topics_are_listed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let text = String::from_utf8(done(folder.path(), &["workers"])?.stdout)?;
    assert!(
        text.contains("cpi-assignment\n  assegna") && text.contains("  riceve: ars.student.at-risk"),
        "{text}"
    );
    let rows: serde_json::Value =
        serde_json::from_slice(&done(folder.path(), &["workers", "--json"])?.stdout)?;
    let registry = rows.as_array().into_iter().flatten().find(|row| row["name"] == "registry");
    let registry = registry.context("registry is not listed")?;
    assert_eq!(registry["takes"], serde_json::json!(["ars.communication.recorded"]));
    Ok(())
}

#[test]
fn help_and_mistakes_are_italian_on_the_right_stream() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let help = done(folder.path(), &["run", "--help"])?;
    let text = String::from_utf8(help.stdout)?;
    assert_eq!(help.status.code(), Some(0));
    assert!(text.contains("Uso: campanella run [OPZIONI]") && text.contains("--only <NOMI>"), "{text}");
    let wrong = done(folder.path(), &["run", "--only", "nessuno"])?;
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(2), 0));
    let complaint = String::from_utf8(wrong.stderr)?;
    assert!(
        complaint.contains("«nessuno» non è un valore valido") && complaint.contains("registry"),
        "{complaint}"
    );
    Ok(())
}

#[test]
fn an_argument_that_is_no_text_is_refused_kindly() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let refused =
        campanella(folder.path(), &["import", "drafts"]).arg(OsStr::from_bytes(b"citt\xe0.csv")).output()?;
    let complaint = String::from_utf8(refused.stderr)?;
    assert_eq!(refused.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("non sono UTF-8\nChe cosa fare: "), "{complaint}");
    Ok(())
}

#[test]
fn a_queue_is_adopted_once_and_the_flag_left_in_the_command_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let begins = |arguments: &[&str]| -> Result<()> {
        let (child, _) = running_with(&data, arguments)?;
        terminate(&child)?;
        ensure!(child.wait_with_output()?.status.success());
        Ok(())
    };
    begins(&["run"])?;
    for name in ["queue.db", "queue.db-wal", "queue.db-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    let gone = done(&data, &["run"])?;
    ensure!(gone.status.code() == Some(2), "{gone:?}");
    begins(&["run", "--adopt-queue"])?;
    let again = done(&data, &["run", "--adopt-queue"])?;
    let complaint = String::from_utf8(again.stderr)?;
    ensure!(again.status.code() == Some(2), "{complaint}");
    ensure!(
        complaint.contains("niente da adottare") && complaint.contains("togliere --adopt-queue"),
        "{complaint}"
    );
    begins(&["run"])
}
