// SPDX-License-Identifier: EUPL-1.2
//! Files as offices write them.

mod any_bytes;
mod contract;
mod generated;
mod interrupted;
mod lines;
mod mandatory;
mod round_trip;
mod spellings;

use crate::{Line, Reader, Record, Rejected};

/// All lines of a file whose heading is good.
fn read<R: Record>(file: impl AsRef<[u8]>) -> Vec<Result<Line<R>, Rejected>> {
    Reader::new(file.as_ref()).unwrap().collect()
}
