// SPDX-License-Identifier: EUPL-1.2
//! What `campanella run` says of itself when it starts.

use std::net::SocketAddr;

use anyhow::Result;

use super::{Output, names};
use crate::{installation::Installation, settings::example_address, workforce::MAILER};

/// Says that it waits, and for what. A listing for programs has one value: it stays silent.
pub(super) fn waiting(reason: &str, address: Option<SocketAddr>, out: &mut Output<'_>) {
    if out.is_json() {
        return;
    }
    let watched = address.map(|address| format!(" Stato: http://{address}/status")).unwrap_or_default();
    // Whoever read the output may be gone: the start goes on all the same.
    let _ = out
        .line(&format!("In attesa: {}. Riprovo finché risponde.{watched}", super::mask::urls(reason)))
        .and_then(|()| out.flush());
}

/// Says where everything is.
pub(super) fn started(
    installation: &Installation,
    only: &[String],
    address: Option<SocketAddr>,
    out: &mut Output<'_>,
) -> Result<()> {
    let folder = installation.folder.path().display();
    let workers = if only.is_empty() { "tutti".to_owned() } else { only.join(", ") };
    let watched = match address {
        Some(address) => format!("http://{address}/status e http://{address}/metrics"),
        None => "non esposto (http.listen è vuoto)".to_owned(),
    };
    if out.is_json() {
        out.json(&serde_json::json!({
            "data": installation.folder.path(),
            "workers": if only.is_empty() { names() } else { only.iter().map(String::as_str).collect() },
            "http": address,
        }))?;
    } else {
        out.line("Campanella è in funzione.")?;
        out.line(&format!("  Dati:   {folder}"))?;
        out.line(&format!("  Worker: {workers}"))?;
        out.line(&format!("  Stato:  {watched}"))?;
        // OQ-A4: nobody would be reminded, and nobody would notice.
        if installation.procedures.ars.outcomes.outcome_deadlines.is_empty() {
            out.line("Da configurare: le date degli esiti di giugno e settembre (ARS), chiave outcomes.outcome_deadlines;")?;
            out.line("  finché mancano le scuole non ricevono il promemoria.")?;
        }
        let left = example_address::left_in(&installation.settings.mail);
        if !left.is_empty() && (only.is_empty() || only.iter().any(|name| name == MAILER)) {
            out.line(&format!("Da configurare: {} (ora di esempio);", left.join(", ")))?;
            out.line(&format!("  altrimenti {}.", example_address::what_follows(&left)))?;
        }
        out.line("Per fermare: Ctrl-C (o SIGTERM). Ciò che è in corso viene portato a termine.")?;
    }
    out.flush()?;
    Ok(())
}
