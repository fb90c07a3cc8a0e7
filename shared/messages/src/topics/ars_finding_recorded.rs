// SPDX-License-Identifier: EUPL-1.2
//! `ars.finding.recorded`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// Something was found about a communication that schools are told of: it is without effect (ARS-010, ARS-012, ARS-026), it
/// waits (ARS-036), or it moved the ownership (ARS-011).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsFindingRecorded {
    /// The student whose communications are to be looked at.
    pub student: Uuid,
}

impl Message for ArsFindingRecorded {
    const TYPE: &'static str = "ars.finding.recorded";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArsFindingRecorded { student: Uuid::from_u128(1) },
            r#"{"student":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
