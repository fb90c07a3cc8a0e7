// SPDX-License-Identifier: EUPL-1.2
//! Whether two tables hold the same rows, whatever order they are read in.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// How many rows were seen, and the sum of their SHA-256: a sum, because collations order texts differently and no order is
/// needed; not an exclusive or, in which a row that is there twice would cancel itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) rows: u64,
    sum: [u64; 4],
}

impl Fingerprint {
    /// Adds a row. Each value is preceded by its length, so that no two rows are written alike.
    pub(super) fn add(&mut self, cells: &[Option<String>]) {
        let mut digest = Sha256::new();
        for cell in cells {
            match cell {
                None => digest.update([0]),
                Some(text) => {
                    digest.update([1]);
                    digest.update((text.len() as u64).to_be_bytes());
                    digest.update(text);
                }
            }
        }
        let digest = digest.finalize();
        for (sum, bytes) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            *sum = bytes.iter().fold(0, |word: u64, byte| word << 8 | u64::from(*byte)).wrapping_add(*sum);
        }
        self.rows += 1;
    }
}

/// The first 64 bits, as 16 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.sum[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&[Option<&str>]]) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        for row in rows {
            fingerprint.add(&row.iter().map(|cell| cell.map(str::to_owned)).collect::<Vec<_>>());
        }
        fingerprint
    }

    #[test]
    fn only_the_order_of_rows_makes_no_difference() {
        let (one, other): (&[_], &[_]) = (&[Some("a"), Some("b")], &[Some("c"), None]);
        assert_eq!(of(&[one, other]), of(&[other, one]));
        assert_ne!(of(&[one, one, other]), of(&[other, other, one]));
        for changed in [&[Some("ab"), Some("")], &[Some("a"), None], &[Some("b"), Some("a")]] {
            assert_ne!(of(&[one]), of(&[changed]), "{changed:?}");
        }
        assert_ne!(of(&[&[None]]), of(&[&[Some("")]]));
    }
}
