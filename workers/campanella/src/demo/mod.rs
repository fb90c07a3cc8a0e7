// SPDX-License-Identifier: EUPL-1.2
//! The demo: a school year of invented people, and what must come of it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`population`] | the facts: who applies, who drops out, what arrives and when |
//! | [`expectation`] | what the workers must have done with them at the end, computed without the workers |

pub mod expectation;
pub mod population;
