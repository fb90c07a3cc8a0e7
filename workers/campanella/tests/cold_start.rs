// SPDX-License-Identifier: EUPL-1.2
//! A process that starts before its database: it says what it waits for, starts when it comes, and ends when asked to.

mod support;

use std::{
    io,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context as _, Result, ensure};
use campanella_testkit::{PrivatePostgres, PrivateRabbit, free_ports};

use support::{Running, get, until};

/// A database whose server is reached through a folder that has no socket yet: it is down until [`Away::comes`].
struct Away {
    folder: tempfile::TempDir,
    socket: PathBuf,
    /// Through the folder.
    url: String,
    /// What an administrator who sits beside the server uses.
    direct: String,
}

impl Away {
    fn new() -> Result<Self> {
        let real = PrivatePostgres::shared()?.fresh_database()?;
        let (database, query) = real.split_once("?host=").context("a URL with a folder")?;
        let (host, rest) = query.split_once('&').context("a user")?;
        let folder = tempfile::tempdir()?;
        let url = format!("{database}?host={}&{rest}", folder.path().display());
        Ok(Self { folder, socket: Path::new(host).join(SOCKET), url, direct: real.clone() })
    }

    fn comes(&self) -> Result<()> {
        Ok(symlink(&self.socket, self.folder.path().join(SOCKET))?)
    }
}

const SOCKET: &str = ".s.PGSQL.5432";

#[test]
fn a_start_without_its_database_says_so_and_goes_on_when_it_comes() -> Result<()> {
    let database = Away::new()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    ensure!(support::campanella(&data, &["migrate", "--database", &database.direct]).status()?.success());
    let mut process = Running::start(&data, &["run", "--database", &database.url])?;
    let said = process.line_with("In attesa")?;
    ensure!(said.contains("il database non risponde") && !said.contains("in funzione"), "{said}");
    let address = said.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address.context("the address is said while it waits")?.to_owned();

    let away = get(&address, "/status")?;
    ensure!(away.starts_with("HTTP/1.1 503") && away.contains("il database non risponde"), "{away}");
    ensure!(away.contains("\"startup\""), "the start is what waits: {away}");
    ensure!(get(&address, "/live")?.starts_with("HTTP/1.1 200"), "a restart would not help");
    let asked = |arguments: &[&str]| {
        support::campanella(&data, arguments).env("CAMPANELLA_HTTP__LISTEN", &address).output()
    };
    let ill = asked(&["health"])?;
    let told = String::from_utf8(ill.stdout)?;
    ensure!(
        ill.status.code() == Some(1) && told.contains("startup attende: il database non risponde"),
        "{told}"
    );
    ensure!(asked(&["health", "--live"])?.status.code() == Some(0), "alive");

    database.comes()?;
    process.line_with("Per fermare")?;
    process.terminate()?;
    ensure!(process.wait()?.code() == Some(0));
    Ok(())
}

#[test]
fn an_older_schema_is_nothing_to_wait_for() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let database = Away::new()?;
    let refused = support::campanella(&folder.path().join("dati"), &["run", "--database", &database.direct])
        .output()?;
    let complaint = String::from_utf8(refused.stderr)?;
    ensure!(refused.status.code() == Some(2) && complaint.contains("campanella migrate"), "{complaint}");
    Ok(())
}

#[test]
fn a_process_that_waits_ends_at_once_when_it_is_asked_to() -> Result<()> {
    let database = Away::new()?;
    let folder = tempfile::tempdir()?;
    let mut process = Running::start(&folder.path().join("dati"), &["run", "--database", &database.url])?;
    process.line_with("In attesa")?;
    process.terminate()?;
    process.line_with("Fermato prima di cominciare.")?;
    ensure!(process.wait()?.code() == Some(0), "nothing failed: it was asked to end");
    Ok(())
}

#[test]
fn a_broker_that_is_away_is_waited_for_as_a_database_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // Nobody listens on port 1.
    let broker = "amqp://campanella:segreta@127.0.0.1:1/scuola";
    let data = folder.path().join("dati");
    let mut process = Running::start(&data, &["run", "--broker", broker])?;
    let said = process.line_with("In attesa")?;
    ensure!(said.contains("le code non rispondono") && said.contains("127.0.0.1:1"), "{said}");
    ensure!(!said.contains("segreta"), "{said}");

    // The database is there: whoever asks it sees the process, and for what it waits.
    let told = until(|| {
        let listed = support::campanella(&data, &["processes"]).output()?;
        let listed = String::from_utf8(listed.stdout)?;
        Ok(listed.contains("startup attende: le code non rispondono").then_some(listed))
    })?;
    ensure!(told.contains(&process.id().to_string()) && !told.contains("segreta"), "{told}");
    process.terminate()?;
    ensure!(process.wait()?.code() == Some(0));
    ensure!(listed(&data)?.is_empty(), "it said goodbye");
    Ok(())
}

