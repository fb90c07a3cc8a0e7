// SPDX-License-Identifier: EUPL-1.2
//! Chance that is the same on every machine.

use campanella_domain::identity_key::IdentityKey;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::calendar;

/// What a stream of numbers is drawn for: no two of them share one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// One person's name, birth and address.
    Person,
    /// When one application is submitted.
    Filing,
    /// One application and its ISEE.
    Application,
    /// When one IeFP school loads its class lists.
    ClassList,
    /// Where one student of a class list lives.
    Home,
    /// Which class one student of a class list attends.
    Class,
    /// One drop-out.
    DropOut,
    /// One draft.
    Draft,
    /// What a family writes after it has applied.
    Later,
    /// The key people's ids are made with.
    IdentityKey,
    /// The one DSU of a household with two children.
    Siblings,
}

/// A stream of numbers of its own for each person, application and school: any of them can be invented again alone,
/// without those before it, so that a year of them need not be in memory.
pub(super) struct Dice(Pcg64Mcg);

impl Dice {
    pub(super) fn of(seed: u64, purpose: Purpose, number: u64) -> Self {
        // Odd multipliers keep different (seed, purpose, number) apart; seeding hashes the result.
        let stream = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17)
            ^ number.wrapping_mul(0xD1B5_4A32_D192_ED03)
            ^ (purpose as u64 + 1).wrapping_mul(0x8CB9_2BA7_2F3D_8DD7);
        Self(Pcg64Mcg::seed_from_u64(stream))
    }

    /// A key: secret enough for people who do not exist.
    pub(super) fn identity_key(mut self) -> IdentityKey {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        IdentityKey::new(bytes)
    }

    /// A number from 0 up to, not including, `end`; 0 if `end` is.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        // The high half of a 32 × 32 product: the bias is below one in a million for the ends used here.
        let product = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(product >> 32).unwrap_or_default()
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True so many times in a thousand.
    pub(super) fn per_mille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// One of several; the default of an empty slice.
    pub(super) fn pick<T: Copy + Default>(&mut self, several: &[T]) -> T {
        several.get(self.index(several.len())).copied().unwrap_or_default()
    }

    /// A place in a list of `length`.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// A day from `first` to `last`, both included; `first` if the other lies before it.
    pub(super) fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = u32::try_from((last - first).num_days()).unwrap_or_default();
        first + TimeDelta::days(i64::from(self.between(0, days)))
    }

    /// A second of office hours, 8:00 to 17:59, of a day.
    pub(super) fn office_hours(&mut self, day: NaiveDate) -> DateTime<Utc> {
        calendar::at(day, self.between(8 * 3600, 18 * 3600 - 1))
    }

    /// A second at which people fill in forms, 7:00 to 22:59, of a day.
    pub(super) fn waking_hours(&mut self, day: NaiveDate) -> DateTime<Utc> {
        calendar::at(day, self.between(7 * 3600, 23 * 3600 - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        let mut dice = Dice::of(7, Purpose::Person, 1);
        let first: Vec<u32> = (0..6).map(|_| dice.below(1000)).collect();
        let mut again = Dice::of(7, Purpose::Person, 1);
        assert_eq!(first, (0..6).map(|_| again.below(1000)).collect::<Vec<u32>>());
        let mut other = Dice::of(7, Purpose::Application, 1);
        assert_ne!(first, (0..6).map(|_| other.below(1000)).collect::<Vec<u32>>());
    }

    #[test]
    fn ranges_hold_both_their_ends_and_nothing_else() {
        let mut dice = Dice::of(1, Purpose::DropOut, 1);
        let drawn: std::collections::BTreeSet<u32> = (0..1000).map(|_| dice.between(3, 6)).collect();
        assert_eq!(drawn, (3..=6).collect());
        assert_eq!(dice.below(0), 0);
    }
}
