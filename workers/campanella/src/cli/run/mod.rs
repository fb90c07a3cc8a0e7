// SPDX-License-Identifier: EUPL-1.2
//! `campanella run`: everybody at work until somebody asks for the end.
//!
//! Every part has a loop of its own. On SIGTERM or Ctrl-C each finishes what is in hand and gives the rest back; a second
//! signal ends the process at once, and what was in hand is redelivered.

mod backlog;
mod housekeeping;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use campanella_bus::{Bus, Subscription};
use campanella_runtime::{
    Outbound, Relay, Runner,
    clock::{Clock, SystemClock},
    folder::Purpose,
    http::{self, Served},
    metrics::Metrics,
    process::{RELAY, Shift, asked_to_end},
    telemetry,
};
use campanella_scheduler::Scheduler;
use clap::Args;
use tokio::{
    net::TcpListener,
    sync::Mutex,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{Exit, Global, Output, Refusal};

use crate::{
    installation::Installation,
    queue_file,
    settings::Settings,
    workforce::{MAILER, SCHEDULER, Workforce, names},
};

/// How often the mailer looks at its rows when no message wakes it: deferred mails become due by themselves.
const MAIL_POLL: Duration = Duration::from_secs(30);

/// The loop that measures what waits.
const BACKLOG: &str = "backlog";
/// The loop that forgets what is old.
const HOUSEKEEPING: &str = "housekeeping";

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
        let installation = Installation::open(global.data(), settings).await?;
        if installation.folder.purpose() == Purpose::Demo {
            // Its year is simulated: today's calendar would skip every term of it.
            return Err(Refusal::new(
                Exit::Usage,
                format!("{} contiene una demo, non un'installazione", installation.folder.path().display()),
                "indicare con --data un'altra cartella",
            )
            .into());
        }
        if self.adopt_queue {
            queue_file::adopt(&installation).await?;
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut workforce = Workforce::assemble(&installation, Arc::clone(&clock), &self.only).await?;
        workforce.recover().await?;
        let listener = listener(&installation.settings).await?;
        announce(&installation, &self.only, listener.as_ref(), out)?;
        // The rest of `workforce`, with the folder's lock and the last handle of the relay, lives to the end.
        let Workforce { relay, runners, scheduler, mailer, bus, metrics, .. } = workforce;
        let floor = Floor::new(&installation, clock, Arc::clone(&bus), metrics);
        let called = runners.iter().map(Runner::name);
        let called =
            called.chain(scheduler.as_ref().map(|_| SCHEDULER)).chain(mailer.as_ref().map(|_| MAILER));
        for name in called.chain([RELAY, BACKLOG, HOUSEKEEPING]) {
            floor.shift.board.register(name);
        }
        let mut loops = JoinSet::new();
        let mut publishing =
            Publishing::start(relay, &floor.shift, seconds(installation.settings.relay.poll_seconds));
        for runner in runners {
            loops.spawn(floor.shift.clone().run_worker(runner));
        }
        if let Some(scheduler) = scheduler {
            loops.spawn(floor.clone().schedule(scheduler));
        }
        if let Some((mailer, wake)) = mailer {
            loops.spawn(floor.clone().mail(mailer, wake));
        }
        loops.spawn(floor.clone().measure());
        loops.spawn(floor.clone().keep_house());
        if let Some(listener) = listener {
            loops.spawn(floor.clone().serve(listener));
        }
        let exit = until_the_end(&mut loops, &mut publishing, &floor.shift, out).await?;
        bus.close().await;
        installation.store.close().await;
        Ok(exit)
    }
}

/// The relay's loop. It ends after all others: what they commit last is published before the process ends, and does not
/// wait for the next start.
#[derive(Debug)]
struct Publishing {
    task: JoinHandle<()>,
    end: CancellationToken,
}

impl Publishing {
    fn start(relay: Relay, shift: &Shift, poll: Duration) -> Self {
        let end = CancellationToken::new();
        let own = Shift { end: end.clone(), board: shift.board.clone() };
        Self { task: tokio::spawn(own.run_relay(relay, poll)), end }
    }

    async fn finish(&mut self) {
        self.end.cancel();
        if !self.task.is_finished() {
            // A panic of the relay was told when it happened; its rows are in the database.
            let _ = (&mut self.task).await;
        }
    }
}

/// What the loops of a process share.
#[derive(Debug, Clone)]
struct Floor {
    shift: Shift,
    installation: Installation,
    clock: Arc<dyn Clock>,
    bus: Arc<dyn Bus>,
    metrics: Metrics,
}

impl Floor {
    fn new(installation: &Installation, clock: Arc<dyn Clock>, bus: Arc<dyn Bus>, metrics: Metrics) -> Self {
        Self { shift: Shift::default(), installation: installation.clone(), clock, bus, metrics }
    }

    async fn schedule(self, scheduler: Scheduler) {
        let pause = seconds(self.installation.settings.scheduler.poll_seconds);
        let scheduler = Arc::new(Mutex::new(scheduler));
        let step = || {
            let scheduler = Arc::clone(&scheduler);
            async move { scheduler.lock().await.step().await }
        };
        self.shift.run_every(SCHEDULER, pause, step).await;
    }

