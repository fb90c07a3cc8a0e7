// SPDX-License-Identifier: EUPL-1.2
//! Business time that runs with the machine's, so many microseconds away from it, for all processes of a region.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use campanella_runtime::clock::{Clock, machine_now};
use chrono::{DateTime, TimeDelta, Utc};

/// The distance is in a file, so that it can be changed under processes at work: forward over a term, or back an hour.
#[derive(Debug, Clone)]
pub(crate) struct ShiftedClock {
    file: PathBuf,
}

impl ShiftedClock {
    pub(crate) fn reading(file: &Path) -> Self {
        Self { file: file.to_owned() }
    }

    /// Sets it to `instant`; from there it runs on.
    pub(crate) fn set(&self, instant: DateTime<Utc>) -> Result<()> {
        let distance = (instant - machine_now()).num_microseconds().unwrap_or_default();
        // Replaced as a whole: nobody reads half of it.
        let new = self.file.with_extension("new");
        fs::write(&new, distance.to_string())?;
        Ok(fs::rename(new, &self.file)?)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        let distance = fs::read_to_string(&self.file).ok().and_then(|text| text.parse().ok());
        machine_now() + TimeDelta::microseconds(distance.unwrap_or_default())
    }
}
