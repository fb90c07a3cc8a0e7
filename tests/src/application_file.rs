// SPDX-License-Identifier: EUPL-1.2
//! A file of applications as large as an office's, some of its lines broken in every way lines are broken.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use anyhow::Result;
use campanella_domain::{
    ardis::Application,
    identity::{InstanceNumber, Sex, TaxCode},
};
use campanella_formats::{Column, Record};
use chrono::{Days, NaiveDate};

use crate::Family;

/// A cell that no text about the file may show.
pub const CANARY: &str = "QZXCANARINO";

/// A file of applications.
#[derive(Debug, Clone, Copy)]
pub struct ApplicationFile {
    /// Lines, broken ones included.
    pub lines: u32,
    /// Of so many lines one is broken; 0: none.
    pub one_broken_in: u32,
}

/// Puts a text in the place of a cell.
type Break = (&'static str, fn(u32) -> String);

/// One cell broken, by column.
const BROKEN_CELLS: &[Break] = &[
    ("instance_number", |_| String::new()),
    ("instance_number", |_| CANARY.to_owned()),
    // That of the first application, which says something else.
    ("instance_number", |_| "2025-000001".to_owned()),
    ("submitted_at", |_| "10/11/2025".to_owned()),
    ("submitted_at", |_| "31/02/2025 10:00".to_owned()),
    ("channel", |_| "piccione".to_owned()),
    ("applicant_tax_code", |_| "RSSMRA85T10A562X".to_owned()),
    ("applicant_email", |_| format!("{CANARY} at posta")),
    ("resident_in_region", |_| "forse".to_owned()),
    ("student_tax_code", |_| CANARY.to_owned()),
    ("student_birth_date", |_| "2031-01-01".to_owned()),
    ("student_birth_date", |_| "'2012-13-01".to_owned()),
    ("school_kind", |_| "di quartiere".to_owned()),
    ("school_level", |_| String::new()),
    ("declaration", |_| CANARY.to_owned()),
    ("derogation", |_| CANARY.to_owned()),
    ("minors_isee_case", |_| "2".to_owned()),
    ("declared_expenses", |_| "1.545".to_owned()),
    ("declared_expenses", |_| "-10,00".to_owned()),
    ("declared_expenses", |_| "1,234".to_owned()),
    ("iban", |_| "IT61X0542811101000000123456".to_owned()),
    ("account_holder", |_| "\u{0}".to_owned()),
];

/// The whole line broken: cells too few, too many, a mark that is not closed, a line without end, two encodings.
const BROKEN_LINES: usize = 5;

impl ApplicationFile {
    /// Writes the file, separated by semicolons as Italian spreadsheets do, and returns the numbers of the broken lines.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(self, path: &Path) -> Result<Vec<u64>> {
        let mut file = BufWriter::new(File::create(path)?);
        let names: Vec<&str> = Application::COLUMNS.iter().map(|column| column.name).collect();
        writeln!(file, "{}", names.join(";"))?;
        let mut pattern = Pattern::new()?;
        let mut broken = Vec::new();
        for number in 1..=self.lines {
            let cells = pattern.application(number)?;
            let is_broken = self.one_broken_in > 0 && number % self.one_broken_in == 0;
            if is_broken {
                file.write_all(&broken_line(cells, broken.len(), number))?;
                broken.push(u64::from(number) + 1);
            } else {
                writeln!(file, "{}", cells.join(";"))?;
            }
        }
        file.flush()?;
        Ok(broken)
    }
}

/// Applications that differ in number, student and amount only.
struct Pattern {
    application: Application,
    first_day: NaiveDate,
}

impl Pattern {
    fn new() -> Result<Self> {
        let first_day = NaiveDate::from_yo_opt(2008, 1).unwrap_or_default();
        Ok(Self { application: Family::number(1)?.application, first_day })
    }

    fn application(&mut self, number: u32) -> Result<Vec<String>> {
        let born = self.first_day + Days::new(u64::from(number % 4_000));
        let sex = if number.is_multiple_of(2) { Sex::Female } else { Sex::Male };
        let application = &mut self.application;
        application.instance_number = InstanceNumber::new(2025, u64::from(number))?;
        application.student = TaxCode::compose("Zorzanello", "Allegra", born, sex, &"L483".parse()?);
        application.student_birth_date = born.into();
        Ok(application.write())
    }
}

fn broken_line(mut cells: Vec<String>, way: usize, number: u32) -> Vec<u8> {
    let way = way % (BROKEN_CELLS.len() + BROKEN_LINES);
    if let Some((column, text)) = BROKEN_CELLS.get(way) {
        let is_it = |known: &Column| known.name == *column;
        if let Some(cell) = Application::COLUMNS.iter().position(is_it).and_then(|place| cells.get_mut(place))
        {
            *cell = text(number);
        }
        return format!("{}\n", cells.join(";")).into_bytes();
    }
    let line = cells.join(";");
    match way - BROKEN_CELLS.len() {
        0 => format!("{}\n", cells[..5].join(";")).into_bytes(),
        1 => format!("{line};{CANARY};di troppo\n").into_bytes(),
        2 => format!("\"{line}\n").into_bytes(),
        3 => format!("{line}{}\n", "x".repeat(70_000)).into_bytes(),
        _ => [line.as_bytes(), b" citt\xc3\xa0 citt\xe0\n"].concat(),
    }
}
