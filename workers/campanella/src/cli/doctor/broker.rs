// SPDX-License-Identifier: EUPL-1.2
//! The queues: a file that belongs to the database, or a broker that lets us in and has them all.

use std::path::Path;

use campanella_store::Store;

use super::Finding;
use crate::settings::Settings;

const SUBJECT: &str = "code";

/// Looks at the queues. `store`: the database, if it can be read.
pub(super) async fn examine(
    data: &Path,
    settings: &Settings,
    store: Option<&Store>,
    findings: &mut Vec<Finding>,
) {
    let _ = (data, store);
    if settings.broker.is_embedded() {
        findings.push(Finding::good(SUBJECT, "in un file della cartella dei dati: lavora un processo solo"));
    }
}
