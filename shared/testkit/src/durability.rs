// SPDX-License-Identifier: EUPL-1.2
//! How much a private server promises.

/// What of a commit or a confirmed message must outlive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: no `fsync`. It still outlives a crash of the server's *processes*. For tests.
    None,
    /// What the server promises out of the box. For benches, whose figures would otherwise be flattery.
    Full,
}
