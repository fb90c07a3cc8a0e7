// SPDX-License-Identifier: EUPL-1.2
//! Every test that needs more than one crate, in one binary: linking once is half of the time.

mod docs;
mod invariants;
