// SPDX-License-Identifier: EUPL-1.2
//! `self_certifications.csv`: forms received at the office's mailbox (ARD-017 to ARD-019), and what the check found.

use campanella_domain::{
    ardis::{CheckOutcome, IdentityDocument, SelfCertification},
    identity::InstanceNumber,
};

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, instant_or_day, of_instant, one_of, or_empty},
};

/// A self-certification received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfCertificationRow {
    /// The application it is for.
    pub instance_number: InstanceNumber,
    /// What came.
    pub form: SelfCertification,
}

impl Record for SelfCertificationRow {
    const KIND: Kind = Kind::SelfCertifications;
    const COLUMNS: &'static [Column] = &[
        Column::required("instance_number", Values::Code),
        Column::required("received_at", Values::InstantOrDay),
        Column::required("identity_document", Values::one_of::<IdentityDocument>()),
        Column::required("outcome", Values::one_of::<CheckOutcome>()),
        Column::may_be_empty("checked_at", Values::InstantOrDay),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let instance_number = line.required("instance_number", code);
        let received_at = line.required("received_at", instant_or_day);
        let identity_document = line.required("identity_document", one_of);
        let outcome = line.required("outcome", one_of);
        let checked_at = line.optional("checked_at", instant_or_day);
        line.done((|| {
            Some(Self {
                instance_number: instance_number?,
                form: SelfCertification {
                    received_at: received_at?,
                    identity_document: identity_document?,
                    outcome: outcome?,
                    checked_at: checked_at?,
                },
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let SelfCertification { received_at, identity_document, outcome, checked_at } = &self.form;
        vec![
            self.instance_number.to_string(),
            of_instant(*received_at),
            identity_document.as_str().to_owned(),
            outcome.as_str().to_owned(),
            or_empty(checked_at.as_ref(), |instant| of_instant(*instant)),
        ]
    }
}
