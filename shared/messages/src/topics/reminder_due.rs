// SPDX-License-Identifier: EUPL-1.2
//! `reminder.due`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A reminder campaign is due. Worked off as a sweep: one page of recipients a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderDue {
    /// The campaign, as named in the procedure file.
    pub campaign: String,
    /// The civil time of the occurrence, `2025-11-13T09:00:00`: part of the key that sends each reminder once.
    pub occurrence: String,
    /// The last subject of the page before; absent on the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

impl Message for ReminderDue {
    const TYPE: &'static str = "reminder.due";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ReminderDue {
                campaign: "dsu-missing".to_owned(),
                occurrence: "2025-11-13T09:00:00".to_owned(),
                after: None,
            },
            r#"{"campaign":"dsu-missing","occurrence":"2025-11-13T09:00:00"}"#,
        );
    }
}
