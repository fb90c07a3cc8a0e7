// SPDX-License-Identifier: EUPL-1.2
//! A demo's year as a process of its own, so that a story can kill it and start it again.
//!
//! `year FOLDER begin|resume` prints a line `moment INSTANT` for each moment it comes to, at the end the report as one
//! line of JSON. Settings and logs are the product's, from the environment.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use campanella::{
    demo::{self, Options},
    settings::Settings,
};
use campanella_runtime::telemetry;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("usage: year FOLDER begin|resume")?;
    let resume = match arguments.next().as_deref() {
        Some("begin") => false,
        Some("resume") => true,
        _ => bail!("usage: year FOLDER begin|resume"),
    };
    let settings = Settings::load(None, &[])?;
    telemetry::start(&settings.log)?;
    // The demo's own seed: what the README shows is held to this year.
    let options = Options { folder: folder.into(), seed: 2025, scale: 1, resume };
    let finished = demo::run(&options, settings, |moment| {
        // Whoever listened is gone: the year goes on.
        let _ = writeln!(std::io::stdout(), "moment {}", moment.to_rfc3339());
    })
    .await?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&finished.report)?)?;
    let broken: Vec<_> = finished.report.checks.iter().filter(|check| !check.holds).collect();
    ensure!(broken.is_empty(), "{broken:?}");
    Ok(())
}
