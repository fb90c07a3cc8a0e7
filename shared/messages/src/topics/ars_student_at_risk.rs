// SPDX-License-Identifier: EUPL-1.2
//! `ars.student.at-risk`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A minor dropped out: a period was opened, or opened again, and waits for its competent CPI (ARS-002, ARS-049).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsStudentAtRisk {
    /// The drop-out period (*periodo di dispersione*).
    pub period: Uuid,
}

impl Message for ArsStudentAtRisk {
    const TYPE: &'static str = "ars.student.at-risk";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArsStudentAtRisk { period: Uuid::from_u128(1) },
            r#"{"period":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
