// SPDX-License-Identifier: EUPL-1.2
//! What every invented fact stands on.

use super::geography::Geography;
use super::school::Schools;

/// Places and schools, and the seed everything else is drawn from.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) geography: Geography,
    pub(super) schools: Schools,
}
