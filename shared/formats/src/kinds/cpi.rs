// SPDX-License-Identifier: EUPL-1.2
//! `cpi.csv`: employment centres.

use campanella_domain::ars::Cpi;

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, province, text},
};

impl Record for Cpi {
    const KIND: Kind = Kind::Cpi;
    const COLUMNS: &'static [Column] = &[
        Column::required("cpi_code", Values::Code),
        Column::required("name", Values::Text),
        Column::required("province", Values::Code),
        Column::required("mailbox", Values::Email),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let cpi_code = line.required("cpi_code", code);
        let name = line.required("name", text);
        let province = line.required("province", province);
        let mailbox = line.required("mailbox", code);
        line.done((|| Some(Self { code: cpi_code?, name: name?, province: province?, mailbox: mailbox? }))())
    }

    fn write(&self) -> Vec<String> {
        let Self { code, name, province, mailbox } = self;
        vec![code.to_string(), name.clone(), province.clone(), mailbox.expose().to_owned()]
    }
}
