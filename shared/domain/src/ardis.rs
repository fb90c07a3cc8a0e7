// SPDX-License-Identifier: EUPL-1.2
//! ARDIS: whether an application is admitted, excluded or pending, and with which amount.
//!
//! [`evaluate`] is a pure function of the facts known at an instant. It knows two times apart: what was *known* then
//! (an attestation reaches us days after its date) and the *legal* time of each fact (submitted, signed, issued,
//! received), which alone decides whether it lies within a term. So the order of arrival never matters, and a fact
//! learned late revises a proposal instead of being lost.
//!
//! | file | reads |
//! | --- | --- |
//! | `isee`, `standing`, `regularisation` | E01 ceiling, E02 no DSU in time, E03 omissions not regularised |
//! | `derogation` | whether the ISEE is read at all; its nature never leaves that file |
//! | `school` | E04 kind of school, E05 enrolled and attending |
//! | `submission` | E06 window, E07 channel |
//! | `residence` | E08 with the student, E09 in the Region |
//! | `amount` | the contribution of an admitted application |
//! | `observation` | what to weigh of an observation on a provisional list |
//!
//! Where the call is unclear the case goes to an officer as a [`Doubt`], never to an exclusion.

mod amount;
mod application;
mod attestation;
mod cause;
mod derogation;
mod doubt;
mod evaluate;
mod evaluation;
mod fact;
mod facts;
mod isee;
mod observation;
mod reading;
mod regularisation;
mod residence;
mod school;
mod self_certification;
mod standing;
mod submission;
mod terms_applied;

pub use amount::{contribution, reduce};
pub use application::{
    AccountHolder, ApplicantRole, Application, Channel, Declaration, Derogation, SchoolKind, SchoolLevel,
};
pub use attestation::{Annotation, Attestation, IseeKind};
pub use cause::{Cause, CauseError};
pub use doubt::{DecidedBy, Doubt, DoubtCode};
pub use evaluate::evaluate;
pub use evaluation::{CauseFinding, Evaluation, Outcome};
pub use fact::{FactName, FactRead, FactValue};
pub use facts::ApplicationFacts;
pub use observation::{ObservationFlag, ObservedEntry};
pub use self_certification::{CheckOutcome, IdentityDocument, SelfCertification};
pub use terms_applied::TermsApplied;

#[cfg(test)]
mod tests;
