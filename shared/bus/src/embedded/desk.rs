// SPDX-License-Identifier: EUPL-1.2
//! Where a subscription takes messages from the file and brings them back.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use campanella_store::queue::{Leased, QueueFile};
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::JoinHandle,
    time::{Sleep, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;
use uuid::Uuid;

use crate::{BusError, outstanding::Outstanding};

/// How long to wait when a dropped subscription's messages cannot be given back, for one because the disk is full.
const GIVING_BACK_AGAIN: Duration = Duration::from_secs(1);

/// Messages on their way from the file, whether or not anybody waits for them.
pub(super) type Leasing = JoinHandle<Result<Vec<Leased>, BusError>>;

/// What all subscriptions of a bus share.
#[derive(Debug)]
pub(super) struct Office {
    /// The queues.
    pub(super) file: QueueFile,
    pub(super) outstanding: Outstanding,
    /// Cancelled when the bus closes: nobody waits any longer.
    pub(super) closing: CancellationToken,
    /// Leases and givings back under way: the file is closed after them.
    tasks: TaskTracker,
    /// Where they run, also when a subscription is dropped outside of it.
    runtime: Handle,
}

impl Office {
    /// Takes over an open file. Called on the runtime.
    pub(super) fn new(file: QueueFile) -> Self {
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        Self { file, outstanding: Outstanding::default(), closing, tasks, runtime: Handle::current() }
    }

    /// An error once the bus is closing.
    pub(super) fn check_open(&self) -> Result<(), BusError> {
        if self.closing.is_cancelled() { Err(BusError::closed()) } else { Ok(()) }
    }

    /// Ends all waiting, lets what is under way end, and closes the file.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.file.close().await;
    }
}

/// Those who wait for messages of one queue.
#[derive(Debug)]
pub(super) struct Line {
    /// There may be a message. Wakes one at a time, the longest waiting first; kept for the next when nobody waits.
    news: Notify,
    /// There may be a message: only this process puts any, so that nobody asks the file about a queue that is empty.
    filled: AtomicBool,
    /// Subscriptions.
    pub(super) consumers: AtomicU32,
}

impl Line {
    /// A queue of a file just opened: what it holds is not known yet.
    pub(super) fn new() -> Self {
        Self { news: Notify::new(), filled: AtomicBool::new(true), consumers: AtomicU32::new(0) }
    }

    /// Messages wait now, in the file already.
    pub(super) fn fill(&self) {
        self.filled.store(true, Ordering::Release);
        self.news.notify_one();
    }

    /// Nothing was heard for a while: a publication dropped in the middle may have put messages nobody was told of.
    fn doubt(&self) {
        self.filled.store(true, Ordering::Release);
    }

    /// Whether messages may wait. Whoever is told so takes them, or fills it again: it is said once.
    fn drain(&self) -> bool {
        self.filled.swap(false, Ordering::AcqRel)
    }
}

/// One subscription's way to its queue.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) office: Arc<Office>,
    pub(super) line: Arc<Line>,
    pub(super) queue: Arc<str>,
    /// Who holds the messages, in the file.
    pub(super) holder: Uuid,
}

impl Desk {
    /// Takes up to `limit` messages, unless there is none. A task of its own: a caller that is dropped must not lose what
    /// the file has already handed out.
    pub(super) fn lease(&self, limit: usize) -> Option<Leasing> {
        if !self.line.drain() {
            return None;
        }
        let desk = self.clone();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let lease = async move {
            let leased = desk.office.file.lease(&desk.queue, desk.holder, limit).await;
            // There may be more, and the one that was woken for it is this one; or it failed, and the news with it.
            if leased.as_ref().map_or(true, |leased| i64::try_from(leased.len()) == Ok(limit)) {
                desk.line.fill();
            }
            Ok(leased?)
        };
        Some(self.office.tasks.spawn_on(lease, &self.office.runtime))
    }

    /// Removes messages that were handled.
    pub(super) async fn acknowledge(&self, positions: &[i64]) -> Result<(), BusError> {
        if !positions.is_empty() {
            self.office.file.acknowledge(self.holder, positions).await?;
            self.office.outstanding.subtract(positions.len());
        }
        Ok(())
    }

    /// Gives messages back and wakes one who waits.
    pub(super) async fn release(&self, positions: &[i64], unseen: bool) -> Result<(), BusError> {
        if !positions.is_empty() {
            self.office.file.release(self.holder, positions, unseen).await?;
            self.line.fill();
        }
        Ok(())
    }

    /// Waits until there may be a message; false when the time was up first, and the next lease asks the file.
    pub(super) async fn news(&self, until: Pin<&mut Sleep>) -> Result<bool, BusError> {
        tokio::select! {
            biased;
            () = self.office.closing.cancelled() => Err(BusError::closed()),
            () = self.line.news.notified() => Ok(true),
            () = until => {
                self.line.doubt();
                Ok(false)
            }
        }
    }

    /// Waits for the time to be up, and leaves all news to the others.
    pub(super) async fn nothing(&self, until: Pin<&mut Sleep>) -> Result<(), BusError> {
        tokio::select! {
            () = self.office.closing.cancelled() => Err(BusError::closed()),
            () = until => Ok(()),
        }
    }

    /// Gives everything back in the background: what is still on its way and `unseen` as it came, `seen` marked.
    pub(super) fn give_back(&self, on_the_way: Option<Leasing>, mut unseen: Vec<i64>, seen: Vec<i64>) {
        let desk = self.clone();
        let giving = async move {
            if let Some(leasing) = on_the_way
                && let Ok(Ok(leased)) = leasing.await
            {
                unseen.extend(leased.iter().map(|message| message.position));
            }
            while let Err(error) = desk.release_all(&unseen, &seen).await {
                if desk.office.closing.is_cancelled() {
                    // The next process that opens the file frees them.
                    return;
                }
                warn!(queue = &*desk.queue, %error, "messages cannot be given back yet");
                tokio::select! {
                    () = desk.office.closing.cancelled() => {}
                    () = sleep(GIVING_BACK_AGAIN) => {}
                }
            }
        };
        self.office.tasks.spawn_on(giving, &self.office.runtime);
    }

    async fn release_all(&self, unseen: &[i64], seen: &[i64]) -> Result<(), BusError> {
        self.release(unseen, true).await?;
        self.release(seen, false).await
    }
}
