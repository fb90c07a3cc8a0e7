// SPDX-License-Identifier: EUPL-1.2
//! How a loop shows that it gets on in the middle of a long step.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::timeout;

use crate::process::StatusBoard;

/// Between two beats while a call lasts; far below any limit of a step.
const TICK: Duration = Duration::from_millis(500);

/// Tells the board that a step gets on: one that has many parts is not stuck while each of them comes to its end. The default
/// tells nobody, as in a simulation and in tests, which call single steps.
#[derive(Debug, Clone, Default)]
pub struct Beat(Option<(StatusBoard, String)>);

impl Beat {
    /// The beat of the loop of this name.
    pub(crate) fn of(board: &StatusBoard, name: &str) -> Self {
        Self(Some((board.clone(), name.to_owned())))
    }

    /// A part of the step has come to its end.
    pub fn gets_on(&self) {
        if let Some((board, name)) = &self.0 {
            board.gets_on(name);
        }
    }

    /// Goes through with a call that may take longer than a step, as each of its own parts ends in time: a slow relay is not
    /// one that does not answer.
    pub async fn throughout<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        loop {
            self.gets_on();
            if let Ok(done) = timeout(TICK, &mut call).await {
                return done;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(2);

    async fn stuck(board: &StatusBoard) -> Vec<String> {
        loop {
            let stuck = board.stuck(LIMIT);
            if !stuck.is_empty() {
                return stuck;
            }
            tokio::time::sleep(TICK / 10).await;
        }
    }

    #[tokio::test]
    async fn a_slow_call_is_not_stuck_and_what_follows_it_can_be() {
        let board = StatusBoard::default();
        board.register("mailer");
        let beat = Beat::of(&board, "mailer");
        let slow = beat.throughout(tokio::time::sleep(LIMIT + LIMIT / 2));
        tokio::select! {
            () = slow => {}
            stuck = stuck(&board) => panic!("{stuck:?} while the call lasts"),
        }
        assert_eq!(stuck(&board).await, ["mailer"]);
        beat.gets_on();
        assert!(board.stuck(LIMIT).is_empty());
    }

    #[test]
    fn between_two_steps_there_is_nothing_to_get_on_with() {
        let board = StatusBoard::default();
        board.waiting("mailer", "the relay is away".to_owned());
        Beat::of(&board, "mailer").gets_on();
        assert!(board.stuck(Duration::ZERO).is_empty());
    }
}
