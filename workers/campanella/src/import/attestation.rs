// SPDX-License-Identifier: EUPL-1.2
//! DSU and attestations as INPS gives them: added, never changed.
//!
//! A DSU that was presented and the attestation issued on it later are two rows, which the rules read together; so what was
//! known before the attestation came can still be told. One protocol may stand on an attestation of either kind, and on
//! those of several siblings. Another content for a student under a known protocol is refused: what INPS corrects it gives a
//! new protocol. When we learned of a row is the first file's word.

use std::collections::{BTreeSet, HashMap};

use campanella_domain::identity::TaxCode;
use campanella_formats::AttestationRow;
use campanella_messages::{ArdisIseeRecorded, Cause};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    StoreError,
    ardis::{
        application,
        attestation::{self, NewAttestation},
    },
};
use uuid::Uuid;

use super::load::{Contradiction, Load, Loaded, People, others, verdicts, written};

const OF_ATTESTATION: Contradiction<'static> = Contradiction {
    what: "l'attestazione",
    remedy: "controllare il protocollo: una rettifica dell'INPS ne ha uno nuovo",
    ignored: &["available_at"],
};

/// What comes with the attestation is no contradiction of a DSU that had none of it.
const OF_DSU: Contradiction<'static> = Contradiction {
    what: "la DSU",
    remedy: "controllare la data di sottoscrizione e l'anno",
    ignored: &["available_at", "protocol", "issued_at", "isee", "annotation"],
};

impl Load for AttestationRow {
    async fn load(lines: &[&Self], people: &People, work: &mut UnitOfWork<'_>) -> Result<Loaded, StoreError> {
        let now = work.now();
        let ids: Vec<Uuid> = lines.iter().map(|line| id(line, people)).collect();
        let new: Vec<NewAttestation> = lines
            .iter()
            .zip(&ids)
            .map(|(line, id)| NewAttestation {
                protocol: line.protocol.clone(),
                student: line.student.clone(),
                attestation: line.attestation(*id, now),
            })
            .collect();
        let inserted = attestation::insert(work.tx(), &new).await?;
        let written = written(&ids, &inserted);
        let students: BTreeSet<&TaxCode> = lines
            .iter()
            .zip(&written)
            .filter(|(_, written)| **written)
            .map(|(line, _)| &line.student)
            .collect();
        let students: Vec<&TaxCode> = students.into_iter().collect();
        let concerned = application::of_students(work.tx(), &students).await?;
        for application in concerned {
            work.emit(&ArdisIseeRecorded { application }, Cause::First);
        }
        let known = attestation::known(work.tx(), &others(&ids, &written)).await?;
        let known: HashMap<Uuid, Self> = known.into_iter().map(|(id, known)| (id, row(known))).collect();
        let refusal =
            |line: &Self| if line.issued_at.and(line.isee).is_some() { &OF_ATTESTATION } else { &OF_DSU };
        Ok(verdicts(lines, &ids, &written, &known, refusal).into())
    }
}

/// The line that would say what is known.
fn row(known: NewAttestation) -> AttestationRow {
    let NewAttestation { protocol, student, attestation } = known;
    AttestationRow {
        protocol,
        student,
        kind: attestation.kind,
        dsu_signed_at: attestation.dsu_signed_at,
        issued_at: attestation.issued_at,
        valid_year: attestation.valid_year,
        isee: attestation.isee,
        annotation: attestation.annotation,
        available_at: Some(attestation.available_at),
    }
}

/// Which row a line is: of what is attested the student's under its protocol, of what is not its signature's.
fn id(line: &AttestationRow, people: &People) -> Uuid {
    let bare = people.bare_dsu(&line.student, line.kind, line.dsu_signed_at);
    let attested = |protocol: &str| people.attestation(&line.student, line.kind, protocol);
    match (&line.protocol, line.issued_at.zip(line.isee)) {
        (Some(protocol), Some(_)) => attested(protocol.expose()),
        (None, Some((issued_at, _))) => attested(&format!("{bare} {}", issued_at.timestamp())),
        (_, None) => bare,
    }
}
