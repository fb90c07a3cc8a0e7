// SPDX-License-Identifier: EUPL-1.2
//! `ardis.data.changed`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A datum of an application was changed (ARD-090): its e-mail address, its IBAN. The original is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisDataChanged {
    /// The application.
    pub application: Uuid,
}

impl Message for ArdisDataChanged {
    const TYPE: &'static str = "ardis.data.changed";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisDataChanged { application: Uuid::from_u128(1) },
            r#"{"application":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
