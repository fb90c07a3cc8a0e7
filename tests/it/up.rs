// SPDX-License-Identifier: EUPL-1.2
//! `./dev up`: what it prints is true, a year on PostgreSQL and RabbitMQ ends as the embedded one, and nothing it started is
//! left when it ends. (PostgreSQL beside a queue file: `publishing`, `moving`, `import`.)

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use campanella_store::{SchemaState, Store, StoreSettings};
use campanella_testkit::PrivatePostgres;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{
    canaries::Canaries,
    year::{undisturbed, without_seconds},
};

/// What holds nothing personal, whatever else the database holds.
const IMPERSONAL: [&str; 8] = [
    "SELECT row_to_json(outbox) FROM outbox",
    "SELECT row_to_json(inbox) FROM inbox",
    "SELECT row_to_json(dead_letter) FROM dead_letter",
    "SELECT row_to_json(occurrence) FROM occurrence",
    "SELECT row_to_json(bookmark) FROM bookmark",
    "SELECT evaluation, causes FROM decision",
    "SELECT instance_number, causes FROM published_entry",
    "SELECT dedupe_key, parameters, answer FROM notification",
];

/// A running `up`; killed with whatever it started if a story ends early.
struct Up {
    process: Child,
    folder: PathBuf,
    /// What it printed, up to the last line.
    told: String,
}

impl Up {
    /// Starts it on a folder and reads what it prints once everybody is at work.
    fn start(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let log = File::create(folder.join("log"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_up"));
        let mut process = command.arg(folder).stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("standard output is piped")?).lines();
        let mut up = Self { process, folder: folder.to_owned(), told: String::new() };
        while !up.told.contains("Ctrl-C") {
            let line =
                lines.next().with_context(|| format!("it ended: see {}", folder.join("log").display()))??;
            up.told.push_str(&line);
            up.told.push('\n');
        }
        Ok(up)
    }

    /// The command it prints for a demonstration, as a person copies it.
    fn demonstration(&self) -> Result<&str> {
        let begin = self.told.find("Beside them").context("no demonstration")?;
        let (_, command) = self.told[begin..].split_once("\n\n").context("no command")?;
        Ok(command.split("\n\n").next().unwrap_or(command))
    }

    /// Where the demonstration's database is, out of that command.
    fn database(&self) -> Result<&str> {
        let (_, rest) = self.demonstration()?.split_once("--database '").context("no database")?;
        Ok(rest.split_once('\'').context("no end")?.0)
    }

    /// Ends it as a supervisor does. Gives what it told.
    fn end(mut self) -> Result<String> {
        let pid = Pid::from_raw(self.process.id().try_into()?).context("no process")?;
        kill_process(pid, Signal::TERM)?;
        let status = self.process.wait()?;
        ensure!(status.success(), "{status}: see {}", self.folder.join("log").display());
        Ok(std::mem::take(&mut self.told))
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // Guardians end what it started. One that has ended already cannot be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn type_in(command: &str) -> Result<Output> {
    Ok(Command::new("/bin/sh").args(["-c", command]).stdin(Stdio::null()).output()?)
}

/// Processes of this machine that were told of a folder.
fn processes_about(folder: &Path) -> Result<Vec<String>> {
    let folder = folder.to_str().context("the folder's path is not UTF-8")?;
    let mut found = Vec::new();
    for process in fs::read_dir("/proc")? {
        // One that ends meanwhile cannot be read.
        let line = fs::read(process?.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(folder) {
            found.push(line);
        }
    }
    Ok(found)
}

/// Nothing personal is where it need not be, and the search would have found it.
fn assert_keeps_to_itself_what_is_personal(database: &str) -> Result<()> {
    let canaries = Canaries::of_the_year()?;
    let rows = |sql: &str| PrivatePostgres::run_sql_at(database, sql);
    assert!(!canaries.found_in(rows("SELECT applicant_email FROM application")?.as_bytes()).is_empty());
    for sql in IMPERSONAL {
        canaries.assert_none_in(sql, rows(sql)?.as_bytes());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ard_109_the_year_that_up_prints_ends_as_the_embedded_one_and_keeps_to_itself_what_is_personal()
-> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("up");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let up = Up::start(&folder)?;
    for worker in campanella::workforce::names() {
        assert!(up.told.contains(&format!("  {worker} ")), "{worker} is missing:\n{}", up.told);
    }

    let ended = type_in(up.demonstration()?)?;
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let report: Value = serde_json::from_slice(&fs::read(folder.join("demo/riepilogo.json"))?)?;
    assert_eq!(
        (&report["applications"], &report["lost"], &report["duplicates"]),
        (&2_000.into(), &0.into(), &0.into())
    );
    assert_eq!(without_seconds(report), undisturbed()?.report);
    assert_keeps_to_itself_what_is_personal(up.database()?)?;

    // It writes over no year, not over its files either, and the printed text says what to do.
    PrivatePostgres::run_sql_at(up.database()?, "CREATE DATABASE another")?;
    let elsewhere = up.demonstration()?.replace("postgres:///demo?", "postgres:///another?");
    for (refused, told) in
        [(up.demonstration()?, "il database non è vuoto"), (&elsewhere, "il virtual host del broker")]
    {
        let again = type_in(refused)?;
        let complaint = String::from_utf8(again.stderr)?;
        assert_eq!(again.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains(told) && complaint.contains("--resume"), "{complaint}");
        assert!(folder.join("demo/riepilogo.json").is_file(), "{refused}");
    }
    let another = up.database()?.replace("postgres:///demo?", "postgres:///another?");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(
        PrivatePostgres::run_sql_at(&another, tables)?,
        "0",
        "a database is not touched for a refusal"
    );
    assert!(up.told.contains("the next ./dev up empties this one"), "{}", up.told);
    assert!(!processes_about(&folder)?.is_empty());
    up.end()?;
    assert_eq!(processes_about(&folder)?, Vec::<String>::new());
    assert!(folder.join("postgres/data").is_dir(), "the data stay");

    let up = Up::start(&folder)?;
    let demo = Store::open(up.database()?, StoreSettings::default()).await?;
    assert_eq!(demo.schema_state().await?, SchemaState::empty());
    demo.close().await;
    up.end()?;
    assert_eq!(processes_about(&folder)?, Vec::<String>::new());
    Ok(fs::remove_dir_all(&folder)?)
}
