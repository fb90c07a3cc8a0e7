// SPDX-License-Identifier: EUPL-1.2
//! A line for each fault.

use std::fmt::Write as _;

use anyhow::Result;
use campanella_tests::faults::Outcome;

/// What the columns are.
pub(crate) const HEAD: &str = "fault                survived messages  effects  lost  doubled  dead letters  mails sent  in doubt  failed  seconds";

/// What lines of a difference are printed at most.
const SHOWN: usize = 5;

/// The line of a fault, and below it what is wrong.
pub(crate) fn line(name: &str, told: &Result<Outcome>) -> String {
    let mut text = String::new();
    let outcome = match told {
        Ok(outcome) => outcome,
        Err(error) => return format!("{name:<21}NO: {error:#}"),
    };
    let survived = if outcome.survived() { "yes" } else { "NO" };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "{name:<21}{survived:<8}{:>9}{:>9}{:>6}{:>9}{:>14}{:>12}{:>10}{:>8}{:>9.1}",
        outcome.effects.messages,
        outcome.effects.lines.len(),
        outcome.lost.len(),
        outcome.doubled.len(),
        format!("{} of {}", outcome.dead.0, outcome.dead.1),
        outcome.mails.sent,
        outcome.mails.in_doubt,
        outcome.mails.failed,
        outcome.seconds,
    );
    let wrong = [("lost", &outcome.lost), ("doubled", &outcome.doubled), ("not to die", &outcome.wronged)];
    for (what, lines) in wrong {
        for line in lines.iter().take(SHOWN) {
            let _ = write!(text, "\n  {what}: {line}");
        }
    }
    if outcome.unexplained > 0 {
        let _ = write!(text, "\n  mails in doubt, too many or too few: {}", outcome.unexplained);
    }
    text
}
