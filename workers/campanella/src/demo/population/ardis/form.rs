// SPDX-License-Identifier: EUPL-1.2
//! The form a family fills in.

use anyhow::Result;
use campanella_domain::ardis::{
    AccountHolder, ApplicantRole, Application, Channel, Declaration, Derogation, SchoolKind, SchoolLevel,
};
use campanella_domain::civil::zone::date_of;
use campanella_domain::identity::{InstanceNumber, Money};
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::super::account::account;
use super::super::calendar::date;
use super::super::dice::Dice;
use super::super::person::{
    ADULT_STUDENTS, Cohort, LOWER_SECONDARY, PARENTS, PRIMARY, Person, UPPER_SECONDARY, mail_address, person,
};
use super::super::world::World;
use super::filing::Filing;
use super::story::Story;

/// The numbers that make an application.
pub(super) struct Numbers {
    /// Of the application, from 0.
    pub(super) application: u64,
    /// Of the applicant among applicants.
    pub(super) applicant: u64,
    /// Of the student among students: two applications for one child share it.
    pub(super) student: u64,
}

/// The application of a story.
pub(super) fn fill_in(
    world: &World,
    story: Story,
    numbers: &Numbers,
    filing: Filing,
    dice: &mut Dice,
) -> Result<Application> {
    let (level, cohort) = level_of(story, numbers.student);
    let student = person(world.seed, cohort, numbers.student, &world.geography)?;
    let in_person = matches!(story, Story::AdultStudent | Story::JointAccount | Story::StudentNotOfAge);
    let applicant = if in_person {
        student.clone()
    } else {
        person(world.seed, PARENTS, numbers.applicant, &world.geography)?
    };
    let ordinary = ordinary(&applicant, student, level, numbers, filing, dice)?;
    let application = if in_person {
        Application {
            applicant_role: ApplicantRole::Student,
            account_holder: if story == Story::JointAccount {
                AccountHolder::Joint
            } else {
                AccountHolder::Student
            },
            ..ordinary
        }
    } else {
        ordinary
    };
    Ok(declared(story, with_peculiarity(story, application, dice), filing, dice))
}

/// School level and age of the student: a third each where the story does not say.
fn level_of(story: Story, student: u64) -> (SchoolLevel, Cohort) {
    match story {
        Story::AdultStudent | Story::JointAccount => (SchoolLevel::UpperSecondary, ADULT_STUDENTS),
        Story::StudentNotOfAge => (SchoolLevel::UpperSecondary, UPPER_SECONDARY),
        Story::SchoolOfAnotherLevel => (SchoolLevel::Other, PRIMARY),
        _ => match student / 2 % 3 {
            0 => (SchoolLevel::Primary, PRIMARY),
            1 => (SchoolLevel::LowerSecondary, LOWER_SECONDARY),
            _ => (SchoolLevel::UpperSecondary, UPPER_SECONDARY),
        },
    }
}

/// An application nothing stands against.
fn ordinary(
    applicant: &Person,
    student: Person,
    level: SchoolLevel,
    numbers: &Numbers,
    filing: Filing,
    dice: &mut Dice,
) -> Result<Application> {
    Ok(Application {
        instance_number: InstanceNumber::new(2025, numbers.application + 1)?,
        submitted_at: filing.submitted_at,
        channel: Channel::Online,
        applicant: applicant.tax_code.clone(),
        applicant_role: if dice.per_mille(30) { ApplicantRole::Guardian } else { ApplicantRole::Parent },
        applicant_email: mail_address(applicant, numbers.application)?,
        resident_in_region: true,
        resident_with_student: true,
        in_household: true,
        student: student.tax_code,
        student_birth_date: student.birth_date,
        school_kind: SchoolKind::Paritaria,
        school_level: level,
        enrolled: true,
        attending: true,
        foreign_school_eligible: false,
        foreign_need_documented: false,
        declaration: Declaration::HasAttestation,
        derogation: Derogation::None.into(),
        minors_isee_case: false,
        declared_expenses: Money::from_cents(i64::from(dice.between(40_000, 450_000))),
        iban: account(dice)?,
        account_holder: AccountHolder::Applicant,
    })
}

