// SPDX-License-Identifier: EUPL-1.2
//! One file a kind: its columns, how a line is read and written.

mod application;
mod attendance;
mod attestation;
mod catchment;
mod class_list;
mod communication;
mod cpi;
mod draft;
mod municipality;
mod school;
mod self_certification;
mod student;

pub use attendance::Attendance;
pub use attestation::AttestationRow;
pub use class_list::ClassListRow;
pub use communication::CommunicationRow;
pub use draft::Draft;
pub use self_certification::SelfCertificationRow;
