// SPDX-License-Identifier: EUPL-1.2
//! `ardis.observation.recorded`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// An observation on a provisional list was recorded (ARD-080), in time or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisObservationRecorded {
    /// The observation.
    pub observation: Uuid,
}

impl Message for ArdisObservationRecorded {
    const TYPE: &'static str = "ardis.observation.recorded";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisObservationRecorded { observation: Uuid::from_u128(1) },
            r#"{"observation":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
