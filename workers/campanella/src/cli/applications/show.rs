// SPDX-License-Identifier: EUPL-1.2
//! `campanella applications show`: the data of an application, and how it stands.

use anyhow::{Context as _, Result};
use campanella_domain::{
    ardis::{CheckOutcome, FactName, FactRead, FactValue},
    identity::InstanceNumber,
};
use campanella_store::ardis::{application, data_change, decision, observation, published_list, review};
use clap::Args;

use super::account::{Account, Sources};
use crate::{
    cli::{Exit, Output, Table, explain::words, given},
    installation::Installation,
    wording,
};

/// Mostra i dati di una domanda e come sta; codici fiscali, indirizzi e conto sono mascherati
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Numero della domanda, come 2025-004217
    #[arg(value_name = "DOMANDA", value_parser = given::instance_number)]
    instance: InstanceNumber,
}

impl Show {
    pub(super) async fn execute(self, installation: &Installation, out: &mut Output<'_>) -> Result<Exit> {
        let mut tx = installation.store.read().await?;
        let id = given::application(&mut tx, self.instance).await?;
        let facts = application::facts(&mut tx, &[id]).await?.remove(&id).context("la domanda")?;
        let history = decision::history(&mut tx, id).await?;
        let review = match history.last() {
            Some(newest) => review::of_decision(&mut tx, newest.id).await?,
            None => None,
        };
        let changes = data_change::of_application(&mut tx, id).await?;
        let lists = published_list::of_application(&mut tx, id).await?;
        let observations = observation::of_application(&mut tx, id).await?;
        tx.rollback().await?;
        let account = Account::of(&Sources {
            facts: &facts,
            history: &history,
            review: review.as_ref(),
            changes: &changes,
            lists: &lists,
            observations: &observations,
        });
        if out.is_json() {
            out.json(&account)?;
        } else {
            account.tell(out)?;
        }
        Ok(Exit::Done)
    }
}

/// A fact with its label, in the words of `explain`.
fn fact(name: FactName, value: impl Into<FactValue>) -> String {
    let fact = FactRead { name, value: value.into() };
    format!("  {}: {}", name.label(), words::value(&fact))
}

impl Account {
    fn tell(&self, out: &mut Output<'_>) -> Result<()> {
        out.line(&format!("Domanda {}", self.instance_number))?;
        if let Some(last) = &self.final_list {
            out.line(&wording::final_outcome(last.outcome, &last.causes, last.published_at))?;
        }
        out.line("")?;
        for line in self.data() {
            out.line(&line)?;
        }
        for change in &self.changes {
            let data: Vec<&str> =
                [&change.email, &change.iban].into_iter().filter_map(|datum| datum.as_deref()).collect();
            let received = wording::short_moment(change.received_at);
            out.line(&format!("  Variazione comunicata il {received}: {}", data.join(", ")))?;
        }
        self.isee(out)?;
        self.standing(out)?;
        out.line("")?;
        out.line(&format!("Perché: «campanella explain {}».", self.instance_number))?;
        Ok(())
    }

    fn data(&self) -> Vec<String> {
        vec![
            "Dati della domanda".to_owned(),
            fact(FactName::SubmittedAt, self.submitted_at),
            fact(FactName::Channel, self.channel.as_str()),
            format!("  Richiedente: {}, {}", self.applicant_tax_code, self.applicant_email),
            fact(FactName::ApplicantRole, self.applicant_role.as_str()),
            format!("  Studente: {}", self.student_tax_code),
            fact(FactName::StudentIsAdult, self.student_is_adult),
            fact(FactName::ResidentInRegion, self.resident_in_region),
            fact(FactName::ResidentWithStudent, self.resident_with_student),
            fact(FactName::InHousehold, self.in_household),
            fact(FactName::SchoolKind, self.school_kind.as_str()),
            fact(FactName::SchoolLevel, self.school_level.as_str()),
            fact(FactName::Enrolled, self.enrolled),
            fact(FactName::Attending, self.attending),
            fact(FactName::Declaration, self.declaration.as_str()),
            format!("  Spese dichiarate: {}", self.declared_expenses),
            format!("  Conto: {}", self.iban),
            fact(FactName::AccountHolder, self.account_holder.as_str()),
        ]
    }

    fn isee(&self, out: &mut Output<'_>) -> Result<()> {
        let (Some(attestations), Some(forms)) = (&self.attestations, &self.self_certifications) else {
            out.line("")?;
            out.line("Attestazioni ISEE, DSU e autocertificazioni: non mostrate finché il requisito è da verificare.")?;
            return Ok(());
        };
        if !attestations.is_empty() {
            out.line("")?;
            out.line("Attestazioni ISEE e DSU")?;
            let mut table =
                Table::new(["  DSU sottoscritta", "rilasciata", "anno", "ISEE", "annotazioni", "nota dal"]);
            for one in attestations {
                let annotation =
                    FactRead { name: FactName::Annotation, value: one.annotation.as_str().into() };
                table.row([
                    format!("  {}", wording::short_moment(one.dsu_signed_at)),
                    one.issued_at.map_or_else(|| "—".to_owned(), wording::short_moment),
                    one.valid_year.to_string(),
                    one.isee.map_or_else(|| "—".to_owned(), |isee| isee.to_string()),
                    words::value(&annotation),
                    wording::short_moment(one.available_at),
                ]);
            }
            out.table(&table)?;
        }
        for form in forms {
            let received = wording::moment(form.received_at);
            let outcome = match form.outcome {
                CheckOutcome::Accepted => "accettata",
                CheckOutcome::Rejected => "respinta",
                CheckOutcome::Unchecked => "non ancora verificata",
            };
            out.line(&format!("Autocertificazione ricevuta {received}: {outcome}"))?;
        }
        Ok(())
    }

    fn standing(&self, out: &mut Output<'_>) -> Result<()> {
        out.line("")?;
        match &self.decision {
            None => out.line("Nessuna decisione: la domanda è valutata alla scadenza dei termini.")?,
            Some(decision) => {
                let outcome = wording::outcome(decision.outcome);
                let said = match self.final_list {
                    None => format!("Esito: {}", outcome.to_uppercase()),
                    Some(_) => format!("Ultima decisione: {outcome}"),
                };
                let origin = words::origin(decision.origin);
                let causes = wording::causes(&decision.causes);
                out.line(&format!("{said}, cause: {causes} ({origin}, revisione {})", decision.revision))?;
                for doubt in &decision.doubts {
                    out.line(&format!("  • {doubt}"))?;
                }
                if decision.to_review {
                    out.line(
                        "  DA RIESAMINARE: dopo la decisione del funzionario la valutazione è cambiata.",
                    )?;
                }
            }
        }
        for list in &self.lists {
            let (kind, when) = (wording::list(list.kind), wording::short_moment(list.published_at));
            let amount = list.contribution();
            let (outcome, causes) = (wording::outcome(list.outcome), wording::causes(&list.causes));
            out.line(&format!("Elenco {kind} del {when}: {outcome}, cause: {causes}{amount}"))?;
        }
        for observation in &self.observations {
            observation.tell(out)?;
        }
        Ok(())
    }
}
