// SPDX-License-Identifier: EUPL-1.2
//! Stories in fixed numbers: a population ten times as large has each of them ten times.

/// Turns numbers into places in a repeating table, so that stories do not come in the order of the table.
///
/// Within each block of the table's length every place occurs exactly once.
pub(super) fn place(seed: u64, number: u64, length: u64) -> u64 {
    /// A prime that divides no length used here.
    const STRIDE: u64 = 7_919;
    let length = length.max(1);
    (number % length * STRIDE + seed % length) % length
}

/// The number in the block of `number` that takes a place.
pub(super) fn number_of_place(seed: u64, number: u64, length: u64, wanted: u64) -> u64 {
    let first = number - number % length.max(1);
    (first..first + length).find(|candidate| place(seed, *candidate, length) == wanted).unwrap_or(number)
}

/// Declares an enum of stories with how many of each there are in a block, and a table of what follows from each.
macro_rules! stories {
    (
        $(#[$meta:meta])* $visibility:vis enum $name:ident: $($type:ty),+;
        $($(#[$doc:meta])* $story:ident => $($value:expr),+;)+
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name { $($(#[$doc])* $story,)+ }

        impl $name {
            /// Every story, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$story,)+];

            fn row(self) -> ($($type,)+) {
                match self { $(Self::$story => ($($value,)+),)+ }
            }
        }
    };
}

pub(super) use stories;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_place_of_a_block_is_taken_once() {
        for length in [2_000, 2_410, 980] {
            let places: BTreeSet<u64> =
                (0..length).map(|number| place(42, length + number, length)).collect();
            assert_eq!(places.len() as u64, length);
            let number = 3 * length + 7;
            assert_eq!(number_of_place(42, number - 5, length, place(42, number, length)), number);
        }
    }
}
