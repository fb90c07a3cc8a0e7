// SPDX-License-Identifier: EUPL-1.2
//! `applications.csv`: applications as transmitted.
//!
//! A birth date that does not fit the tax code, a form that came on paper, an account of somebody else: all good lines.
//! The rules have an answer to each, or a person has.

use campanella_domain::{
    ardis::{
        AccountHolder, ApplicantRole, Application, Channel, Declaration, Derogation, SchoolKind, SchoolLevel,
    },
    civil::zone::date_of,
    identity::{Iban, InstanceNumber, TaxCode},
};

use crate::{
    Cells, Column, Fault, Kind, Record, Values,
    cells::Reading,
    value::{Trouble, amount, code, date, flag, instant, missing, of_flag, of_instant, one_of, or_empty},
    word::Word,
};

/// The derogation selected (ARD-022, ARD-024), without the date that goes with one of them.
#[derive(Clone, Copy)]
enum DerogationWord {
    None,
    Widowed,
    ProtectedPath,
}

impl Word for DerogationWord {
    const ALL: &'static [Self] = &[Self::None, Self::Widowed, Self::ProtectedPath];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Widowed => "widowed",
            Self::ProtectedPath => "protected-path",
        }
    }
}

impl Record for Application {
    const KIND: Kind = Kind::Applications;
    const COLUMNS: &'static [Column] = &[
        Column::required("instance_number", Values::Code),
        // Its hour decides (ARD-040): a bare day will not do.
        Column::required("submitted_at", Values::Instant),
        Column::required("channel", Values::one_of::<Channel>()),
        Column::required("applicant_tax_code", Values::Code),
        Column::may_be_absent("applicant_role", Values::one_of::<ApplicantRole>()),
        Column::required("applicant_email", Values::Email),
        Column::required("resident_in_region", Values::Flag),
        Column::required("resident_with_student", Values::Flag),
        Column::may_be_absent("in_household", Values::Flag),
        Column::required("student_tax_code", Values::Code),
        Column::required("student_birth_date", Values::Date),
        Column::required("school_kind", Values::one_of::<SchoolKind>()),
        Column::required("school_level", Values::one_of::<SchoolLevel>()),
        Column::required("enrolled", Values::Flag),
        Column::required("attending", Values::Flag),
        Column::may_be_empty("foreign_school_eligible", Values::Flag),
        Column::may_be_empty("foreign_need_documented", Values::Flag),
        Column::required("declaration", Values::one_of::<Declaration>()),
        Column::required("derogation", Values::one_of::<DerogationWord>()),
        Column::may_be_empty("widowed_since", Values::Date),
        Column::required("minors_isee_case", Values::Flag),
        Column::required("declared_expenses", Values::Amount),
        Column::required("iban", Values::Code),
        Column::required("account_holder", Values::one_of::<AccountHolder>()),
    ];

    fn read(cells: &Cells<'_>) -> Result<Self, Vec<Fault>> {
        let mut line = cells.reading();
        let record = application(&mut line);
        line.done(record)
    }

    fn write(&self) -> Vec<String> {
        let (derogation, widowed_since) = match self.derogation.expose() {
            Derogation::None => (DerogationWord::None, None),
            Derogation::Widowed { since } => (DerogationWord::Widowed, since.as_ref()),
            Derogation::ProtectedPath => (DerogationWord::ProtectedPath, None),
        };
        vec![
            self.instance_number.to_string(),
            of_instant(self.submitted_at),
            self.channel.as_str().to_owned(),
            self.applicant.expose().to_owned(),
            self.applicant_role.as_str().to_owned(),
            self.applicant_email.expose().to_owned(),
            of_flag(self.resident_in_region),
            of_flag(self.resident_with_student),
            of_flag(self.in_household),
            self.student.expose().to_owned(),
            self.student_birth_date.expose().to_string(),
            self.school_kind.as_str().to_owned(),
            self.school_level.as_str().to_owned(),
            of_flag(self.enrolled),
            of_flag(self.attending),
            of_flag(self.foreign_school_eligible),
            of_flag(self.foreign_need_documented),
            self.declaration.as_str().to_owned(),
            derogation.word().to_owned(),
            or_empty(widowed_since, ToString::to_string),
            of_flag(self.minors_isee_case),
            self.declared_expenses.plain(),
            self.iban.expose().to_owned(),
            self.account_holder.as_str().to_owned(),
        ]
    }
}

