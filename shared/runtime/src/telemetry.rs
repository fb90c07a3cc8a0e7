// SPDX-License-Identifier: EUPL-1.2
//! Logs on standard error: identifiers in dotted fields, units in names, never personal data.

use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogFormat, LogSettings};

/// The filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("log.filter is not a filter: {0}")]
pub struct FilterError(String);

/// Sends the logs of this process to standard error. A second call changes nothing.
///
/// # Errors
/// [`FilterError`].
pub fn start(settings: &LogSettings) -> Result<(), FilterError> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| FilterError(error.to_string()))?;
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match settings.format {
        LogFormat::Human => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    // Only the first subscriber of a process counts; tests start several Worlds.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    Ok(())
}
