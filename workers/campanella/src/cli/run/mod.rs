// SPDX-License-Identifier: EUPL-1.2
//! `campanella run`: everybody at work until somebody asks for the end.
//!
//! It starts when what it needs is there, and says meanwhile what it waits for ([`opening`]), in the database too as soon as
//! that is there ([`pulse`]). Every part has a loop of its own ([`floor`]). On SIGTERM or Ctrl-C each finishes what is in hand and gives the rest back ([`ending`]); a second
//! signal ends the process at once, and what was in hand is redelivered.

mod announce;
mod backlog;
mod ending;
mod floor;
mod housekeeping;
mod opening;
mod pulse;
mod watch;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use campanella_runtime::{
    clock::Clock,
    folder::{Folder, Purpose},
    process::Shift,
    signals::Signals,
    startup::STARTUP,
    telemetry,
};
use clap::Args;

use self::{
    ending::{Publishing, until_the_end},
    floor::{Floor, Hands},
    opening::{Opened, Opening},
    pulse::Pulse,
    watch::Watch,
};
use super::{Exit, Global, Output, Refusal, mask};
use crate::workforce::{Workforce, names};

/// Avvia i worker e resta in funzione fino a SIGTERM o Ctrl-C
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Soltanto questi worker, separati da virgole; i nomi sono in «campanella workers»
    #[arg(long, value_name = "NOMI", value_delimiter = ',', value_parser = worker)]
    only: Vec<String>,
    /// Affida il database alle code indicate (di questa cartella o del broker), al posto di quelle che lo servivano
    #[arg(
        long,
        long_help = "Affida il database alle code indicate, al posto di quelle che lo servivano; nessun altro processo deve \
        lavorare sullo stesso database. Senza broker: alla coda di questa cartella (queue.db), solo se quella di prima è \
        perduta per sempre o le code del broker sono vuote, perché i messaggi che contengono non verranno elaborati. Con un \
        broker: nella cartella della coda che serviva il database i suoi messaggi vengono portati sul broker; se invece lo \
        serviva un altro virtual host, solo se quello è perduto per sempre: da allora non viene più accettato. Si usa una \
        volta sola: dove non c'è niente da adottare è un errore"
    )]
    adopt_queue: bool,
}

fn worker(name: &str) -> Result<String, String> {
    let known = names();
    if known.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!("scegliere fra {}", known.join(", ")))
    }
}

impl Run {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let settings = global.settings()?;
        telemetry::start(&settings.log)?;
        let mut signals = Signals::listen().context("i segnali del sistema non sono disponibili")?;
        refuse_a_demo(global.data())?;
        let watch = Watch::begin(&settings).await?;
        let clock = Arc::clone(&global.stage.clock);
        let opening = Opening {
            data: global.data(),
            settings: &settings,
            only: &self.only,
            workers: global.stage.workers,
            adopt_queue: self.adopt_queue,
            clock: Arc::clone(&clock),
            metrics: watch.metrics.clone(),
        };
        let mut pulse = None;
        let opened = tokio::select! {
            opened = opening.patiently(&watch, &mut pulse, out) => Some(opened),
            () = signals.asked_to_end() => None,
        };
        let worked = match opened {
            Some(Ok(opened)) => self.work(opened, &watch, pulse.as_ref(), clock, &mut signals, out).await,
            Some(Err(error)) => Err(error),
            None => Ok(gave_up_waiting(out)),
        };
        if let Some(pulse) = pulse {
            let store = pulse.stop().await;
            // What did not end in good order may still be in a transaction.
            if worked.is_ok() {
                store.close().await;
            }
        }
        watch.end().await;
        worked
    }

    async fn work(
        &self,
        opened: Opened,
        watch: &Watch,
        pulse: Option<&Pulse>,
        clock: Arc<dyn Clock>,
        signals: &mut Signals,
        out: &mut Output<'_>,
    ) -> Result<Exit> {
        let Opened { installation, workforce } = opened;
        announce::started(&installation, &self.only, watch.address, out)?;
        // The rest of `workforce`, with the folder's lock and the last handle of the relay, lives to the end.
        let Workforce { relay, runners, scheduler, mailer, bus, metrics, .. } = workforce;
        let shift = Shift { board: watch.board.clone(), ..Shift::default() };
        let poll = Duration::from_secs(installation.settings.relay.poll_seconds);
        let floor = Floor { shift, installation, clock, bus: Arc::clone(&bus), metrics };
        let mut loops = floor.begin(Hands { runners, scheduler, mailer });
        floor.shift.board.remove(STARTUP);
        let tell = || pulse.into_iter().for_each(Pulse::tell);
        tell();
        let mut publishing = Publishing::start(relay, &floor.shift.board, poll);
        let exit = until_the_end(&mut loops, &mut publishing, &floor.shift, signals, out, tell).await?;
        bus.close().await;
        Ok(exit)
    }
}

/// Its year is simulated: today's calendar would skip every term of it.
fn refuse_a_demo(data: &Path) -> Result<()> {
    let folder = Folder::open(data).context("la cartella dei dati non è utilizzabile")?;
    if folder.purpose() == Purpose::Installation {
        return Ok(());
    }
    Err(holds_a_demo(&folder.path().display().to_string()).into())
}

fn holds_a_demo(what: &str) -> Refusal {
    let message = format!("{what} contiene una demo, non un'installazione");
    Refusal::new(
        Exit::Usage,
        message,
        "indicare con --data un'altra cartella, o con --database un altro database",
    )
}

/// Asked to end before it began: nothing was in hand.
fn gave_up_waiting(out: &mut Output<'_>) -> Exit {
    if !out.is_json() {
        let _ = out.line("Fermato prima di cominciare.");
    }
    Exit::Done
}

#[cfg(test)]
mod tests;
