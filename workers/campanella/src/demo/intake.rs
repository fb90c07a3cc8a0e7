// SPDX-License-Identifier: EUPL-1.2
//! What portals would do: facts and their messages, in one transaction.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_domain::{ardis::Outcome, identity::Redacted, ids};
use campanella_jobs::{
    Changing, Deciding, OfficerVerdict, OfficerWord, ReceivedChange, ReceivedObservation, answer_observation,
    decide_by_officer, record_change, record_observation,
};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArsCommunicationRecorded, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
        decision,
        draft::{self, Draft},
        self_certification::{self, NewSelfCertification},
    },
    ars::{
        case::{self, Taking},
        communication::{self, NewCommunication},
        student::{self, NewStudent},
    },
};
use uuid::Uuid;

use super::population::{AnswerRow, ChangeRow, ObservationRow, OfficerDecision, Tick, notes};

/// Writes what arrives at one moment and emits what follows from it.
///
/// # Errors
/// Any store error.
pub(super) async fn record(tick: &Tick, work: &mut UnitOfWork<'_>) -> Result<()> {
    take_in_charge(tick, work).await?;
    register(tick, work).await?;
    drafts(tick, work).await?;
    applications(tick, work).await?;
    for change in &tick.changes {
        let ChangeRow { application, received_at, .. } = *change;
        let (email, iban) = (change.email.clone(), change.iban.clone());
        let change = ReceivedChange { application, received_at, email, iban };
        let changing = record_change(&change, work).await?;
        anyhow::ensure!(changing == Changing::Recorded, "a change about {application} is {changing:?}");
    }
    for row in &tick.observations {
        let ObservationRow { application, received_at, channel, .. } = *row;
        let received = ReceivedObservation {
            application,
            received_at,
            stated_at: received_at,
            channel,
            reference: None,
        };
        record_observation(&received, work).await?;
    }
    for row in &tick.answers {
        answer(row, work).await?;
    }
    for decision in &tick.officer_decisions {
        decide(decision, work).await?;
    }
    Ok(())
}

/// What the operators of CPI do: cases taken in charge.
async fn take_in_charge(tick: &Tick, work: &mut UnitOfWork<'_>) -> Result<()> {
    const OPERATOR: &str = "Operatore dimostrativo";
    for period in &tick.takings {
        let number = ids::case_number(*period);
        let taking = case::take(work.tx(), &number, OPERATOR, tick.at).await?;
        anyhow::ensure!(taking == Taking::Taken, "case {number} cannot be taken in charge");
    }
    Ok(())
}

/// Forms begun (ARDIS).
async fn drafts(tick: &Tick, work: &mut UnitOfWork<'_>) -> Result<()> {
    let drafts: Vec<Draft> = tick
        .drafts
        .iter()
        .map(|row| Draft {
            id: ids::application(row.instance_number),
            instance_number: row.instance_number,
            mailbox: row.mailbox.clone(),
            started_at: row.started_at,
        })
        .collect();
    draft::upsert(work.tx(), &drafts).await?;
    Ok(())
}

/// The office answers an observation, and decides anew where it accepts it (ARD-087).
async fn answer(row: &AnswerRow, work: &mut UnitOfWork<'_>) -> Result<()> {
    let (officer, motivation) = (row.officer.to_owned().into(), row.motivation.to_owned().into());
    answer_observation(row.observation, row.decision.is_some(), officer, motivation, work).await?;
    if let Some(decision) = &row.decision {
        decide(decision, work).await?;
    }
    Ok(())
}

/// Students and communications (ARS).
async fn register(tick: &Tick, work: &mut UnitOfWork<'_>) -> Result<()> {
    if tick.communications.is_empty() {
        return Ok(());
    }
    let students: Vec<NewStudent> = tick
        .students
        .iter()
        .map(|pupil| NewStudent { id: pupil.id, student: pupil.student.clone(), recorded_at: tick.at })
        .collect();
    student::upsert(work.tx(), &students).await?;
    let communications: Vec<NewCommunication> = tick
        .communications
        .iter()
        .map(|one| NewCommunication {
            student: one.student,
            communication: one.communication.clone(),
            notes: notes(&one.communication).map(|notes| Redacted::new(notes.to_owned())),
        })
        .collect();
    communication::insert(work.tx(), &communications).await?;
    let concerned: BTreeSet<Uuid> = tick.communications.iter().map(|one| one.student).collect();
    for student in concerned {
        work.emit(&ArsCommunicationRecorded { student }, Cause::First);
    }
    Ok(())
}

/// Applications and what is known of their ISEE (ARDIS).
async fn applications(tick: &Tick, work: &mut UnitOfWork<'_>) -> Result<()> {
    let new: Vec<NewApplication> = tick
        .applications
        .iter()
        .map(|(id, application)| NewApplication {
            id: *id,
            application: application.clone(),
            recorded_at: tick.at,
        })
        .collect();
    application::insert(work.tx(), &new).await?;
    let attestations: Vec<NewAttestation> = tick
        .isee
        .iter()
        .map(|row| NewAttestation {
            protocol: row.protocol.clone().map(Redacted::new),
            student: row.student.clone(),
            attestation: row.attestation.clone(),
        })
        .collect();
    attestation::insert(work.tx(), &attestations).await?;
    let forms: Vec<NewSelfCertification> = tick
        .self_certifications
        .iter()
        .map(|row| NewSelfCertification {
            id: row.id,
            application: row.application,
            self_certification: row.form.clone(),
        })
        .collect();
    self_certification::insert(work.tx(), &forms).await?;
    for (application, _) in &tick.applications {
        work.emit(&ArdisApplicationRecorded { application: *application }, Cause::First);
    }
    let by_inps = tick.isee.iter().flat_map(|row| row.applications.iter().copied());
    let concerned: BTreeSet<Uuid> =
        by_inps.chain(tick.self_certifications.iter().map(|row| row.application)).collect();
    for application in concerned {
        work.emit(&ArdisIseeRecorded { application }, Cause::First);
    }
    Ok(())
}

/// An officer settles what the rules left open.
async fn decide(word: &OfficerDecision, work: &mut UnitOfWork<'_>) -> Result<()> {
    let verdict = match word.verdict.outcome {
        Outcome::Admitted => OfficerVerdict::Admitted,
        _ => OfficerVerdict::Excluded(word.verdict.causes.to_vec()),
    };
    let application = word.application;
    let officer = Redacted::new(word.officer.to_owned());
    let motivation = Redacted::new(word.motivation.to_owned());
    let seen = decision::newest(work.tx(), &[application]).await?.remove(&application);
    let revision = seen.map_or(0, |newest| newest.revision);
    let mut word = OfficerWord { application, revision, verdict, officer, motivation };
    let mut deciding = decide_by_officer(&word, work).await?;
    if let Deciding::Changed { revision } = deciding {
        // The officer looks at what was learned meanwhile, and says the same.
        word.revision = revision;
        deciding = decide_by_officer(&word, work).await?;
    }
    anyhow::ensure!(matches!(deciding, Deciding::Recorded { .. }), "application {application}: {deciding:?}");
    Ok(())
}
