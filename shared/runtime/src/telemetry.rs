// SPDX-License-Identifier: EUPL-1.2
//! Logs on standard error: identifiers in dotted fields, units in names, never personal data.

use std::io::Write as _;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogFormat, LogSettings};

/// The client of the broker calls every "no" an error, also one that was asked for. What matters of it the bus tells.
const TOLD_BY_US: &str = "lapin=off";

/// The filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("log.filter is not a filter: {0}")]
pub struct FilterError(String);

/// From here on a panic tells thread and place, as an event of the log, and not its message: that may quote whatever the
/// code had in hand. For the start of a program; a test wants to read the messages.
pub fn conceal_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        let location = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        if tracing::dispatcher::has_been_set() {
            tracing::error!(thread, location, "panic");
        } else {
            // A command that keeps no log. If standard error is gone, nobody is left to be told.
            let _ = writeln!(std::io::stderr(), "panic in thread {thread} at {location}");
        }
    }));
}

/// From here on a process that is aborted leaves no image of its memory on the disk: it would hold personal data for as
/// long as the machine keeps it. For the start of a program.
pub fn leave_no_core_dump() {
    // Whoever lowers a limit of their own is refused by no system.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) });
}

/// Sends the logs of this process to standard error. A second call changes nothing.
///
/// # Errors
/// [`FilterError`].
pub fn start(settings: &LogSettings) -> Result<(), FilterError> {
    let filter = EnvFilter::try_new(format!("{TOLD_BY_US},{}", settings.filter));
    let filter = filter.map_err(|error| FilterError(error.to_string()))?;
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match settings.format {
        LogFormat::Human => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    // Only the first subscriber of a process counts; tests start several Worlds.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aborted_process_leaves_no_core_dump() {
        let before = getrlimit(Resource::Core);
        setrlimit(Resource::Core, Rlimit { current: before.maximum, ..before }).unwrap();
        leave_no_core_dump();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }
}
