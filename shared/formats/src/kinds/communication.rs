// SPDX-License-Identifier: EUPL-1.2
//! `communications.csv`: what schools and CPI communicate about a student (ARS-014 and following).
//!
//! A line is good whatever its type, and with the fields missing that ARS-012 and ARS-026 ask for: the rules find it
//! incomplete and say so to the school. Only what makes it a communication at all is required.

use campanella_domain::{
    ars::{Communication, CommunicationKind, CourseRegime, Student},
    identity::{CpiCode, Redacted, SchoolCode, TaxCode},
    ids,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Attendance, ClassListRow,
    student::{self, DETAILS},
};
use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    value::{code, flag, kept, of_flag, or_empty, text},
};

/// A communication about a student. Debug output holds nothing personal but the municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunicationRow {
    /// Whom it is about.
    pub tax_code: TaxCode,
    /// The student's data, if the line gives them: without, the register has to know the student.
    pub student: Option<Student>,
    /// What it says; an unknown type is kept as it stands (ARS-019).
    pub kind: CommunicationKind,
    /// Where the student attends, by the school that communicates.
    pub attendance: Attendance,
    /// The school the student goes to.
    pub receiving_school: Option<SchoolCode>,
    /// The CPI that entered a return (ARS-028).
    pub cpi: Option<CpiCode>,
    /// Whether the agreement with the CPI on a return is recorded (ARS-027).
    pub agreement: bool,
    /// Free text for the CPI's work list (ARS-033).
    pub notes: Option<Redacted<String>>,
}

impl CommunicationRow {
    /// A communication about a student, as a line: with the address and the telephone it carries, and no others.
    #[must_use]
    pub fn of(student: &Student, communication: &Communication, notes: Option<Redacted<String>>) -> Self {
        let student = Student {
            address: student.address.clone().filter(|_| communication.address_given),
            phone: student.phone.clone().filter(|_| communication.phone_given),
            ..student.clone()
        };
        Self {
            tax_code: student.tax_code.clone(),
            student: Some(student),
            kind: communication.kind.clone(),
            attendance: communication.into(),
            receiving_school: communication.receiving_school.clone(),
            cpi: communication.cpi.clone(),
            agreement: communication.agreement,
            notes,
        }
    }

    /// The same as a line of a class list, if it says nothing that such a line has no cell for.
    #[must_use]
    pub fn class_list(&self) -> Option<ClassListRow> {
        let student = self.student.clone()?;
        let row = ClassListRow { student, attendance: self.attendance.clone() };
        (Self::from(row.clone()) == *self).then_some(row)
    }

    /// The communication about the student of an id, received at `now` unless the file says when.
    #[must_use]
    pub fn communication(&self, student: Uuid, now: DateTime<Utc>) -> Communication {
        let details = self.student.as_ref();
        let Attendance { school, course, event_date, received_at, class, section } = self.attendance.clone();
        let unnamed = Communication {
            id: Uuid::nil(),
            kind: self.kind.clone(),
            school,
            course,
            event_date,
            received_at: received_at.unwrap_or(now),
            receipts: received_at.into_iter().collect(),
            class,
            section,
            address_given: details.is_some_and(|student| student.address.is_some()),
            phone_given: details.is_some_and(|student| student.phone.is_some()),
            notes_given: self.notes.is_some(),
            receiving_school: self.receiving_school.clone(),
            cpi: self.cpi.clone(),
            agreement: self.agreement,
        };
        let notes = self.notes.as_ref().map(|notes| notes.expose().as_str());
        Communication { id: ids::communication(student, &unnamed, notes), ..unnamed }
    }
}

impl Record for CommunicationRow {
    const KIND: Kind = Kind::Communications;
    const COLUMNS: &'static [Column] = &[
        Column::required("student_tax_code", Values::Code),
        Column::may_be_absent("first_name", Values::Text),
        Column::may_be_absent("last_name", Values::Text),
        Column::may_be_absent("birth_date", Values::Date),
        Column::may_be_absent("residence", Values::Code),
        Column::may_be_absent("domicile", Values::Code),
        Column::may_be_absent("address", Values::Text),
        Column::may_be_absent("phone", Values::Text),
        Column::required("kind", Values::Text),
        Column::required("school_code", Values::Code),
        Column::required("course", Values::one_of::<CourseRegime>()),
        Column::required("event_date", Values::Date),
        Column::may_be_absent("received_at", Values::InstantOrDay),
        Column::may_be_empty("class", Values::Text),
        Column::may_be_empty("section", Values::Text),
        Column::may_be_absent("receiving_school", Values::Code),
        Column::may_be_absent("cpi_code", Values::Code),
        Column::may_be_absent("agreement", Values::Flag),
        Column::may_be_absent("notes", Values::Text),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let (tax_code, student) = if DETAILS.iter().any(|name| line.is_filled(name)) {
            let student = student::student(&mut line);
            (student.as_ref().map(|student| student.tax_code.clone()), student.map(Some))
        } else {
            (line.required("student_tax_code", code), Some(None))
        };
        let kind = line.required("kind", text).map(|text| CommunicationKind::from(text.as_str()));
        let attendance = Attendance::read(&mut line);
        let receiving_school = line.optional("receiving_school", code);
        let cpi = line.optional("cpi_code", code);
        let agreement = line.or("agreement", flag, false);
        let notes = line.optional("notes", kept);
        line.done((|| {
            Some(Self {
                tax_code: tax_code?,
                student: student?,
                kind: kind?,
                attendance: attendance?,
                receiving_school: receiving_school?,
                cpi: cpi?,
                agreement: agreement?,
                notes: notes?,
            })
        })())
    }

    fn write(&self) -> Vec<String> {
        let mut cells = vec![self.tax_code.expose().to_owned()];
        cells.extend(self.student.as_ref().map(student::details).unwrap_or_default());
        cells.push(self.kind.code().to_owned());
        cells.extend(self.attendance.cells());
        cells.extend([
            or_empty(self.receiving_school.as_ref(), ToString::to_string),
            or_empty(self.cpi.as_ref(), ToString::to_string),
            of_flag(self.agreement),
            or_empty(self.notes.as_ref(), |notes| notes.expose().clone()),
        ]);
        cells
    }
}
