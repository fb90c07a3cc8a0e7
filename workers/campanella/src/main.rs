// SPDX-License-Identifier: EUPL-1.2
//! The `campanella` command.
fn main() {}
