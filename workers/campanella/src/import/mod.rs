// SPDX-License-Identifier: EUPL-1.2
//! `campanella import`: what an office has in files, into the database.
//!
//! A file is read line by line and written [`BATCH`] lines a transaction, with the messages that follow from them: whatever
//! becomes of the process, a fact is there with its message or not at all. There is no position to keep. What was committed
//! is known, and what is known is neither written nor told again; so a file begun anew after a crash, or imported twice,
//! ends as if it had been imported once.
//!
//! A line is refused when it cannot be read, when it contradicts what is known, or when it refers to what is not there. It
//! goes into a file beside the input, as it stood, with the reason; the other lines are imported. Everything else is for
//! the rules to judge, and for a person where they leave a doubt.
//!
//! | module | what it does |
//! | --- | --- |
//! | `run` | a file from its first line to its last |
//! | `batch` | the lines of one transaction |
//! | `load` | what every kind of file has to say about its lines |
//! | `application`, `attestation`, … | one file a kind |
//! | `home` | who students are and where they live, by all that was told |
//! | `rejects` | the file of what was refused |
//! | [`report`] | what came of it |
//!
//! Rejected: one transaction a file (it would hold the writer's lock for seconds, and the workers with it); a table of the
//! lines imported so far (a second truth beside the facts).

mod application;
mod attestation;
mod batch;
mod catchment;
mod communication;
mod counted;
mod draft;
mod home;
mod load;
mod place;
mod rejects;
pub mod report;
mod run;
mod school;
mod self_certification;

use std::path::Path;

use anyhow::Result;
use campanella_domain::{
    ardis::Application,
    ars::{Catchment, Cpi, Municipality, School},
};
use campanella_formats::{AttestationRow, ClassListRow, CommunicationRow, Draft, Kind, SelfCertificationRow};
use chrono::{DateTime, Utc};

use self::report::Report;
use crate::installation::Installation;

/// Lines written in one transaction: on SQLite it holds the writer's lock, and the workers wait for it.
pub const BATCH: usize = 500;

/// Imports a file at business time `now`; `progress` is told how many bytes of it were read.
///
/// # Errors
/// When the file as a whole cannot be read ([`campanella_formats::FileError`]), a reject file cannot be written, or the
/// database does not answer. What was committed until then stays, and is passed over when the file is imported again.
pub async fn import(
    kind: Kind,
    file: &Path,
    installation: &Installation,
    now: DateTime<Utc>,
    progress: impl FnMut(u64),
) -> Result<Report> {
    match kind {
        Kind::Municipalities => run::run::<Municipality>(file, installation, now, progress).await,
        Kind::Cpi => run::run::<Cpi>(file, installation, now, progress).await,
        Kind::Catchments => run::run::<Catchment>(file, installation, now, progress).await,
        Kind::Schools => run::run::<School>(file, installation, now, progress).await,
        Kind::ClassLists => run::run::<ClassListRow>(file, installation, now, progress).await,
        Kind::Communications => run::run::<CommunicationRow>(file, installation, now, progress).await,
        Kind::Applications => run::run::<Application>(file, installation, now, progress).await,
        Kind::Drafts => run::run::<Draft>(file, installation, now, progress).await,
        Kind::Attestations => run::run::<AttestationRow>(file, installation, now, progress).await,
        Kind::SelfCertifications => run::run::<SelfCertificationRow>(file, installation, now, progress).await,
    }
}

/// Looks whether a file can be imported at all, reading its heading only.
///
/// # Errors
/// [`campanella_formats::FileError`].
pub fn check(kind: Kind, file: &Path) -> Result<()> {
    match kind {
        Kind::Municipalities => run::check::<Municipality>(file),
        Kind::Cpi => run::check::<Cpi>(file),
        Kind::Catchments => run::check::<Catchment>(file),
        Kind::Schools => run::check::<School>(file),
        Kind::ClassLists => run::check::<ClassListRow>(file),
        Kind::Communications => run::check::<CommunicationRow>(file),
        Kind::Applications => run::check::<Application>(file),
        Kind::Drafts => run::check::<Draft>(file),
        Kind::Attestations => run::check::<AttestationRow>(file),
        Kind::SelfCertifications => run::check::<SelfCertificationRow>(file),
    }
}