/// Everything is read before anything is given up, so that all faults of a line are found at once.
fn application(line: &mut Reading<'_>) -> Option<Application> {
    let instance_number = line.required("instance_number", code::<InstanceNumber>);
    let submitted_at = line.required("submitted_at", instant);
    let channel = line.required("channel", one_of);
    let applicant = line.required("applicant_tax_code", code::<TaxCode>);
    let applicant_role = line.optional("applicant_role", one_of);
    let applicant_email = line.required("applicant_email", code);
    let resident_in_region = line.required("resident_in_region", flag);
    let resident_with_student = line.required("resident_with_student", flag);
    let in_household = line.or("in_household", flag, true);
    let student = line.required("student_tax_code", code::<TaxCode>);
    let student_birth_date = line.required("student_birth_date", date);
    let school_kind = line.required("school_kind", one_of);
    let school_level = line.required("school_level", one_of);
    let enrolled = line.required("enrolled", flag);
    let attending = line.required("attending", flag);
    let foreign_school_eligible = of_foreign(line, "foreign_school_eligible", school_kind);
    let foreign_need_documented = of_foreign(line, "foreign_need_documented", school_kind);
    let declaration = line.required("declaration", one_of);
    let derogation = derogation(line);
    let minors_isee_case = line.required("minors_isee_case", flag);
    let declared_expenses = line.required("declared_expenses", amount);
    let iban = line.required("iban", code::<Iban>);
    let account_holder = line.required("account_holder", one_of);
    if student_birth_date.zip(submitted_at).is_some_and(|(birth, at)| birth > date_of(at)) {
        line.fault(
            "student_birth_date",
            Trouble::new("lo studente nasce dopo la domanda", "controllare l'anno"),
        );
    }
    let (applicant, student) = (applicant?, student?);
    Some(Application {
        instance_number: instance_number?,
        submitted_at: submitted_at?,
        channel: channel?,
        applicant_role: applicant_role?.unwrap_or_else(|| ApplicantRole::of(&applicant, &student)),
        applicant,
        applicant_email: applicant_email?,
        resident_in_region: resident_in_region?,
        resident_with_student: resident_with_student?,
        in_household: in_household?,
        student,
        student_birth_date: student_birth_date?.into(),
        school_kind: school_kind?,
        school_level: school_level?,
        enrolled: enrolled?,
        attending: attending?,
        foreign_school_eligible: foreign_school_eligible?,
        foreign_need_documented: foreign_need_documented?,
        declaration: declaration?,
        derogation: derogation?.into(),
        minors_isee_case: minors_isee_case?,
        declared_expenses: declared_expenses?,
        iban: iban?,
        account_holder: account_holder?,
    })
}

/// What is asked of foreign schools only (ARD-004, ARD-006): of others the cell may be empty.
fn of_foreign(line: &mut Reading<'_>, name: &'static str, school: Option<SchoolKind>) -> Option<bool> {
    let flag = line.optional(name, flag)?;
    if flag.is_none() && school == Some(SchoolKind::Foreign) {
        line.fault(name, missing(Values::Flag));
    }
    Some(flag.unwrap_or(false))
}

/// The date counts for the widowed alone; of them it may be missing, which the rules leave to an officer (OQ-B11).
fn derogation(line: &mut Reading<'_>) -> Option<Derogation> {
    let word = line.required("derogation", one_of);
    let since = line.optional("widowed_since", date);
    Some(match word? {
        DerogationWord::None => Derogation::None,
        DerogationWord::Widowed => Derogation::Widowed { since: since? },
        DerogationWord::ProtectedPath => Derogation::ProtectedPath,
    })
}
