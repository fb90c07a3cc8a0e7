// SPDX-License-Identifier: EUPL-1.2
//! `ars.communication.recorded`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A communication (*comunicazione ARS*) of a school or a CPI was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsCommunicationRecorded {
    /// The student it is about.
    pub student: Uuid,
}

impl Message for ArsCommunicationRecorded {
    const TYPE: &'static str = "ars.communication.recorded";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArsCommunicationRecorded { student: Uuid::from_u128(1) },
            r#"{"student":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
