// SPDX-License-Identifier: EUPL-1.2
//! A file of 100,000 applications with 1,000 broken lines, imported by a process that is killed in the middle.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use campanella::import;
use campanella_domain::{
    ardis::Application,
    identity::{Sex, TaxCode},
};
use campanella_formats::Kind;
use campanella_store::{Store, StoreSettings, ardis::application, ars::student, outbox};
use campanella_testkit::PrivatePostgres;
use campanella_tests::{ApplicationFile, Beginning, CANARY, World};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

const SIGKILL: i32 = 9;
const FILE: ApplicationFile = ApplicationFile { lines: 100_000, one_broken_in: 100 };
const GOOD: i64 = 99_000;

/// An installation, a file of applications, and the lines of it that are broken.
struct Load {
    folder: tempfile::TempDir,
    broken: Vec<u64>,
}

impl Load {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let broken = FILE.write(&folder.path().join("domande.csv"))?;
        Ok(Self { folder, broken })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_command"));
        command
            .args(["import", "applications"])
            .arg(self.path("domande.csv"))
            .arg("--data")
            .arg(self.path("dati"));
        command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn import(&self) -> Result<Output> {
        Ok(self.command().output()?)
    }

    async fn store(&self) -> Result<Store> {
        Ok(Store::open_file(&self.path("dati").join("campanella.db"), StoreSettings::default()).await?)
    }

    /// Kills an import as soon as it has committed so many applications.
    async fn kill_after(&self, applications: i64) -> Result<Child> {
        let mut child = self.command().spawn()?;
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.path("dati").join("campanella.db").is_file()
            || self.count().await.unwrap_or(0) < applications
        {
            ensure!(child.try_wait()?.is_none(), "it ended before it could be killed");
            ensure!(Instant::now() < deadline, "it imports nothing");
            tokio::task::yield_now().await;
        }
        child.kill()?;
        Ok(child)
    }

    async fn count(&self) -> Result<i64> {
        let store = self.store().await?;
        let count = application::count(&mut store.read().await?).await?;
        store.close().await;
        Ok(count)
    }
}

impl Load {
    /// The applications that were written, and those the workers are to be told of, as often as they are.
    async fn written(&self) -> Result<(Vec<Application>, Vec<String>)> {
        const ALL: usize = 2 * FILE.lines as usize;
        let store = self.store().await?;
        let mut tx = store.begin().await?;
        let ids: Vec<Uuid> = application::by_number(&mut tx).await?.into_iter().map(|(_, id)| id).collect();
        let mut applications = Vec::with_capacity(ids.len());
        for page in ids.chunks(500) {
            let mut known = application::known(&mut tx, page).await?;
            applications.extend(page.iter().filter_map(|id| known.remove(id)));
        }
        let end = "2100-01-01T00:00:00Z".parse()?;
        let messages = outbox::take_due(&mut tx, end, end, ALL.try_into()?).await?;
        tx.rollback().await?;
        store.close().await;
        let subject = |envelope: &str| -> Result<String> {
            let envelope: Value = serde_json::from_str(envelope)?;
            Ok(format!("{} {}", envelope["type"], envelope["data"]))
        };
        let mut told = messages.iter().map(|row| subject(&row.envelope)).collect::<Result<Vec<_>>>()?;
        told.sort_unstable();
        Ok((applications, told))
    }
}

/// What a reject file says of each line: number, reason, remedy.
fn rejects(file: &Path) -> Result<Vec<(u64, String, String)>> {
    let text = fs::read_to_string(file)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader
        .records()
        .map(|record| {
            let record = record?;
            let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
            Ok((cell(0).parse()?, cell(2), cell(3)))
        })
        .collect()
}