/// What the form says of school, residence and channel.
fn with_peculiarity(story: Story, ordinary: Application, dice: &mut Dice) -> Application {
    let foreign = |eligible, documented, application| Application {
        school_kind: SchoolKind::Foreign,
        foreign_school_eligible: eligible,
        foreign_need_documented: documented,
        ..application
    };
    match story {
        Story::ForeignSchool => foreign(true, true, ordinary),
        Story::ForeignNeedUndocumented => foreign(true, false, ordinary),
        Story::ForeignSchoolNotEligible => foreign(false, true, ordinary),
        Story::StateSchool => Application { school_kind: SchoolKind::State, ..ordinary },
        Story::StateSchoolNotAttended => {
            Application { school_kind: SchoolKind::State, attending: false, ..ordinary }
        }
        Story::NotAttending | Story::NotAttendingNorRegularised => {
            Application { attending: false, ..ordinary }
        }
        Story::NotEnrolled => Application { enrolled: false, attending: false, ..ordinary },
        Story::OtherChannel | Story::OtherChannelLate | Story::OtherChannelWithoutIsee => {
            let channel = [Channel::Paper, Channel::Email, Channel::Pec][dice.index(3)];
            Application { channel, ..ordinary }
        }
        Story::ApplicantElsewhere => Application { resident_with_student: false, ..ordinary },
        Story::OutsideTheRegion | Story::AboveTheCeilingOutsideTheRegion => {
            Application { resident_in_region: false, ..ordinary }
        }
        Story::ElsewhereOutsideTheRegion => {
            Application { resident_with_student: false, resident_in_region: false, ..ordinary }
        }
        Story::ApplicantNotInHousehold => Application { in_household: false, ..ordinary },
        _ => ordinary,
    }
}

/// What the form says of the ISEE (`ARD-009`, `ARD-014`, `ARD-026`).
fn declared(story: Story, application: Application, filing: Filing, dice: &mut Dice) -> Application {
    let declaration = match story {
        Story::DsuSignedAndSoonAttested
        | Story::AttestedAfterTheTerm
        | Story::DsuFoundInDecember
        | Story::DeclaredDsuNotFound
        | Story::AttestationNeverIssued
        | Story::NotAttendingNorRegularised => Declaration::DsuSigned,
        Story::DsuSignedSoonAfterApplying
        | Story::DsuSignedAfterTheReminder
        | Story::DsuSignedInTheLastSecond
        | Story::DsuLearnedInJanuary
        | Story::NoDsu
        | Story::DsuSignedAtMidnight => Declaration::DsuByDeadline,
        _ => Declaration::HasAttestation,
    };
    let submitted_on = date_of(filing.submitted_at);
    let widowed = |since| Derogation::Widowed { since: Some(since) };
    let derogation = match story {
        Story::WidowedWithinThreeYears => {
            widowed(submitted_on - TimeDelta::days(i64::from(dice.between(30, 1_000))))
        }
        Story::WidowedOnTheAnniversary => widowed(three_years_before(submitted_on)),
        Story::WidowhoodEndedButAttested | Story::WidowhoodEndedThisYear => {
            widowed(dice.day(date(2022, 1, 2), date(2022, 9, 30)))
        }
        Story::WidowhoodEndedLongAgo => widowed(dice.day(date(2019, 3, 1), date(2021, 12, 30))),
        Story::ProtectedPath => Derogation::ProtectedPath,
        _ => Derogation::None,
    };
    Application {
        declaration,
        derogation: derogation.into(),
        minors_isee_case: matches!(story, Story::MinorsIsee | Story::WrongIseeKind),
        ..application
    }
}

/// The window lies in autumn: there is no 29 February in it.
fn three_years_before(day: NaiveDate) -> NaiveDate {
    day.with_year(day.year() - 3).unwrap_or(day)
}
