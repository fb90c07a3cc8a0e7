// SPDX-License-Identifier: EUPL-1.2
//! `ardis.term.reached`

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// A term has passed (ARD-010, ARD-020): all applications are evaluated. Worked off as a sweep: one page a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArdisTermReached {
    /// The name of the term in the procedure file: `dsu` or `regularisation`.
    pub term: String,
    /// The last application of the page before; absent on the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
}

impl Message for ArdisTermReached {
    const TYPE: &'static str = "ardis.term.reached";
    const VERSION: u16 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::assert_golden;

    #[test]
    fn the_wire_form_is_pinned() {
        assert_golden(
            &ArdisTermReached { term: "dsu".to_owned(), after: Some(Uuid::from_u128(1)) },
            r#"{"term":"dsu","after":"00000000-0000-0000-0000-000000000001"}"#,
        );
    }
}