fn counts(output: &Output) -> Result<Value> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let file = &report["files"][0];
    Ok(json!([file["lines"], file["new"], file["known"], file["refused"]]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_lines_killed_in_the_middle_are_imported_as_if_nobody_had_killed_them()
-> Result<()> {
    let load = Load::new()?;
    assert_eq!(load.broken.len(), 1_000);
    let mut killed = load.kill_after(GOOD / 3).await?;
    assert_eq!(killed.wait()?.signal(), Some(SIGKILL));
    let before = load.count().await?;
    assert!((GOOD / 3..GOOD).contains(&before), "{before}");
    assert!(!load.path("domande.scarti.csv").exists(), "a reject file is there whole or not at all");

    let again = load.import()?;
    assert_eq!(counts(&again)?, json!([100_000, GOOD - before, before, 1_000]));
    assert_eq!(again.status.code(), Some(1));
    for shown in [&again.stdout, &again.stderr] {
        assert!(!String::from_utf8_lossy(shown).contains(CANARY), "a value of the file is shown");
    }

    let store = load.store().await?;
    let mut tx = store.read().await?;
    assert_eq!(application::count(&mut tx).await?, GOOD);
    // One message an application, those of the killed import included.
    assert_eq!(outbox::stats(&mut tx).await?.rows, GOOD);
    drop(tx);
    store.close().await;

    let rejects = rejects(&load.path("domande.scarti.csv"))?;
    let lines: Vec<u64> = rejects.iter().map(|(line, _, _)| *line).collect();
    assert_eq!(lines, load.broken);
    assert!(rejects.iter().all(|(_, reason, remedy)| !reason.is_empty() && !remedy.is_empty()));
    let reasons: BTreeSet<&String> = rejects.iter().map(|(_, reason, _)| reason).collect();
    assert!(reasons.len() >= 15, "{reasons:#?}");

    let undisturbed = Load::new()?;
    undisturbed.import()?;
    let (expected, found) = (undisturbed.written().await?, load.written().await?);
    assert!(found.0 == expected.0, "other applications than without the kill");
    assert!(found.1 == expected.1, "other messages than without the kill");
    assert_eq!(found.1.len(), usize::try_from(GOOD)?);
    Ok(())
}

#[tokio::test]
async fn on_postgresql_a_file_is_imported_once_as_well() -> Result<()> {
    let database = PrivatePostgres::shared()?.fresh_database()?;
    let world = World::begin(Beginning { database: Some(database), ..Beginning::default() }).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("domande.csv");
    let broken = ApplicationFile { lines: 1_300, one_broken_in: 10 }.write(&file)?;
    for (new, known) in [(1_170, 0), (0, 1_170)] {
        let report =
            import::import(Kind::Applications, &file, &world.installation, world.now(), |_| ()).await?;
        assert_eq!((report.new, report.known, report.refused), (new, known, 130));
        assert_eq!(report.first_refused[0].line, broken[0]);
        assert_eq!(report.reject_file.as_deref(), Some(&*folder.path().join("domande.scarti.csv")));
    }
    let mut tx = world.installation.store.read().await?;
    assert_eq!((application::count(&mut tx).await?, outbox::stats(&mut tx).await?.rows), (1_170, 1_170));
    Ok(())
}

/// A class list of 600 students who live in a municipality, about a day.
fn class_list(residence: &str, event_date: &str) -> Result<String> {
    let mut text = "student_tax_code;first_name;last_name;birth_date;residence;domicile;address;phone;school_code;course;\
        event_date;class;section\n"
        .to_owned();
    for student in pupils() {
        let (born, code) = student?;
        let code = code.expose();
        writeln!(text, "{code};Anna;Neri;{born};{residence};;;;BLPS00001X;upper-secondary;{event_date};1;A")?;
    }
    Ok(text)
}

fn pupils() -> impl Iterator<Item = Result<(NaiveDate, TaxCode)>> {
    (0..600).map(|day| {
        let born = "2009-01-01".parse::<NaiveDate>()? + Days::new(day);
        Ok((born, TaxCode::compose("Neri", "Anna", born, Sex::Female, &"D530".parse()?)))
    })
}

/// Both imports read what was told of a home before they write it. Without the lock between them both read that nothing was;
/// whoever writes second has waited for the other's row only, and writes over it what its own file says. Where the older
/// file comes second the students are moved back: hence both orders, one of which fails without the lock.
#[tokio::test]
async fn ars_049_on_postgresql_two_lists_imported_at_once_end_as_one_after_the_other() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (september, october) = (folder.path().join("settembre.csv"), folder.path().join("ottobre.csv"));
    fs::write(&september, class_list("025021", "2025-09-10")?)?;
    fs::write(&october, class_list("027042", "2025-10-15")?)?;
    for files in [[&september, &october], [&october, &september]] {
        let database = PrivatePostgres::shared()?.fresh_database()?;
        let world = World::begin(Beginning { database: Some(database), ..Beginning::default() }).await?;
        let load = |file| import::import(Kind::ClassLists, file, &world.installation, world.now(), |_| ());
        let (first, second) = tokio::try_join!(load(files[0]), load(files[1]))?;
        assert_eq!((first.new, second.new, first.refused + second.refused), (600, 600, 0));

        let key = world.installation.identity_key().await?;
        let ids = pupils().map(|pupil| Ok(key.student(&pupil?.1))).collect::<Result<Vec<_>>>()?;
        let homes = student::homes(&mut world.installation.store.read().await?, &ids).await?;
        assert_eq!(homes.len(), 600);
        let left_behind = homes.values().filter(|home| home.residence.to_string() != "027042").count();
        assert_eq!(left_behind, 0, "where somebody lives does not hang on who came first");
    }
    Ok(())
}
