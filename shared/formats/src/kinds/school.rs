// SPDX-License-Identifier: EUPL-1.2
//! `schools.csv`: schools and vocational training schools.

use campanella_domain::{
    ars::{School, SchoolType},
    identity::SchoolCode,
    ids,
};

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, flag, of_flag, one_of, text},
};

impl Record for School {
    const KIND: Kind = Kind::Schools;
    const COLUMNS: &'static [Column] = &[
        Column::required("school_code", Values::Code),
        Column::required("name", Values::Text),
        Column::required("municipality", Values::Code),
        Column::required("kind", Values::one_of::<SchoolType>()),
        Column::required("delivers_iefp", Values::Flag),
        Column::required("mailbox", Values::Email),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let school_code = line.required("school_code", code::<SchoolCode>);
        let name = line.required("name", text);
        let municipality = line.required("municipality", code);
        let kind = line.required("kind", one_of);
        let delivers_iefp = line.required("delivers_iefp", flag);
        let mailbox = line.required("mailbox", code);
        line.done((|| {
            let code = school_code?;
            Some(Self {
                id: ids::school(&code),
                code,
                name: name?,
                municipality: municipality?,
                kind: kind?,
                delivers_iefp: delivers_iefp?,
                mailbox: mailbox?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let Self { id: _, code, name, municipality, kind, delivers_iefp, mailbox } = self;
        vec![
            code.to_string(),
            name.clone(),
            municipality.to_string(),
            kind.as_str().to_owned(),
            of_flag(*delivers_iefp),
            mailbox.expose().to_owned(),
        ]
    }
}
