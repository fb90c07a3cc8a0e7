// SPDX-License-Identifier: EUPL-1.2
//! The shell that keeps watch over a private server.
//!
//! It starts the server and waits for the end of a pipe whose other end this process holds: whether the
//! process drops the server, ends, panics or is killed with -9, the pipe closes, and the guardian stops the
//! server and tidies up. What else a script offers is asked for with one line and answered with one.
//!
//! Rejected: `PR_SET_PDEATHSIG` (it fires when the *thread* that started the child ends, which in a test
//! harness is the end of one test), and destructors alone (kill -9 runs none).

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail, ensure};

use crate::account::Account;
use crate::home::Home;

/// The beginning of the script of a guardian that runs processes.
pub(crate) const PROCESSES: &str = include_str!("guardian/processes.sh");

/// A running guardian; dropping it ends the server and waits until everything is tidy.
#[derive(Debug)]
pub(crate) struct Guardian {
    folder: PathBuf,
    process: Child,
    conversation: Mutex<Option<Conversation>>,
}

#[derive(Debug)]
struct Conversation {
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Guardian {
    /// Starts `script` (text for `/bin/sh`) as `account`, with the home's folder, `remove` or `keep`, and then
    /// `arguments`. Of the environment only `PATH` and what `environment` says is passed on. Returns once
    /// the script has said `ready`.
    pub(crate) fn start(
        script: &str,
        home: Home,
        account: Option<Account>,
        arguments: &[&OsStr],
        environment: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script, "guardian"])
            .arg(home.path())
            .arg(home.afterwards())
            .args(arguments)
            .current_dir(home.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            // An interrupt typed at the terminal reaches the owner only; the guardian then tidies up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(account) = account {
            command.uid(account.user).gid(account.group);
        }
        let mut process = command.spawn().context("the guardian of a private server does not start")?;
        let questions = process.stdin.take().context("a guardian without standard input")?;
        let answers = process.stdout.take().context("a guardian without standard output")?;
        let conversation = Conversation { questions, answers: BufReader::new(answers) };
        // From here on the guardian looks after the folder.
        let guardian = Self { folder: home.leave(), process, conversation: Mutex::new(Some(conversation)) };
        guardian.wait_until_ready()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks for something; `false` when the guardian could not do it.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub(crate) fn ask(&self, question: &str) -> anyhow::Result<bool> {
        let mut conversation = self.conversation.lock().unwrap_or_else(PoisonError::into_inner);
        let conversation = conversation.as_mut().context("the guardian is gone")?;
        writeln!(conversation.questions, "{question}").context("the guardian is gone")?;
        let answer = conversation.answer()?;
        ensure!(matches!(answer.as_str(), "done" | "failed"), "the guardian answered {answer:?}");
        Ok(answer == "done")
    }

    /// [`Guardian::ask`] for what can always be done.
    ///
    /// # Errors
    /// When the guardian is gone, or could not do it all the same.
    pub(crate) fn order(&self, order: &str, name: &str) -> anyhow::Result<()> {
        ensure!(self.ask(&format!("{order} {name}"))?, "the guardian could not {order} {name}");
        Ok(())
    }

    fn wait_until_ready(mut self) -> anyhow::Result<Self> {
        let conversation = self.conversation.get_mut().unwrap_or_else(PoisonError::into_inner);
        if conversation.as_mut().context("the guardian is gone")?.answer()? != "ready" {
            let mut complaint = String::new();
            if let Some(mut stderr) = self.process.stderr.take() {
                stderr.read_to_string(&mut complaint)?;
            }
            bail!("the private server did not start:\n{}", complaint.trim());
        }
        Ok(self)
    }
}

impl Conversation {
    /// The next line, without its end; empty when the guardian is gone.
    fn answer(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.conversation.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        // A guardian that is gone has nothing left to wait for, and a destructor nobody to tell.
        let _ended = self.process.wait();
    }
}
