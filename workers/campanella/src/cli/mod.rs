// SPDX-License-Identifier: EUPL-1.2
//! The command line: one file a command, its arguments beside its code.
//!
//! A command takes its arguments, the options all commands share ([`Global`]) and an [`Output`], and says how it ended
//! ([`Exit`]). It never prints by itself and never reads a clock but its own, so that a test calls it as `main` does.

mod applications;
mod backup;
mod cases;
mod config_check;
mod copy;
mod cpi;
mod dead;
mod demo;
mod doctor;
mod exit;
mod explain;
mod findings;
mod given;
mod global;
mod health;
mod http_get;
mod import;
mod list_account;
mod lists;
mod mail;
mod mask;
mod migrate;
mod misconfigured;
mod moment;
mod observation_account;
mod observations;
mod output;
mod preview;
mod processes;
mod queues;
mod refusal;
mod register;
mod rules;
mod run;
mod schedule;
mod school;
mod stage;
mod table;
mod usage;
mod workers;

use std::{
    ffi::OsString,
    io::{self, Write as _},
};

use clap::{ArgAction, Parser, Subcommand};

pub use exit::Exit;
pub use global::Global;
pub use output::{Output, progress};
pub use refusal::{Refusal, report};
pub use stage::Stage;
pub use table::Table;

/// Campanella: promemoria, termini ed elenchi di due procedure per il diritto allo studio.
#[derive(Debug, Parser)]
#[command(name = "campanella", version, disable_version_flag = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    /// Mostra la versione
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Run(run::Run),
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Copy(copy::Copy),
    Import(import::Import),
    Workers(workers::Workers),
    Queues(queues::Queues),
    Processes(processes::Processes),
    Health(health::Health),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Dead(dead::Dead),
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    Explain(explain::Explain),
    #[command(subcommand)]
    School(school::School),
    #[command(subcommand)]
    Cpi(cpi::Cpi),
    #[command(subcommand)]
    Cases(cases::Cases),
    #[command(subcommand)]
    Findings(findings::Findings),
    #[command(subcommand)]
    Mail(mail::Mail),
    #[command(subcommand)]
    Preview(preview::Preview),
    #[command(subcommand)]
    Applications(applications::Applications),
    #[command(subcommand)]
    Lists(lists::Lists),
    #[command(subcommand)]
    Observations(observations::Observations),
    #[command(subcommand)]
    Config(config_check::Config),
}

impl Command {
    async fn execute(self, global: &Global, out: &mut Output<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Demo(demo) => demo.execute(global, out).await,
            Self::Run(run) => run.execute(global, out).await,
            Self::Migrate(migrate) => migrate.execute(global, out).await,
            Self::Backup(backup) => backup.execute(global, out).await,
            Self::Copy(copy) => copy.execute(global, out).await,
            Self::Import(import) => import.execute(global, out).await,
            Self::Workers(workers) => workers.execute(out),
            Self::Queues(queues) => queues.execute(global, out).await,
            Self::Processes(processes) => processes.execute(global, out).await,
            Self::Health(health) => health.execute(global, out).await,
            Self::Doctor(doctor) => doctor.execute(global, out).await,
            Self::Dead(dead) => dead.execute(global, out).await,
            Self::Schedule(schedule) => schedule.execute(global, out).await,
            Self::Explain(explain) => explain.execute(global, out).await,
            Self::School(school) => school.execute(global, out).await,
            Self::Cpi(cpi) => cpi.execute(global, out).await,
            Self::Cases(cases) => cases.execute(global, out).await,
            Self::Findings(findings) => findings.execute(global, out).await,
            Self::Mail(mail) => mail.execute(global, out).await,
            Self::Preview(preview) => preview.execute(global, out).await,
            Self::Applications(applications) => applications.execute(global, out).await,
            Self::Lists(lists) => lists.execute(global, out).await,
            Self::Observations(observations) => observations.execute(global, out).await,
            Self::Config(config) => config.execute(global, out),
        }
    }
}

/// Runs the command line, writing to `sink` and, when something is wrong, to `complaints`.
pub async fn run(
    arguments: impl IntoIterator<Item = String>,
    sink: &mut (dyn io::Write + Send),
    complaints: &mut (dyn io::Write + Send),
) -> Exit {
    run_on(Stage::default(), arguments, sink, complaints).await
}

async fn run_on(
    stage: Stage,
    arguments: impl IntoIterator<Item = String>,
    sink: &mut (dyn io::Write + Send),
    complaints: &mut (dyn io::Write + Send),
) -> Exit {
    let cli = match usage::parse(arguments) {
        Ok(cli) => Cli { global: Global { stage, ..cli.global }, ..cli },
        // Nobody is left to be told when even this cannot be written.
        Err(usage::Stop::Answered(text)) => {
            let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
            return Exit::Done;
        }
        Err(usage::Stop::Wrong(text)) => {
            let _ = complaints.write_all(text.as_bytes());
            return Exit::Usage;
        }
    };
    let mut out = Output::new(sink, cli.global.json);
    let done = match cli.command.execute(&cli.global, &mut out).await {
        Ok(exit) => out.flush().map(|()| exit).map_err(anyhow::Error::from),
        Err(error) => {
            let _ = out.flush();
            Err(error)
        }
    };
    done.unwrap_or_else(|error| {
        let (exit, text) = report(&error);
        let _ = complaints.write_all(text.as_bytes());
        exit
    })
}

/// Runs the command line of this process on its standard streams.
pub async fn main() -> Exit {
    main_on(Stage::default()).await
}

/// [`main`] with another business time and other workers for `run`: how tests come to processes of their own.
pub async fn main_on(stage: Stage) -> Exit {
    // Asked for by the database driver where a certificate is checked without its name (`sslmode=verify-ca`), which ends the
    // process when nobody chose one and a dependency brings a second. Err: it was chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Result<Vec<String>, _> = std::env::args_os().map(OsString::into_string).collect();
    let Ok(arguments) = arguments else {
        let _ = io::stderr().write_all(usage::NOT_UTF8.as_bytes());
        return Exit::Usage;
    };
    let mut sink = io::BufWriter::new(io::stdout());
    run_on(stage, arguments, &mut sink, &mut io::stderr()).await
}

#[cfg(test)]
pub(crate) mod fixture;
