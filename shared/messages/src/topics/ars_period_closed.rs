// SPDX-License-Identifier: EUPL-1.2
//! `ars.period.closed`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A drop-out period (*periodo di dispersione*) ended: by a return (ARS-030), a transfer, home education, or because there
/// had been no drop-out (ARS-038).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsPeriodClosed {
    /// The period.
    pub period: Uuid,
}

impl Message for ArsPeriodClosed {
    const TYPE: &'static str = "ars.period.closed";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArsPeriodClosed { period: Uuid::from_u128(1) },
            r#"{"period":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
