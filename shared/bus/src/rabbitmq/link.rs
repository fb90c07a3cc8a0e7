// SPDX-License-Identifier: EUPL-1.2
//! A connection that is made anew when it is lost. lapin's own recovery is not used: when it gives up, a consumer hears
//! neither an error nor an end.

use std::{pin::pin, sync::Arc, time::Duration};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_util::StreamExt as _;
use lapin::{Connection, Event};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

use super::dialer::Dialer;
use crate::BusError;

/// How often to look whether a connection is still one, should its end not be told.
const LOOK: Duration = Duration::from_secs(1);
/// The first wait before a lost connection is made anew, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// A connection, for as long as it lasts.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) connection: Arc<Connection>,
    /// Cancelled when it is lost.
    pub(super) over: CancellationToken,
}

impl Session {
    fn new(connection: Connection) -> Self {
        Self { connection: Arc::new(connection), over: CancellationToken::new() }
    }

    /// Whether it can still be used.
    pub(super) fn lasts(&self) -> bool {
        !self.over.is_cancelled() && self.connection.status().connected()
    }
}

/// The session there is, or why there is none.
type State = Result<Session, String>;

/// A connection that is made anew when it is lost.
#[derive(Debug)]
pub(super) struct Link {
    state: watch::Receiver<State>,
}

impl Link {
    /// Makes the first connection, and from then on keeps one until `ending`.
    pub(super) async fn open(
        mut dialer: Dialer,
        ending: CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Self, BusError> {
        let session = Session::new(dialer.dial().await?);
        let (sender, state) = watch::channel(Ok(session.clone()));
        tasks.spawn(supervise(dialer, sender, session, ending));
        Ok(Self { state })
    }

    /// The session.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] while there is none.
    pub(super) fn session(&self) -> Result<Session, BusError> {
        match &*self.state.borrow() {
            Ok(session) if session.lasts() => Ok(session.clone()),
            Ok(_) => Err(BusError::Unavailable("the connection to the broker was lost".to_owned())),
            Err(reason) => Err(BusError::Unavailable(reason.clone())),
        }
    }

    /// The session, waiting for one.
    pub(super) async fn session_within(&self, patience: Duration) -> Result<Session, BusError> {
        let mut state = self.state.clone();
        let lasts = |state: &State| state.as_ref().is_ok_and(Session::lasts);
        // Time up, or the bus has ended: the session says so.
        drop(timeout(patience, state.wait_for(lasts)).await);
        self.session()
    }
}

/// Keeps a connection until the end.
async fn supervise(
    mut dialer: Dialer,
    state: watch::Sender<State>,
    mut session: Session,
    ending: CancellationToken,
) {
    loop {
        let reason = tokio::select! {
            () = ending.cancelled() => break,
            reason = lost(&session) => reason,
        };
        session.over.cancel();
        tell_of_the_loss(&dialer, &state, &reason);
        session = tokio::select! {
            () = ending.cancelled() => return,
            session = again(&mut dialer, &state) => session,
        };
        drop(state.send_replace(Ok(session.clone())));
    }
    session.over.cancel();
    // A broker that does not answer finds out by itself.
    drop(timeout(GOODBYE, session.connection.close(200, "OK".into())).await);
}

fn tell_of_the_loss(dialer: &Dialer, state: &watch::Sender<State>, reason: &str) {
    warn!(connection = dialer.purpose(), reason, "the connection to the broker is lost");
    drop(state.send_replace(Err(format!("the connection was lost: {reason}"))));
}

/// Connects, waiting ever longer between attempts.
async fn again(dialer: &mut Dialer, state: &watch::Sender<State>) -> Session {
    let waits = ExponentialBuilder::default()
        .with_min_delay(FIRST_WAIT)
        .with_max_delay(LONGEST_WAIT)
        .without_max_times()
        .with_jitter()
        .build();
    for wait in waits.chain(std::iter::repeat(LONGEST_WAIT)) {
        sleep(wait).await;
        match dialer.dial().await {
            Ok(connection) => {
                info!(connection = dialer.purpose(), "the connection to the broker is there again");
                return Session::new(connection);
            }
            Err(error) => {
                warn!(connection = dialer.purpose(), %error, "the broker cannot be reached");
                drop(state.send_replace(Err(error.to_string())));
            }
        }
    }
    // The waits above never end.
    std::future::pending().await
}

/// Waits until the connection is lost, and says why.
async fn lost(session: &Session) -> String {
    let mut events = pin!(session.connection.events_listener());
    let mut reason = "it ended without a word".to_owned();
    while session.connection.status().connected() {
        let event = tokio::select! {
            event = events.next() => event,
            () = sleep(LOOK) => continue,
        };
        match event {
            Some(Event::Error(error)) => reason = error.to_string(),
            Some(Event::ConnectionBlocked(alarm)) => {
                warn!(alarm, "the broker takes no messages until its alarm is over");
            }
            Some(Event::ConnectionUnblocked) => info!("the broker takes messages again"),
            Some(_) => {}
            None => break,
        }
    }
    reason
}
