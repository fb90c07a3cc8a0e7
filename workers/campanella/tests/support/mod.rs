// SPDX-License-Identifier: EUPL-1.2
//! The program as a shell runs it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A command line on a folder, with a free port for what is served.
pub(crate) fn campanella(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campanella"));
    command.args(arguments).arg("--data").arg(data).env("CAMPANELLA_HTTP__LISTEN", "127.0.0.1:0");
    command
}

/// A process in the background; killed with the test.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(data: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = campanella(data, arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let lines = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, lines })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it said up to and with the line that holds `expected`.
    pub(crate) fn line_with(&mut self, expected: &str) -> Result<String> {
        let mut said = String::new();
        while !said.contains(expected) {
            ensure!(self.lines.read_line(&mut said)? > 0, "it ended without «{expected}»: {said}");
        }
        Ok(said)
    }

    pub(crate) fn terminate(&self) -> Result<()> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(status.success(), "kill: {status}");
        Ok(())
    }

    pub(crate) fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill()?)
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        until(|| Ok(self.child.try_wait()?))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until there is an answer.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        ensure!(Instant::now() < deadline, "nothing came within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The whole answer of a process of ours.
pub(crate) fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
