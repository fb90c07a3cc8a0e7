// SPDX-License-Identifier: EUPL-1.2
//! Who works in a region: two of everybody.

use super::Fault;

/// A process's name and whom it calls to work, as `run --only` is told; nobody named: everybody.
pub(crate) type Hand = (&'static str, &'static str);

/// Those who handle messages.
pub(crate) const WORKERS: [Hand; 8] = [
    ("registry-1", "registry"),
    ("registry-2", "registry"),
    ("cases-1", CASES),
    ("cases-2", CASES),
    ("isee-1", "isee-exclusions"),
    ("isee-2", "isee-exclusions"),
    ("letters-1", LETTERS),
    ("letters-2", LETTERS),
];
/// Those who send mails.
pub(crate) const MAILERS: [Hand; 2] = [("mailer-1", "mailer"), ("mailer-2", "mailer")];
/// Those who watch the calendar.
pub(crate) const SCHEDULERS: [Hand; 2] = [("scheduler-1", "scheduler"), ("scheduler-2", "scheduler")];
/// The one who handles poison: a worker no command line can name.
const TASTER: Hand = ("everybody", "");

/// The doomed of [`Fault::Relay`], of whom there is one each: both deaths are then of the one who has the messages.
pub(crate) const DOOMED: [&str; 2] = ["letters-1", "cases-1"];

const CASES: &str = "cpi-assignment,school-notices";
const LETTERS: &str = "confirmation,annotation-courtesy,receipts,reminders,courtesy-mail";

/// Everybody in a region that this befalls.
pub(crate) fn of(fault: Option<Fault>) -> Vec<Hand> {
    let alone = |name: &str| fault == Some(Fault::Relay) && ["letters-2", "cases-2"].contains(&name);
    let everybody = WORKERS.into_iter().chain(MAILERS).chain(SCHEDULERS).filter(|(name, _)| !alone(name));
    everybody.chain((fault == Some(Fault::Poison)).then_some(TASTER)).collect()
}

/// The same, another one first.
pub(crate) fn from(hands: &[Hand], draw: usize) -> impl Iterator<Item = &'static str> {
    hands.iter().cycle().skip(draw % hands.len().max(1)).take(hands.len()).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use campanella::workforce;

    use super::*;

    #[test]
    fn two_of_everybody_are_at_work() {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, workers) in of(None) {
            for worker in workers.split(',') {
                *times.entry(worker).or_default() += 1;
            }
        }
        let wanted: BTreeMap<&str, usize> = workforce::names().into_iter().map(|name| (name, 2)).collect();
        assert_eq!(times, wanted);
    }
}
