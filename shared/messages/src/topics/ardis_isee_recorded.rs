// SPDX-License-Identifier: EUPL-1.2
//! `ardis.isee.recorded`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// Something about the ISEE of an application became known: a DSU, an attestation (ARD-011), a self-certification
/// (ARD-017). Decisions already taken on it are looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisIseeRecorded {
    /// The application.
    pub application: Uuid,
}

impl Message for ArdisIseeRecorded {
    const TYPE: &'static str = "ardis.isee.recorded";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisIseeRecorded { application: Uuid::from_u128(1) },
            r#"{"application":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
