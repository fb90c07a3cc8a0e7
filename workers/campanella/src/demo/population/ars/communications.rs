// SPDX-License-Identifier: EUPL-1.2
//! Communications as the register receives them.

use campanella_domain::ars::{Communication, CommunicationKind, CourseRegime, DropOutKind, School};
use campanella_domain::identity::CpiCode;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::dice::Dice;
use super::super::school::course;
use super::timeline::Event;
use campanella_domain::ids;

/// Returns with the agreement of the CPI on record, in a thousand (`ARS-027`).
const AGREED: u32 = 800;

/// The free text of a communication that carries one (`ARS-033`).
pub fn notes(communication: &Communication) -> Option<&'static str> {
    communication.notes_given.then_some("La famiglia riferisce che frequenta un corso di un altro istituto.")
}

/// Who communicates about whom.
pub(super) struct Sender<'a> {
    student: Uuid,
    school: &'a School,
    class: String,
    section: String,
}

impl<'a> Sender<'a> {
    pub(super) fn new(student: Uuid, school: &'a School, dice: &mut Dice) -> Self {
        let classes = if course(school) == CourseRegime::UpperSecondary { 5 } else { 3 };
        let section = dice.pick(&["A", "B", "C", "D", "E", "F"]);
        Self { student, school, class: dice.between(1, classes).to_string(), section: section.to_owned() }
    }

    /// The entry with complete data (`ARS-011`, `ARS-012`, `ARS-013`).
    pub(super) fn entry(&self, on: NaiveDate, received_at: DateTime<Utc>) -> Communication {
        self.named(self.communication(CommunicationKind::EnrolmentConfirmation, Event { on, received_at }))
    }

    /// A drop-out report.
    pub(super) fn report(&self, kind: DropOutKind, event: Event) -> Communication {
        self.named(self.communication(CommunicationKind::DropOut(kind), event))
    }

    /// A return to this school, entered by it.
    pub(super) fn return_by_school(&self, event: Event, dice: &mut Dice) -> Communication {
        let agreement = dice.per_mille(AGREED);
        self.says(CommunicationKind::ReturnBySchool, event, |said| Communication { agreement, ..said })
    }

    /// A return to this school, entered by the CPI in its default.
    pub(super) fn return_by_centre(&self, event: Event, centre: &CpiCode) -> Communication {
        self.says(CommunicationKind::ReturnByCpi, event, |said| Communication {
            receiving_school: Some(self.school.code.clone()),
            cpi: Some(centre.clone()),
            agreement: true,
            ..said
        })
    }

    /// Any communication, complete but for what `change` makes of it.
    pub(super) fn says(
        &self,
        kind: CommunicationKind,
        event: Event,
        change: impl FnOnce(Communication) -> Communication,
    ) -> Communication {
        self.named(change(self.communication(kind, event)))
    }

    /// With the id that follows from what it says.
    fn named(&self, communication: Communication) -> Communication {
        let id = ids::communication(self.student, &communication, notes(&communication));
        Communication { id, ..communication }
    }

    fn communication(&self, kind: CommunicationKind, event: Event) -> Communication {
        Communication {
            id: Uuid::nil(),
            kind,
            school: self.school.code.clone(),
            course: course(self.school),
            event_date: event.on,
            received_at: event.received_at,
            receipts: [event.received_at].into(),
            class: Some(self.class.clone()),
            section: Some(self.section.clone()),
            address_given: true,
            phone_given: true,
            notes_given: false,
            receiving_school: None,
            cpi: None,
            agreement: false,
        }
    }
}