/// A broker that comes later: whoever dials the port from now on reaches it.
fn comes_to(port: u16, broker: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            // Whoever cannot be connected is let go.
            drop(pass(near, broker));
        }
    });
    Ok(())
}

fn pass(mut near: TcpStream, broker: u16) -> io::Result<()> {
    let mut far = TcpStream::connect((Ipv4Addr::LOCALHOST, broker))?;
    let (mut back, mut out) = (far.try_clone()?, near.try_clone()?);
    thread::spawn(move || io::copy(&mut near, &mut far));
    thread::spawn(move || io::copy(&mut back, &mut out));
    Ok(())
}

#[test]
fn a_start_without_its_broker_says_so_and_goes_to_work_when_it_comes() -> Result<()> {
    let rabbit = PrivateRabbit::shared()?;
    let vhost = rabbit.vhost()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let port = *free_ports(1)?.first().context("a port")?;
    let node = format!(":{}/", rabbit.node(0).port());
    let url = vhost.url().replace(&node, &format!(":{port}/"));
    ensure!(url != vhost.url(), "{url}");
    let mut process = Running::start(&data, &["run", "--broker", &url])?;
    let said = process.line_with("In attesa")?;
    ensure!(said.contains("le code non rispondono") && !said.contains("in funzione"), "{said}");
    let address = said.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address.context("the address is said while it waits")?.to_owned();
    ensure!(get(&address, "/status")?.starts_with("HTTP/1.1 503"), "it waits");

    comes_to(port, rabbit.node(0).port())?;
    process.line_with("Per fermare")?;
    let healthy = || Ok(get(&address, "/status")?.starts_with("HTTP/1.1 200").then_some(()));
    until(healthy).context("every part can work")?;
    // The calendar of the year is published and handled: the queues are there and somebody takes from them.
    let handled = || {
        let metrics = get(&address, "/metrics")?;
        Ok(metrics.contains("campanella_messages_handled_total").then_some(()))
    };
    until(handled).context("a message through the broker")?;
    process.terminate()?;
    ensure!(process.wait()?.code() == Some(0));
    Ok(())
}

#[test]
fn a_start_that_is_refused_leaves_nobody_to_be_missed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    let mut process = Running::start(&data, &["run"])?;
    process.line_with("Per fermare")?;
    until(|| Ok((listed(&data)?.len() == 1).then_some(())))?;
    let refused = support::campanella(&data, &["run"]).output()?;
    ensure!(refused.status.code() == Some(4), "the folder is in use: {refused:?}");
    let left = listed(&data)?;
    ensure!(left.len() == 1 && left[0]["pid"] == process.id(), "{left:?}");
    Ok(())
}

/// The processes the installation knows.
fn listed(data: &Path) -> Result<Vec<serde_json::Value>> {
    let output = support::campanella(data, &["processes", "--json"]).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn a_running_process_is_listed_until_it_ends_and_is_missed_when_it_was_killed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("dati");
    for killed in [false, true] {
        let mut process = Running::start(&data, &["run"])?;
        let announced = process.line_with("Per fermare")?;
        let address = announced.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.context("an address")?.to_owned();
        let begun = |one: &serde_json::Value| one["pid"] == process.id() && one["report"]["healthy"] == true;
        let beating = until(|| Ok(listed(&data)?.into_iter().find(begun)))?;
        let status = get(&address, "/status")?;
        let status: serde_json::Value =
            serde_json::from_str(status.split_once("\r\n\r\n").context("a body")?.1)?;
        ensure!(
            status["process"] == beating["id"] && status["host"] == beating["host"],
            "{status} {beating}"
        );
        let names = |report: &serde_json::Value| -> Vec<String> {
            report["loops"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        ensure!(names(&status) == names(&beating["report"]), "{status} {beating}");
        if killed {
            process.kill()?;
        } else {
            process.terminate()?;
        }
        process.wait()?;
        ensure!(listed(&data)?.len() == usize::from(killed), "a goodbye is taken, a death is missed");
    }
    Ok(())
}
