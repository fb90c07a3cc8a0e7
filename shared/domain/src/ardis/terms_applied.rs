// SPDX-License-Identifier: EUPL-1.2
//! The terms an evaluation went by, kept with it.
//!
//! An exclusion has to be explained for years (`ARD-071`), by whatever procedure is installed then: the name of a term and the
//! version of a file that is not there any more would not do. All three are kept, whatever was found, so that a stored
//! evaluation shows nothing of a derogation (`ARD-026`), and a cause that only an officer found has its term as well.

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::civil::term::Term;
use crate::procedure::{ArdisProcedure, TermName};

/// The terms of the procedure as they were, each with civil time, zone and instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsApplied {
    /// Until when applications could be transmitted (`ARD-040`).
    pub window: Term,
    /// Until when the DSU had to be signed (`ARD-010`).
    pub dsu: Term,
    /// Until when omissions and discrepancies could be regularised (`ARD-020`).
    pub regularisation: Term,
}

impl TermsApplied {
    /// Those of `procedure`.
    #[must_use]
    pub fn of(procedure: &ArdisProcedure) -> Self {
        Self {
            window: procedure.window.closes,
            dsu: procedure.terms.dsu,
            regularisation: procedure.terms.regularisation,
        }
    }

    /// The term `cause` hangs on, if it hangs on one (`ARD-056`, `ARD-057`, `ARD-060`).
    #[must_use]
    pub const fn of_cause(&self, cause: Cause) -> Option<Term> {
        match cause {
            Cause::E02 => Some(self.dsu),
            Cause::E03 => Some(self.regularisation),
            Cause::E06 => Some(self.window),
            Cause::E01 | Cause::E04 | Cause::E05 | Cause::E07 | Cause::E08 | Cause::E09 => None,
        }
    }

    /// The term that decisions call `name` (see [`TermName::as_str`]).
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Term> {
        let terms = [
            (TermName::Window, self.window),
            (TermName::Dsu, self.dsu),
            (TermName::Regularisation, self.regularisation),
        ];
        terms.into_iter().find_map(|(known, term)| (known.as_str() == name).then_some(term))
    }
}
