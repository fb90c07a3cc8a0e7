// SPDX-License-Identifier: EUPL-1.2
//! What is asked of a demo.

use std::path::PathBuf;

/// A demo to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Its folder.
    pub folder: PathBuf,
    /// The seed of the population: the same seed gives the same year.
    pub seed: u64,
    /// How many times the population of scale 1.
    pub scale: u32,
    /// Go on with the year found in the folder.
    pub resume: bool,
}
