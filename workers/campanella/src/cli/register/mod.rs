// SPDX-License-Identifier: EUPL-1.2
//! What the commands on the register (ARS) share: findings put into words, states, ages.

mod finding_line;
mod words;

pub(super) use finding_line::{FindingLine, all, explained, write};
pub(super) use words::{action, competence, ending, period_state, school_type};

/// How many rows a command reads at a time.
pub(super) const PAGE: i64 = 500;

#[cfg(test)]
pub(super) mod fixture;
