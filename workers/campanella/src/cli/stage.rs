// SPDX-License-Identifier: EUPL-1.2
//! What `campanella run` has beside its arguments: business time and workers. Nobody sets them on a command line; a test that
//! kills processes puts others in their place.

use std::sync::Arc;

use campanella_jobs::WORKERS;
use campanella_runtime::{
    Worker,
    clock::{Clock, SystemClock},
};

/// By default the machine's clock and the product's workers.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Who handles messages.
    pub workers: &'static [Worker],
}

impl Default for Stage {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), workers: WORKERS }
    }
}
