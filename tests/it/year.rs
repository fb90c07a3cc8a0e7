// SPDX-License-Identifier: EUPL-1.2
//! A demo's year as a process: begun, watched, killed, resumed, and its report read.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::OnceLock,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// A year in a folder of its own, which stays when the tests end: what went wrong can be looked at.
#[derive(Debug)]
pub(crate) struct Year {
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

/// A process that simulates a year.
pub(crate) struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// The newest moment it came to, RFC 3339 in UTC.
    pub(crate) moment: String,
    report: Option<Value>,
}

impl Year {
    /// A year that has not begun.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("years").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, variables: Vec::new() })
    }

    /// The same with a setting from the environment.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.push((variable, value.to_owned()));
        self
    }

    /// The folder of the demo.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What all processes of this year wrote to standard error.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Removes all of it.
    pub(crate) fn remove(self) -> Result<()> {
        Ok(fs::remove_dir_all(&self.folder)?)
    }

    pub(crate) fn begin(&self) -> Result<Running> {
        self.start("begin", None)
    }

    pub(crate) fn resume(&self) -> Result<Running> {
        self.start("resume", None)
    }

    /// Resumed, to die the n-th time it passes a crash point.
    pub(crate) fn resume_towards(&self, point: &str, times: u64) -> Result<Running> {
        self.start("resume", Some(format!("{point}:{times}")))
    }

    /// Runs all of it as the command does, and gives what that tells.
    fn told(&self) -> Result<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_command"));
        command.args(["demo".as_ref(), "--data".as_ref(), self.data().as_os_str()]).stderr(self.log_file()?);
        let ended = command.envs(self.variables.iter().map(|(name, value)| (name, value))).output()?;
        ensure!(ended.status.success(), "{}: see {}", ended.status, self.log().display());
        Ok(String::from_utf8(ended.stdout)?)
    }

    fn log_file(&self) -> Result<File> {
        Ok(OpenOptions::new().create(true).append(true).open(self.log())?)
    }

    fn start(&self, mode: &str, crash: Option<String>) -> Result<Running> {
        let log = self.log_file()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_year"));
        command.arg(self.data()).arg(mode).stdout(Stdio::piped()).stderr(log);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(crash) = crash {
            command.env(campanella_runtime::crash::VARIABLE, crash);
        }
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().context("standard output is piped")?;
        let lines = BufReader::new(stdout).lines();
        Ok(Running { child, lines, moment: String::new(), report: None })
    }

    /// The end of an undisturbed run.
    pub(crate) fn finish(&self, mut running: Running) -> Result<Value> {
        while running.goes_on()? {}
        let status = running.child.wait()?;
        ensure!(status.success(), "{status}: see {}", self.log().display());
        running.report.with_context(|| format!("no report: see {}", self.log().display()))
    }
}

impl Running {
    /// Waits for the next moment; false when the process has ended.
    fn goes_on(&mut self) -> Result<bool> {
        let Some(line) = self.lines.next().transpose()? else { return Ok(false) };
        match line.strip_prefix("moment ") {
            Some(moment) => moment.clone_into(&mut self.moment),
            None => self.report = Some(serde_json::from_str(&line)?),
        }
        Ok(true)
    }

    /// Waits until the year has come to an instant (RFC 3339 in UTC); false when the process ended before.
    pub(crate) fn comes_to(&mut self, instant: &str) -> Result<bool> {
        while self.moment.as_str() < instant {
            if !self.goes_on()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) -> Result<ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// The end of a run that finds something amiss in its year: the report, and the failure that a person sees.
    pub(crate) fn complains(mut self) -> Result<Value> {
        while self.goes_on()? {}
        ensure!(!self.child.wait()?.success(), "nothing was amiss");
        self.report.context("no report")
    }

    /// Waits for its death, or its end; gives the newest moment it came to.
    pub(crate) fn dies(mut self) -> Result<(ExitStatus, String)> {
        while self.goes_on()? {}
        Ok((self.child.wait()?, self.moment))
    }
}

/// A finished year, its report without `seconds`, and what a person is told of it.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) year: Year,
    pub(crate) report: Value,
    pub(crate) told: String,
}

/// A report without the one thing that differs between equal years.
pub(crate) fn without_seconds(mut report: Value) -> Value {
    if let Some(object) = report.as_object_mut() {
        object.remove("seconds");
    }
    report
}

/// The year nobody disturbed, with everything it logged. Run once for all stories.
pub(crate) fn undisturbed() -> Result<&'static Finished> {
    static UNDISTURBED: OnceLock<Result<Finished, String>> = OnceLock::new();
    let finished = UNDISTURBED.get_or_init(|| {
        let run = || -> Result<Finished> {
            let year = Year::named("undisturbed")?
                .with("CAMPANELLA_LOG__FORMAT", "json")
                .with("CAMPANELLA_LOG__FILTER", "debug");
            let told = year.told()?;
            let report = serde_json::from_slice(&fs::read(year.data().join("riepilogo.json"))?)?;
            Ok(Finished { year, report: without_seconds(report), told })
        };
        run().map_err(|error| format!("{error:#}"))
    });
    finished.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
}
