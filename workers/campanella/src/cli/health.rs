// SPDX-License-Identifier: EUPL-1.2
//! `campanella health`: how the process of this configuration is, for a container's health check. Needs no database.

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use super::{Exit, Global, Output, Refusal, http_get};

/// What is said of a process that was asked to end.
const ENDING: &str = "si sta fermando: finisce ciò che ha in mano";

/// Chiede al processo in funzione (http.listen) come sta: esce con 0 se sta bene, altrimenti con 1
#[derive(Debug, Args)]
pub(super) struct Health {
    /// Chiede soltanto se il processo è vivo: chi attende il database o il broker lo è
    #[arg(long)]
    live: bool,
}

impl Health {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let listen = global.settings()?.http.listen;
        if listen.is_empty() {
            return Err(Refusal::new(
                Exit::Usage,
                "http.listen è vuoto: il processo non risponde a nessuno",
                "indicare nella configurazione un indirizzo, ad esempio 127.0.0.1:9464",
            )
            .into());
        }
        let path = if self.live { "/live" } else { "/status" };
        let answer = http_get::get(&listen, path).await.map_err(|error| {
            Refusal::new(
                Exit::Failed,
                format!("nessun processo risponde su {listen} (http.listen): {error}"),
                "verificare che «campanella run» sia in funzione con questa configurazione",
            )
        })?;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let well = answer.code == 200;
        if out.is_json() {
            out.json(&body)?;
        } else if well {
            out.line(if self.live { "Il processo è vivo." } else { "Il processo sta bene." })?;
        } else {
            out.line("Il processo non sta bene.")?;
            for problem in problems(&body) {
                out.line(&format!("  {problem}"))?;
            }
        }
        Ok(if well { Exit::Done } else { Exit::Failed })
    }
}

/// What a report complains of, a line each.
pub(super) fn problems(report: &Value) -> Vec<String> {
    let stuck = report["stuck"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let stuck = stuck.map(|name| format!("{name}: non torna da ciò che ha cominciato"));
    let loops = report["loops"].as_object().into_iter().flatten();
    let waiting = loops.filter(|(_, status)| status["state"] == "waiting");
    let reason = |status: &Value| status["reason"].as_str().unwrap_or_default().to_owned();
    let waiting = waiting.map(|(name, status)| format!("{name} attende: {}", reason(status)));
    let ending = (report["ending"] == true).then(|| ENDING.to_owned());
    ending.into_iter().chain(stuck).chain(waiting).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_waits_and_who_is_stuck_are_named_with_the_reason() {
        let report = json!({
            "healthy": false,
            "stuck": ["registry"],
            "loops": {
                "mailer": { "state": "waiting", "reason": "the relay is away" },
                "registry": { "state": "working" },
            },
        });
        assert_eq!(
            problems(&report),
            ["registry: non torna da ciò che ha cominciato", "mailer attende: the relay is away"]
        );
        assert_eq!(
            problems(&json!({ "healthy": false, "ending": true, "stuck": [], "loops": {} })),
            [ENDING]
        );
        assert!(problems(&json!({ "healthy": true, "stuck": [], "loops": {} })).is_empty());
    }
}
