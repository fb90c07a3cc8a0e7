// SPDX-License-Identifier: EUPL-1.2
//! Friuli Venezia Giulia: families who apply, what INPS has of them, and what must come of it.

mod change;
mod draft;
mod filing;
mod form;
mod household;
mod isee;
mod observation;
mod officer;
mod self_certifications;
mod story;
mod verdict;

pub use change::ChangeRow;
pub use draft::DraftRow;
pub use household::{Expected, Household};
pub use isee::IseeRow;
pub use observation::{AnswerRow, ObservationRow};
pub use officer::OfficerDecision;
pub use self_certifications::SelfCertificationRow;
pub use story::Story;
pub use verdict::Verdict;

pub(super) use draft::{NEVER_TRANSMITTED, never_transmitted};
pub(super) use household::household;
pub(super) use story::APPLICATIONS;
