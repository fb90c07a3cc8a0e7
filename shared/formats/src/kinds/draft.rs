// SPDX-License-Identifier: EUPL-1.2
//! `drafts.csv`: applications begun and not transmitted: the number is given, the application does not exist (ARD-043,
//! ARD-045).

use campanella_domain::identity::{EmailAddress, InstanceNumber};
use chrono::{DateTime, Utc};

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, instant_or_day, of_instant},
};

/// An application begun and not transmitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The number the form was given.
    pub instance_number: InstanceNumber,
    /// Where a courtesy mail goes.
    pub applicant_email: EmailAddress,
    /// When the form was begun.
    pub started_at: DateTime<Utc>,
}

impl Record for Draft {
    const KIND: Kind = Kind::Drafts;
    const COLUMNS: &'static [Column] = &[
        Column::required("instance_number", Values::Code),
        Column::required("applicant_email", Values::Email),
        Column::required("started_at", Values::InstantOrDay),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let instance_number = line.required("instance_number", code);
        let applicant_email = line.required("applicant_email", code);
        let started_at = line.required("started_at", instant_or_day);
        line.done((|| {
            Some(Self {
                instance_number: instance_number?,
                applicant_email: applicant_email?,
                started_at: started_at?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let Self { instance_number, applicant_email, started_at } = self;
        vec![instance_number.to_string(), applicant_email.expose().to_owned(), of_instant(*started_at)]
    }
}
