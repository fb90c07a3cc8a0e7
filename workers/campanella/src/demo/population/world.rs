// SPDX-License-Identifier: EUPL-1.2
//! What every invented fact stands on.

use campanella_domain::identity_key::IdentityKey;

use super::geography::Geography;
use super::school::Schools;

/// Places and schools, and the seed everything else is drawn from.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) seed: u64,
    /// Drawn from the seed as well: the same year has the same ids.
    pub(super) key: IdentityKey,
    pub(super) geography: Geography,
    pub(super) schools: Schools,
}
