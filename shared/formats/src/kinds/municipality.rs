// SPDX-License-Identifier: EUPL-1.2
//! `municipalities.csv`: Italian municipalities, as ISTAT lists them.

use campanella_domain::ars::Municipality;

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, province, text},
};

impl Record for Municipality {
    const KIND: Kind = Kind::Municipalities;
    const COLUMNS: &'static [Column] = &[
        Column::required("istat_code", Values::Code),
        Column::required("name", Values::Text),
        Column::required("province", Values::Code),
        Column::required("region", Values::Text),
        Column::required("cadastral_code", Values::Code),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let istat_code = line.required("istat_code", code);
        let name = line.required("name", text);
        let province = line.required("province", province);
        let region = line.required("region", text);
        let cadastral_code = line.required("cadastral_code", code);
        line.done((|| {
            Some(Self {
                code: istat_code?,
                name: name?,
                province: province?,
                region: region?,
                cadastral_code: cadastral_code?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let Self { code, name, province, region, cadastral_code } = self;
        vec![code.to_string(), name.clone(), province.clone(), region.clone(), cadastral_code.to_string()]
    }
}
