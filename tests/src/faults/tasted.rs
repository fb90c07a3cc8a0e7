// SPDX-License-Identifier: EUPL-1.2
//! Which messages died and which were handled, each known by its first id.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use campanella_messages::Envelope;
use uuid::Uuid;

use super::{
    database::Database,
    stage::{EATEN, TASTER, Taste},
};

/// A message for the taster, and the id under which it was told.
pub(crate) type Served = (Taste, Uuid);

/// What became of them, and of whatever else ended as a dead letter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasted {
    /// Good ones that were not handled, and poison that is nowhere.
    pub(crate) lost: Vec<String>,
    /// Good ones handled more than once, and poison that was handled after all.
    pub(crate) doubled: Vec<String>,
    /// Dead letters nobody poisoned.
    pub(crate) wronged: Vec<String>,
    /// Dead letters in all.
    pub(crate) dead: usize,
}

impl Tasted {
    pub(crate) fn of(database: &Database<'_>, served: &[Served]) -> Result<Self> {
        let eaten = format!(
            "SELECT substr(name, {}), value FROM bookmark WHERE name LIKE '{EATEN}%'",
            EATEN.len() + 1
        );
        let mut times: BTreeMap<Uuid, u32> = BTreeMap::new();
        for row in database.sql(&eaten)?.lines() {
            let (id, count) = row.split_once('|').with_context(|| row.to_owned())?;
            times.insert(id.parse()?, count.parse()?);
        }
        let rows = database.sql("SELECT worker, message_id, body FROM dead_letter")?;
        let dead = rows.lines().map(dead).collect::<Result<Vec<_>>>()?;
        Ok(Self::account(served, &times, &dead))
    }

    fn account(served: &[Served], times: &BTreeMap<Uuid, u32>, dead: &[(String, Uuid)]) -> Self {
        let mut tasted = Self { dead: dead.len(), ..Self::default() };
        let mut unexplained: BTreeSet<&(String, Uuid)> = dead.iter().collect();
        // The same message dead under two ids is one too many.
        tasted
            .wronged
            .extend((unexplained.len()..dead.len()).map(|_| "a message that died twice".to_owned()));
        for (taste, id) in served {
            let died = unexplained.remove(&(TASTER.to_owned(), *id));
            let handled = times.get(id).copied().unwrap_or_default();
            let told = format!("{taste:?} message {id}, handled {handled} times");
            match (taste, died, handled) {
                (Taste::Good, false, 1) => {}
                (Taste::Good, true, _) => tasted.wronged.push(told),
                (_, false, 0) => tasted.lost.push(told),
                (_, true, 0) => {}
                _ => tasted.doubled.push(told),
            }
        }
        tasted.wronged.extend(unexplained.into_iter().map(|(worker, id)| format!("{worker}: message {id}")));
        tasted
    }
}

/// The worker of a dead letter, and the first id of its message: one that was tried again has another.
fn dead(row: &str) -> Result<(String, Uuid)> {
    let (worker, rest) = row.split_once('|').with_context(|| row.to_owned())?;
    let (id, body) = rest.split_once('|').with_context(|| row.to_owned())?;
    let origin = Envelope::from_json(body).map(|envelope| envelope.originid);
    Ok((worker.to_owned(), origin.or_else(|_| id.parse())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_poison_is_dead_and_the_rest_was_handled_once() {
        let id = Uuid::from_u128;
        let served = [(Taste::Good, id(1)), (Taste::Panics, id(2))];
        let letter = |number| (TASTER.to_owned(), id(number));
        let of = |times: &[(u128, u32)], dead: &[(String, Uuid)]| {
            let times = times.iter().map(|(number, times)| (id(*number), *times)).collect();
            let tasted = Tasted::account(&served, &times, dead);
            (tasted.lost.len(), tasted.doubled.len(), tasted.wronged.len(), tasted.dead)
        };
        assert_eq!(of(&[(1, 1)], &[letter(2)]), (0, 0, 0, 1));
        assert_eq!(of(&[(1, 2)], &[letter(2)]), (0, 1, 0, 1));
        assert_eq!(of(&[], &[letter(2)]), (1, 0, 0, 1));
        // As many dead letters as poison, and the wrong one.
        assert_eq!(of(&[(2, 1)], &[letter(1)]), (0, 1, 1, 1));
        assert_eq!(of(&[(1, 1)], &[]), (1, 0, 0, 0));
        assert_eq!(of(&[(1, 1)], &[letter(2), ("registry".to_owned(), id(3))]), (0, 0, 1, 2));
    }
}
