// SPDX-License-Identifier: EUPL-1.2
//! `campanella run`: everybody at work until somebody asks for the end.
//!
//! It starts when what it needs is there, and says meanwhile what it waits for ([`opening`]). Every part has a loop of its
//! own ([`floor`]). On SIGTERM or Ctrl-C each finishes what is in hand and gives the rest back ([`ending`]); a second
//! signal ends the process at once, and what was in hand is redelivered.

mod announce;
mod backlog;
mod ending;
mod floor;
mod housekeeping;
mod opening;
mod watch;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use campanella_runtime::{
    clock::Clock,
    folder::{Folder, Purpose},
    heartbeat::Heartbeat,
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
    watch::Watch,
};
use super::{Exit, Global, Output, Refusal, mask};
use crate::workforce::{Workforce, names};

/// How long the goodbye to the database may take: if it is away, the heart is missed for a day.
const GOODBYE: Duration = Duration::from_secs(5);

/// Avvia i worker e resta in funzione fino a SIGTERM o Ctrl-C
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Soltanto questi worker, separati da virgole; i nomi sono in «campanella workers»
    #[arg(long, value_name = "NOMI", value_delimiter = ',', value_parser = worker)]
    only: Vec<String>,
    /// Affida il database alla coda di questa cartella, al posto di quella che non c'è più
    #[arg(
        long,
        long_help = "Affida il database alla coda di questa cartella (queue.db), al posto di quella che lo serviva. Solo \
        se quella è perduta per sempre: i messaggi che conteneva non verranno elaborati, e nessun altro processo deve \
        lavorare sullo stesso database"
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
        let opened = tokio::select! {
            opened = opening.patiently(&watch, out) => Some(opened?),
            () = signals.asked_to_end() => None,
        };
        let exit = match opened {
            Some(opened) => self.work(opened, &watch, clock, &mut signals, out).await?,
            None => gave_up_waiting(out),
        };
        watch.end().await;
        Ok(exit)
    }

    async fn work(
        &self,
        opened: Opened,
        watch: &Watch,
        clock: Arc<dyn Clock>,
        signals: &mut Signals,
        out: &mut Output<'_>,
    ) -> Result<Exit> {
        let Opened { installation, workforce } = opened;
        announce::started(&installation, &self.only, watch.address, out)?;
        // The rest of `workforce`, with the folder's lock and the last handle of the relay, lives to the end.
        let Workforce { relay, runners, scheduler, mailer, bus, metrics, .. } = workforce;
        let shift = Shift { board: watch.board.clone(), ..Shift::default() };
        let (identity, store) = (watch.identity.clone(), installation.store.clone());
        let heart = Heartbeat::new(identity, store.clone(), shift.board.clone(), watch.stuck_after);
        let poll = Duration::from_secs(installation.settings.relay.poll_seconds);
        let floor =
            Floor { shift, installation, clock, bus: Arc::clone(&bus), metrics, heart: heart.clone() };
        let mut loops = floor.begin(Hands { runners, scheduler, mailer });
        floor.shift.board.remove(STARTUP);
        let mut publishing = Publishing::start(relay, &floor.shift.board, poll);
        let exit = until_the_end(&mut loops, &mut publishing, &floor.shift, signals, out).await?;
        if !matches!(tokio::time::timeout(GOODBYE, heart.stop()).await, Ok(Ok(()))) {
            tracing::warn!("the process ends without a goodbye: it will be missed for a day");
        }
        bus.close().await;
        store.close().await;
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