    async fn mail(self, mailer: Box<dyn Outbound>, wake: Box<dyn Subscription>) {
        self.shift.run_outbound(mailer, wake, MAIL_POLL).await;
    }

    async fn measure(self) {
        let Self { shift, installation, clock, bus, metrics } = self;
        let ardis = &installation.procedures.ardis;
        let step = || backlog::measure(&installation.store, &*clock, &*bus, &metrics, ardis);
        shift.run_every(BACKLOG, backlog::PAUSE, step).await;
    }

    async fn keep_house(self) {
        let Self { shift, installation, clock, .. } = self;
        let closes = installation.procedures.ardis.window.closes;
        let step = || housekeeping::forget(&installation.store, &*clock, closes);
        shift.run_every(HOUSEKEEPING, housekeeping::PAUSE, step).await;
    }

    async fn serve(self, listener: TcpListener) {
        let stuck_after = seconds(self.installation.settings.http.stuck_after_seconds);
        let served = Served { metrics: self.metrics, board: self.shift.board, stuck_after };
        if let Err(error) = http::serve(listener, served, self.shift.end.clone()).await {
            tracing::error!(%error, "metrics and status are no longer served");
            // The workers go on: only the watching ended.
            self.shift.end.cancelled().await;
        }
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn listener(settings: &Settings) -> Result<Option<TcpListener>> {
    let address = settings.http.listen.as_str();
    if address.is_empty() {
        return Ok(None);
    }
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|error| {
        Refusal::new(
            Exit::Unavailable,
            format!("l'indirizzo {address} (http.listen) non è disponibile: {error}"),
            "scegliere un'altra porta nella configurazione o con CAMPANELLA_HTTP__LISTEN; vuoto: nessuna",
        )
        .into()
    })
}

fn announce(
    installation: &Installation,
    only: &[String],
    listener: Option<&TcpListener>,
    out: &mut Output<'_>,
) -> Result<()> {
    let folder = installation.folder.path().display();
    let workers = if only.is_empty() { "tutti".to_owned() } else { only.join(", ") };
    let watched = match listener {
        Some(listener) => {
            let address = listener.local_addr().context("l'indirizzo del server non è leggibile")?;
            format!("http://{address}/status e http://{address}/metrics")
        }
        None => "non esposto (http.listen è vuoto)".to_owned(),
    };
    if out.is_json() {
        let address = listener.and_then(|listener| listener.local_addr().ok());
        out.json(&serde_json::json!({
            "data": installation.folder.path(),
            "workers": if only.is_empty() { names() } else { only.iter().map(String::as_str).collect() },
            "http": address,
        }))?;
    } else {
        out.line("Campanella è in funzione.")?;
        out.line(&format!("  Dati:   {folder}"))?;
        out.line(&format!("  Worker: {workers}"))?;
        out.line(&format!("  Stato:  {watched}"))?;
        // OQ-A4: nobody would be reminded, and nobody would notice.
        if installation.procedures.ars.outcomes.outcome_deadlines.is_empty() {
            out.line("Da configurare: le date degli esiti di giugno e settembre (ARS), chiave outcomes.outcome_deadlines;")?;
            out.line("  finché mancano le scuole non ricevono il promemoria.")?;
        }
        out.line("Per fermare: Ctrl-C (o SIGTERM). Ciò che è in corso viene portato a termine.")?;
    }
    out.flush()?;
    Ok(())
}

/// Waits for the signal or the death of a loop, then for the loops to finish what they hold.
async fn until_the_end(
    loops: &mut JoinSet<()>,
    publishing: &mut Publishing,
    shift: &Shift,
    out: &mut Output<'_>,
) -> Result<Exit> {
    let died = tokio::select! {
        asked = asked_to_end() => { asked?; false }
        // No loop ends before the shift does, but by a panic.
        _ = loops.join_next() => true,
        _ = &mut publishing.task => true,
    };
    shift.end.cancel();
    if !out.is_json() {
        // Whoever read the output may be gone by now: the work in hand is finished all the same.
        let _ = out.line("Chiusura in corso: finisco ciò che è in mano…").and_then(|()| out.flush());
    }
    let drained = async {
        while loops.join_next().await.is_some() {}
        publishing.finish().await;
    };
    tokio::select! {
        () = drained => {}
        asked = asked_to_end() => {
            asked?;
            return Err(Refusal::new(
                Exit::Failed,
                "chiusura interrotta: ciò che era in mano verrà ripreso al prossimo avvio",
                "",
            )
            .into());
        }
    }
    if died {
        return Err(Refusal::new(
            Exit::Failed,
            "una parte del programma si è fermata per un errore interno",
            "il motivo è nei log; riavviare con «campanella run»: nulla è andato perduto",
        )
        .into());
    }
    if !out.is_json() {
        let _ = out.line("Fermato.");
    }
    Ok(Exit::Done)
}
