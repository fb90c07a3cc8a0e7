// SPDX-License-Identifier: EUPL-1.2
//! `ardis.application.recorded`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// An application (*domanda*) was transmitted (ARD-043), or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisApplicationRecorded {
    /// The application.
    pub application: Uuid,
}

impl Message for ArdisApplicationRecorded {
    const TYPE: &'static str = "ardis.application.recorded";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisApplicationRecorded { application: Uuid::from_u128(1) },
            r#"{"application":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
