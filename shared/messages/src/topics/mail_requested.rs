// SPDX-License-Identifier: EUPL-1.2
//! `mail.requested`

use serde::{Deserialize, Serialize};

use crate::Message;

/// Notifications were written: the mailer looks for them. Its rows are its queue, the message only wakes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailRequested {}

impl Message for MailRequested {
    const TYPE: &'static str = "mail.requested";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(&MailRequested {}, r#"{}"#);
    }
}
