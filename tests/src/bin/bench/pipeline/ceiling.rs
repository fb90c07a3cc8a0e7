// SPDX-License-Identifier: EUPL-1.2
//! Runs `shared/bus/examples/ceiling.rs`, which `./dev bench pipeline` builds beside this program.

use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use uuid::Uuid;

use super::servers::Servers;
use crate::path;

/// Messages a second with nothing around them.
pub(super) struct Ceiling {
    pub(super) publish: f64,
    pub(super) consume: f64,
    pub(super) both: f64,
}

pub(super) fn measure(servers: &Servers, messages: u32) -> anyhow::Result<Ceiling> {
    let vhost = servers.vhost()?;
    let program = std::env::current_exe()?.with_file_name("examples").join("ceiling");
    let output = Command::new(&program)
        .args([vhost.url(), &messages.to_string(), &body_bytes().to_string()])
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{}: run ./dev bench pipeline, which builds it", program.display()))?;
    ensure!(output.status.success(), "the ceiling could not be measured");
    let found: Value = serde_json::from_slice(&output.stdout)?;
    let figure = |key: &str| found.get(key).and_then(Value::as_f64).with_context(|| format!("no {key}"));
    Ok(Ceiling {
        publish: figure("raw_publish")?,
        consume: figure("raw_consume")?,
        both: figure("raw_both")?,
    })
}

/// The size of a message of ours: all are measured with bodies of this size.
pub(super) fn body_bytes() -> usize {
    path::at_risk(Uuid::nil()).to_json().len()
}
