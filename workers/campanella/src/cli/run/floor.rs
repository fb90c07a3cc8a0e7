// SPDX-License-Identifier: EUPL-1.2
//! The loops of a process, each in a task of its own.

use std::{sync::Arc, time::Duration};

use campanella_bus::{Bus, Subscription};
use campanella_runtime::{
    Outbound, Runner,
    clock::Clock,
    metrics::Metrics,
    process::{RELAY, Shift},
    safety_net::{SAFETY_NET, SafetyNet},
};
use campanella_scheduler::Scheduler;
use tokio::{sync::Mutex, task::JoinSet};

use super::{backlog, housekeeping};
use crate::{
    installation::Installation,
    workforce::{MAILER, SCHEDULER},
};

/// How often the mailer looks at its rows when no message wakes it: deferred mails become due by themselves.
const MAIL_POLL: Duration = Duration::from_secs(30);

/// How often the safety net is looked at: as a rule nothing is in it.
const NET_POLL: Duration = Duration::from_secs(15);

/// The loop that measures what waits.
const BACKLOG: &str = "backlog";
/// The loop that forgets what is old.
const HOUSEKEEPING: &str = "housekeeping";

/// What the loops of a process share.
#[derive(Debug, Clone)]
pub(super) struct Floor {
    pub(super) shift: Shift,
    pub(super) installation: Installation,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) bus: Arc<dyn Bus>,
    pub(super) metrics: Metrics,
}

/// Those who work, but for the relay, which ends after all others.
pub(super) struct Hands {
    pub(super) runners: Vec<Runner>,
    pub(super) scheduler: Option<Scheduler>,
    pub(super) mailer: Option<(Box<dyn Outbound>, Box<dyn Subscription>)>,
}

impl Floor {
    /// Puts everybody on the board, then to work.
    pub(super) fn begin(&self, hands: Hands) -> JoinSet<()> {
        let Hands { runners, scheduler, mailer } = hands;
        let called = runners.iter().map(Runner::title);
        let called =
            called.chain(scheduler.as_ref().map(|_| SCHEDULER)).chain(mailer.as_ref().map(|_| MAILER));
        for name in called.chain([RELAY, BACKLOG, HOUSEKEEPING, SAFETY_NET]) {
            self.shift.board.register(name);
        }
        let mut loops = JoinSet::new();
        for runner in runners {
            loops.spawn(self.shift.clone().run_worker(runner));
        }
        if let Some(scheduler) = scheduler {
            loops.spawn(self.clone().schedule(scheduler));
        }
        if let Some((mailer, wake)) = mailer {
            loops.spawn(self.shift.clone().run_outbound(mailer, wake, MAIL_POLL));
        }
        loops.spawn(self.clone().measure());
        loops.spawn(self.clone().keep_house());
        loops.spawn(self.clone().watch_the_net());
        loops
    }

    async fn schedule(self, scheduler: Scheduler) {
        let pause = Duration::from_secs(self.installation.settings.scheduler.poll_seconds);
        let scheduler = Arc::new(Mutex::new(scheduler));
        let step = || {
            let scheduler = Arc::clone(&scheduler);
            async move { scheduler.lock().await.step().await }
        };
        self.shift.run_every(SCHEDULER, pause, step).await;
    }

    async fn measure(self) {
        let Self { shift, installation, clock, bus, metrics, .. } = self;
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

    async fn watch_the_net(self) {
        let Self { shift, installation, clock, bus, .. } = self;
        let net = Arc::new(Mutex::new(SafetyNet::new(installation.store, bus, clock)));
        let step = || {
            let net = Arc::clone(&net);
            async move { net.lock().await.step().await }
        };
        shift.run_every(SAFETY_NET, NET_POLL, step).await;
    }
}
