// SPDX-License-Identifier: EUPL-1.2
//! How `campanella run` ends: every loop finishes what it has in hand, the relay last.

use std::time::Duration;

use anyhow::Result;
use campanella_runtime::{
    Relay,
    process::{Shift, StatusBoard},
    signals::Signals,
};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Exit, Output, Refusal};

/// The relay's loop. It ends after all others: what they commit last is published before the process ends, and does not
/// wait for the next start.
#[derive(Debug)]
pub(super) struct Publishing {
    task: JoinHandle<()>,
    end: CancellationToken,
}

impl Publishing {
    pub(super) fn start(relay: Relay, board: &StatusBoard, poll: Duration) -> Self {
        let end = CancellationToken::new();
        let own = Shift { end: end.clone(), board: board.clone() };
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

/// Waits for the signal or the death of a loop, then for the loops to finish what they hold; `tell` is called in between.
pub(super) async fn until_the_end(
    loops: &mut JoinSet<()>,
    publishing: &mut Publishing,
    shift: &Shift,
    signals: &mut Signals,
    out: &mut Output<'_>,
    tell: impl FnOnce(),
) -> Result<Exit> {
    let died = tokio::select! {
        () = signals.asked_to_end() => false,
        // No loop ends before the shift does, but by a panic.
        _ = loops.join_next() => true,
        _ = &mut publishing.task => true,
    };
    shift.close();
    tell();
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
        () = signals.asked_to_end() => {
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
