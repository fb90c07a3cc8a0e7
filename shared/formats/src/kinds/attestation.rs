// SPDX-License-Identifier: EUPL-1.2
//! `attestations.csv`: DSU and attestations as INPS gives them. All are kept.
//!
//! Without `issued_at` or `isee` a line is a DSU presented and not yet attested (`ardis::Attestation`).

use campanella_domain::{
    ardis::{Annotation, Attestation, IseeKind},
    identity::{Money, Redacted, TaxCode},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    cells::Reading,
    value::{amount, code, instant_or_day, kept, missing, of_instant, one_of, or_empty, year},
};

/// A DSU or an attestation. Debug output holds nothing personal.
#[derive(Clone, PartialEq, Eq)]
pub struct AttestationRow {
    /// The protocol INPS gave it.
    pub protocol: Option<Redacted<String>>,
    /// The student of whose household it is.
    pub student: TaxCode,
    /// Type of ISEE.
    pub kind: IseeKind,
    /// Legal time of the DSU (ARD-010).
    pub dsu_signed_at: DateTime<Utc>,
    /// Legal time of the attestation (ARD-020).
    pub issued_at: Option<DateTime<Utc>>,
    /// The year it is valid for (ARD-008).
    pub valid_year: i32,
    /// The indicator.
    pub isee: Option<Money>,
    /// What is printed at its foot (ARD-015).
    pub annotation: Annotation,
    /// When we learned of it; nothing if the file does not say: then, when it is imported.
    pub available_at: Option<DateTime<Utc>>,
}

impl AttestationRow {
    /// The attestation under an id, learned of at `now` unless the file says when.
    #[must_use]
    pub fn attestation(&self, id: Uuid, now: DateTime<Utc>) -> Attestation {
        Attestation {
            id,
            kind: self.kind,
            dsu_signed_at: self.dsu_signed_at,
            issued_at: self.issued_at,
            valid_year: self.valid_year,
            isee: self.isee,
            annotation: self.annotation,
            available_at: self.available_at.unwrap_or(now),
        }
    }
}

impl Record for AttestationRow {
    const KIND: Kind = Kind::Attestations;
    const COLUMNS: &'static [Column] = &[
        Column::may_be_empty("protocol", Values::Text),
        Column::required("student_tax_code", Values::Code),
        Column::required("kind", Values::one_of::<IseeKind>()),
        Column::required("dsu_signed_at", Values::InstantOrDay),
        Column::may_be_empty("issued_at", Values::InstantOrDay),
        Column::required("valid_year", Values::Year),
        Column::may_be_empty("isee", Values::Amount),
        Column::may_be_empty("annotation", Values::one_of::<Annotation>()),
        Column::may_be_absent("available_at", Values::InstantOrDay),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let protocol = line.optional("protocol", kept);
        let student = line.required("student_tax_code", code);
        let kind = line.required("kind", one_of);
        let dsu_signed_at = line.required("dsu_signed_at", instant_or_day);
        let issued_at = line.optional("issued_at", instant_or_day);
        let valid_year = line.required("valid_year", year);
        let isee = line.optional("isee", amount);
        let annotation = annotation(&mut line);
        let available_at = line.optional("available_at", instant_or_day);
        line.done((|| {
            Some(Self {
                protocol: protocol?,
                student: student?,
                kind: kind?,
                dsu_signed_at: dsu_signed_at?,
                issued_at: issued_at?,
                valid_year: valid_year?,
                isee: isee?,
                annotation: annotation?,
                available_at: available_at?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        vec![
            or_empty(self.protocol.as_ref(), |protocol| protocol.expose().clone()),
            self.student.expose().to_owned(),
            self.kind.as_str().to_owned(),
            of_instant(self.dsu_signed_at),
            or_empty(self.issued_at.as_ref(), |instant| of_instant(*instant)),
            self.valid_year.to_string(),
            or_empty(self.isee.as_ref(), |isee| isee.plain()),
            self.annotation.as_str().to_owned(),
            or_empty(self.available_at.as_ref(), |instant| of_instant(*instant)),
        ]
    }
}

/// There is none on what is not attested; of an attestation an empty cell may be an oversight, and conforming it must not
/// become by one.
fn annotation(line: &mut Reading<'_>) -> Option<Annotation> {
    match line.optional("annotation", one_of)? {
        Some(annotation) => Some(annotation),
        None if line.is_filled("issued_at") && line.is_filled("isee") => {
            line.fault("annotation", missing(Values::one_of::<Annotation>()));
            None
        }
        None => Some(Annotation::None),
    }
}

/// The indicator is economic data of a household.
impl std::fmt::Debug for AttestationRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AttestationRow")
            .field("kind", &self.kind)
            .field("dsu_signed_at", &self.dsu_signed_at)
            .field("issued_at", &self.issued_at)
            .field("valid_year", &self.valid_year)
            .field("annotation", &self.annotation)
            .field("available_at", &self.available_at)
            .finish_non_exhaustive()
    }
}
