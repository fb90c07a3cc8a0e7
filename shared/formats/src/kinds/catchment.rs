// SPDX-License-Identifier: EUPL-1.2
//! `catchments.csv`: which CPI is competent for a municipality (ARS-049).

use campanella_domain::ars::Catchment;

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, text},
};

/// Who says so, where the file does not.
const OFFICE: &str = "office";

impl Record for Catchment {
    const KIND: Kind = Kind::Catchments;
    const COLUMNS: &'static [Column] = &[
        Column::required("municipality", Values::Code),
        Column::required("cpi_code", Values::Code),
        Column::may_be_absent("source", Values::Text),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let municipality = line.required("municipality", code);
        let cpi = line.required("cpi_code", code);
        let source = line.or("source", text, OFFICE.to_owned());
        line.done((|| Some(Self { municipality: municipality?, cpi: cpi?, source: source? }))())
    }

    fn write(&self) -> Vec<String> {
        let Self { municipality, cpi, source } = self;
        vec![municipality.to_string(), cpi.to_string(), source.clone()]
    }
}
