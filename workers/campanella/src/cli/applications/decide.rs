// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications decide`: an officer's word, with a motivation that stays on record.

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::{italian::date, zone::date_of},
    identity::{InstanceNumber, Redacted},
};
use campanella_jobs::{Deciding, OfficerVerdict, OfficerWord, decide_by_officer};
use campanella_runtime::{
    RelayHandle,
    clock::{Clock as _, SystemClock},
};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::{
    cli::{Exit, Output, Refusal, given},
    installation::Installation,
    wording,
};

/// Registra la decisione di un funzionario, che prevale sulla proposta del programma
#[derive(Debug, Args)]
pub(in crate::cli) struct Decide {
    /// Numero della domanda, come 2025-004217
    #[arg(value_name = "DOMANDA", value_parser = given::instance_number)]
    instance: InstanceNumber,
    /// La revisione che si è guardata, come la mostra «campanella applications show»
    #[arg(long, value_name = "N", value_parser = given::revision)]
    revision: i64,
    /// Ammessa (admitted) o esclusa (excluded)
    #[arg(long, value_name = "ESITO", hide_possible_values = true)]
    outcome: Verdict,
    /// Causa di esclusione, da E01 a E09; si può ripetere
    #[arg(long, value_name = "CAUSA", value_parser = given::cause)]
    cause: Vec<Cause>,
    /// Chi decide; resta agli atti
    #[arg(long, value_name = "FUNZIONARIO", value_parser = given::on_record)]
    officer: String,
    /// Perché; resta agli atti: nulla che riveli una deroga, né dati personali che non servono
    #[arg(long, value_name = "TESTO", value_parser = given::on_record)]
    motivation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verdict {
    Admitted,
    Excluded,
}

#[derive(Debug, Serialize)]
struct Report {
    instance_number: InstanceNumber,
    revision: i64,
    outcome: Outcome,
    causes: Vec<Cause>,
    /// What the rules say of the facts at that moment.
    proposed: Outcome,
}

impl Decide {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let (outcome, verdict) = self.verdict()?;
        let now = SystemClock.now();
        let mut work = installation.unit_of_work(now).await?;
        let application = given::application(work.tx(), self.instance).await?;
        let word = OfficerWord {
            application,
            revision: self.revision,
            verdict,
            officer: Redacted::new(self.officer),
            motivation: Redacted::new(self.motivation),
        };
        let deciding = decide_by_officer(&word, &mut work).await?;
        let (revision, proposed) = match deciding {
            Deciding::Recorded { revision, proposed } => (revision, proposed),
            Deciding::Changed { .. } => {
                // What the rules say by now is left for the officer to see.
                work.commit(&RelayHandle::detached()).await?;
                return Err(changed(self.instance).into());
            }
            refused => return Err(refusal(refused).into()),
        };
        work.commit(&RelayHandle::detached()).await?;
        let causes = match word.verdict {
            OfficerVerdict::Admitted => Vec::new(),
            OfficerVerdict::Excluded(causes) => causes,
        };
        let report = Report { instance_number: self.instance, revision, outcome, causes, proposed };
        if out.is_json() {
            out.json(&report)?;
        } else {
            report.tell(out)?;
        }
        Ok(Exit::Done)
    }

    fn verdict(&self) -> Result<(Outcome, OfficerVerdict), Refusal> {
        match self.outcome {
            Verdict::Admitted if !self.cause.is_empty() => Err(Refusal::new(
                Exit::Usage,
                "una domanda ammessa non ha cause di esclusione",
                "togliere --cause, oppure scrivere --outcome excluded",
            )),
            Verdict::Admitted => Ok((Outcome::Admitted, OfficerVerdict::Admitted)),
            Verdict::Excluded if self.cause.is_empty() => Err(no_cause()),
            Verdict::Excluded => {
                let mut causes = self.cause.clone();
                causes.sort_unstable();
                causes.dedup();
                Ok((Outcome::Excluded, OfficerVerdict::Excluded(causes)))
            }
        }
    }
}

fn no_cause() -> Refusal {
    Refusal::new(
        Exit::Usage,
        "un'esclusione ha almeno una causa: l'elenco ne riporta il motivo",
        "aggiungere --cause, da E01 a E09; le cause di una domanda sono in «campanella explain»",
    )
}

fn changed(instance: InstanceNumber) -> Refusal {
    Refusal::new(
        Exit::Failed,
        format!(
            "nulla è deciso: la domanda {instance} nel frattempo è cambiata, o non era quella la sua revisione"
        ),
        format!(
            "guardarla di nuovo con «campanella applications show {instance}», che ne dice la revisione, poi decidere"
        ),
    )
}

fn refusal(deciding: Deciding) -> Refusal {
    match deciding {
        Deciding::TooEarly { term } => Refusal::new(
            Exit::Failed,
            format!("non è ancora trascorso il primo termine, {term}: finché corre non si decide"),
            "attendere; «campanella preview exclusions --at DATA» mostra che cosa ne seguirà",
        ),
        Deciding::Finished { published_at } => Refusal::new(
            Exit::Failed,
            format!("l'elenco definitivo è pubblicato dal {}: è l'esito", date(date_of(published_at))),
            "dopo la pubblicazione un esito si cambia solo con un nuovo atto dell'ufficio",
        ),
        Deciding::NoCause => no_cause(),
        Deciding::Unknown | Deciding::Changed { .. } | Deciding::Recorded { .. } => {
            Refusal::new(Exit::NotFound, "la domanda non è fra quelle registrate", "controllare il numero")
        }
    }
}

impl Report {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        let causes = if self.causes.is_empty() {
            String::new()
        } else {
            format!(" ({})", wording::causes(&self.causes))
        };
        let outcome = wording::outcome(self.outcome);
        out.line(&format!(
            "La domanda {} è {outcome}{causes}: revisione {}.",
            self.instance_number, self.revision
        ))?;
        if self.proposed != self.outcome {
            let proposed = wording::outcome(self.proposed);
            out.line(&format!(
                "Secondo le regole l'esito sarebbe: {proposed}. La motivazione resta agli atti."
            ))?;
        }
        out.line("Diventa pubblica con l'elenco: «campanella lists draft».")?;
        Ok(())
    }
}
