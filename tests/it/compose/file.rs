// SPDX-License-Identifier: EUPL-1.2
//! `compose.yaml`, as far as the tests look at it.

use std::collections::{BTreeMap, BTreeSet};

use campanella_tests::rules::root;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The file, with merged keys in place.
#[derive(Debug, Deserialize)]
pub(super) struct Compose {
    pub(super) services: BTreeMap<String, Service>,
    pub(super) volumes: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Service {
    pub(super) image: String,
    #[serde(default)]
    pub(super) entrypoint: Vec<String>,
    #[serde(default)]
    pub(super) command: Vec<String>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) ports: Vec<String>,
    #[serde(default)]
    pub(super) volumes: Vec<String>,
    #[serde(default)]
    pub(super) depends_on: BTreeMap<String, Dependency>,
    pub(super) restart: Option<String>,
    pub(super) healthcheck: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) condition: String,
}

impl Compose {
    pub(super) fn read() -> anyhow::Result<Self> {
        Ok(serde_saphyr::from_str(&text("compose.yaml")?)?)
    }

    /// The services that run Campanella's own image.
    pub(super) fn own(&self) -> impl Iterator<Item = (&String, &Service)> {
        self.services.iter().filter(|(_, service)| service.image.starts_with("campanella:"))
    }
}

impl Service {
    /// The worker it runs, if it runs one.
    pub(super) fn worker(&self) -> Option<&str> {
        match self.command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["run", "--only", worker] => Some(worker),
            _ => None,
        }
    }
}

/// A file of `compose/`.
pub(super) fn text(name: &str) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(root().join("compose").join(name))?)
}

/// The `${NAME…}` of a text: the name, and what follows it up to the brace.
pub(super) fn interpolated(text: &str) -> BTreeSet<(&str, &str)> {
    let inside = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(inside, _)| inside.split_at(inside.find([':', '-', '?']).unwrap_or(inside.len()))).collect()
}
