// SPDX-License-Identifier: EUPL-1.2
//! `class_lists.csv`: the students of a class, each a confirmation of enrolment (ARS-007, ARS-008, ARS-011).
//!
//! A line without address, telephone or class is good: the rules find it incomplete (ARS-012, ARS-013).

use campanella_domain::ars::{CommunicationKind, CourseRegime, Student};

use super::{Attendance, CommunicationRow, student};
use crate::{Cells, Column, Fault, Kind, Record, Values};

/// A student of a class. Debug output holds nothing personal but the municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassListRow {
    /// Who.
    pub student: Student,
    /// Where, by the school that confirms, from the first day of the year or that of a later enrolment.
    pub attendance: Attendance,
}

impl From<ClassListRow> for CommunicationRow {
    fn from(row: ClassListRow) -> Self {
        Self {
            tax_code: row.student.tax_code.clone(),
            student: Some(row.student),
            kind: CommunicationKind::EnrolmentConfirmation,
            attendance: row.attendance,
            receiving_school: None,
            cpi: None,
            agreement: false,
            notes: None,
        }
    }
}

impl Record for ClassListRow {
    const KIND: Kind = Kind::ClassLists;
    const COLUMNS: &'static [Column] = &[
        Column::required("student_tax_code", Values::Code),
        Column::required("first_name", Values::Text),
        Column::required("last_name", Values::Text),
        Column::required("birth_date", Values::Date),
        Column::required("residence", Values::Code),
        Column::may_be_empty("domicile", Values::Code),
        Column::may_be_empty("address", Values::Text),
        Column::may_be_empty("phone", Values::Text),
        Column::required("school_code", Values::Code),
        Column::required("course", Values::one_of::<CourseRegime>()),
        Column::required("event_date", Values::Date),
        Column::may_be_absent("received_at", Values::InstantOrDay),
        Column::may_be_empty("class", Values::Text),
        Column::may_be_empty("section", Values::Text),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let student = student::student(&mut line);
        let attendance = Attendance::read(&mut line);
        line.done((|| Some(Self { student: student?, attendance: attendance? }))())
    }

    fn write(&self) -> Vec<String> {
        let mut cells = vec![self.student.tax_code.expose().to_owned()];
        cells.extend(student::details(&self.student));
        cells.extend(self.attendance.cells());
        cells
    }
}
