// SPDX-License-Identifier: EUPL-1.2
//! `ardis.list.published`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A list was published (ARD-070, ARD-084). Worked off as a sweep: one page of applications a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisListPublished {
    /// The published list.
    pub list: Uuid,
    /// The last application of the page before; absent on the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

impl Message for ArdisListPublished {
    const TYPE: &'static str = "ardis.list.published";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisListPublished { list: Uuid::from_u128(1), after: None },
            r#"{"list":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
