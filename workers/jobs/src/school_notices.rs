// SPDX-License-Identifier: EUPL-1.2
//! Tells schools what became of their communications: what is to be corrected or waits, a student who moved to another
//! school, a return the CPI entered.
//!
//! In: `ars.finding.recorded`, `ars.period.closed`. Out: `mail.requested`. Twice is harmless: one mail per communication,
//! finding and recipient. A mail is not sent once the communication was completed, or waits no more; what is to be corrected
//! or waits is told the next morning, so that the files of a day may be imported in any order.
//!
//! A mail names a communication by its number, its type and its dates: who it is about is read after login.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ars::{Action, ClosedBy, Communication, CommunicationKind, Finding, FindingKind, StudentState, fold},
    civil::zone::{date_of, instant_of},
    identity::{CpiCode, EmailAddress, SchoolCode},
    ids,
    mail::MailTemplate,
};
use campanella_messages::{ArsFindingRecorded, ArsPeriodClosed, Cause, MailRequested, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ars::{communication, cpi, period, school, student},
    notification::{NewNotification, Precondition},
};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{notify, reminders::school_year_begins};

pub(crate) const WORKER: Worker = Worker {
    name: "school-notices",
    summary: "avvisa le scuole di comunicazioni da correggere o in attesa, passaggi di proprietà e rientri inseriti dal CPI",
    routes: &[Route::to::<TellOfFindings>(), Route::to::<TellOfReturns>()],
    emits: &[MailRequested::TYPE],
};

/// Whether schools are told of such a finding.
pub(crate) fn is_told(kind: &FindingKind) -> bool {
    matches!(kind.action(), Action::Rejected | Action::Parked)
        || matches!(kind, FindingKind::OwnershipMoved { .. })
}

struct TellOfFindings;

impl Handler for TellOfFindings {
    type Message = ArsFindingRecorded;

    async fn handle(
        events: &[Event<'_, ArsFindingRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let students = events.iter().map(|event| event.student).collect();
        tell(students, events.first().map(Event::cause), work).await
    }
}

struct TellOfReturns;

impl Handler for TellOfReturns {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        let ids: Vec<Uuid> = events.iter().map(|event| event.period).collect();
        let mut periods = period::lock(work.tx(), &ids).await?;
        periods.retain(|period| period.closed_by.as_deref() == Some("cpi"));
        let students = periods.iter().map(|period| period.student).collect();
        tell(students, events.first().map(Event::cause), work).await
    }
}

/// Queues whatever schools are owed about these students and have not been told yet.
async fn tell(
    students: HashSet<Uuid>,
    cause: Option<Cause<'_>>,
    work: &mut UnitOfWork<'_>,
) -> Result<(), Failure> {
    let mut students: Vec<Uuid> = students.into_iter().collect();
    students.sort_unstable();
    let facts = student::facts(work.tx(), &students).await?;
    let said = communication::of_students(work.tx(), &students).await?;
    // An old register that is imported tells nobody.
    let since = school_year_begins(work.ars());
    let states: Vec<(&[Communication], StudentState)> = facts
        .iter()
        .map(|(id, student)| {
            let communications = said.get(id).map(Vec::as_slice).unwrap_or_default();
            (communications, fold(student, communications, &work.ars().rules))
        })
        .collect();
    let owed: Vec<Notice<'_>> =
        states.iter().flat_map(|(communications, state)| notices(state, communications, since)).collect();
    let mailboxes = Mailboxes::of(&owed, work).await?;
    let mails: Vec<NewNotification> =
        owed.iter().filter_map(|notice| notice.mail(&mailboxes, work)).collect();
    notify::queue(&mails, cause, work).await
}

/// What a school is owed about one communication.
struct Notice<'a> {
    about: &'a Communication,
    to: Sender<'a>,
    says: Says,
}

/// Who sent a communication, or is concerned by it.
#[derive(Clone, Copy)]
enum Sender<'a> {
    School(&'a SchoolCode),
    Cpi(&'a CpiCode),
}

enum Says {
    Rejected(Finding),
    Parked,
    Moved { acquired: bool },
    ReturnByCpi,
}

fn notices<'a>(
    state: &'a StudentState,
    communications: &'a [Communication],
    since: DateTime<Utc>,
) -> Vec<Notice<'a>> {
    let find = |id: Uuid| communications.iter().find(|said| said.id == id && said.received_at >= since);
    let mut owed = Vec::new();
    for finding in state.findings.iter().filter(|finding| is_told(&finding.kind)) {
        let Some(about) = find(finding.communication) else { continue };
        match &finding.kind {
            FindingKind::OwnershipMoved { from } => {
                owed.push(Notice { about, to: Sender::School(from), says: Says::Moved { acquired: false } });
                owed.push(Notice {
                    about,
                    to: Sender::School(&about.school),
                    says: Says::Moved { acquired: true },
                });
            }
            FindingKind::WaitsForEntry => {
                owed.extend(sender(about).map(|to| Notice { about, to, says: Says::Parked }));
            }
            _ => {
                let says = Says::Rejected(finding.clone());
                owed.extend(sender(about).map(|to| Notice { about, to, says }));
            }
        }
    }
    for closure in state.periods.iter().filter_map(|period| period.closed.as_ref()) {
        if let (ClosedBy::Cpi(_), Some(about), Some(school)) =
            (&closure.by, find(closure.communication), &closure.school)
        {
            owed.push(Notice { about, to: Sender::School(school), says: Says::ReturnByCpi });
        }
    }
    owed
}

/// Of a return a CPI entered, the CPI, if it named itself.
fn sender(said: &Communication) -> Option<Sender<'_>> {
    match said.kind {
        CommunicationKind::ReturnByCpi => said.cpi.as_ref().map(Sender::Cpi),
        _ => Some(Sender::School(&said.school)),
    }
}

struct Mailboxes {
    schools: HashMap<SchoolCode, EmailAddress>,
    centres: HashMap<CpiCode, EmailAddress>,
}

impl Mailboxes {
    async fn of(owed: &[Notice<'_>], work: &mut UnitOfWork<'_>) -> Result<Self, Failure> {
        let (mut schools, mut centres) = (Vec::new(), Vec::new());
        for notice in owed {
            match notice.to {
                Sender::School(code) => schools.push(code),
                Sender::Cpi(code) => centres.push(code),
            }
        }
        Ok(Self {
            schools: school::mailboxes(work.tx(), &schools).await?,
            centres: cpi::mailboxes(work.tx(), &centres).await?,
        })
    }

    /// None: the register does not know the school, and operations see the finding.
    fn find(&self, of: Sender<'_>) -> Option<EmailAddress> {
        match of {
            Sender::School(code) => self.schools.get(code).cloned(),
            Sender::Cpi(code) => self.centres.get(code).cloned(),
        }
    }
}

impl Notice<'_> {
    fn mail(&self, mailboxes: &Mailboxes, work: &UnitOfWork<'_>) -> Option<NewNotification> {
        let mailbox = mailboxes.find(self.to)?;
        let id = self.about.id;
        let mut parameters = serde_json::json!({
            "communication_number": ids::communication_number(id),
            "event_date": self.about.event_date,
            "link": work.ars().links.portal,
        });
        let (template, key, precondition) = match &self.says {
            Says::Rejected(finding) => {
                parameters["reason"] = finding.kind.explanation().into();
                let key = format!("ars:communication-rejected:{id}:{}", finding.kind.code());
                (MailTemplate::ArsCommunicationRejected, key, Precondition::CommunicationRejected)
            }
            Says::Parked => {
                let key = format!("ars:communication-parked:{id}");
                (MailTemplate::ArsCommunicationParked, key, Precondition::CommunicationParked)
            }
            Says::Moved { acquired } => {
                parameters["acquired"] = (*acquired).into();
                let side = if *acquired { "acquired" } else { "lost" };
                (
                    MailTemplate::ArsOwnershipMoved,
                    format!("ars:ownership-moved:{id}:{side}"),
                    Precondition::None,
                )
            }
            Says::ReturnByCpi => {
                (MailTemplate::ArsReturnByCpi, format!("ars:return-by-cpi:{id}"), Precondition::None)
            }
        };
        let mut due_at = work.now();
        if matches!(self.says, Says::Rejected(_) | Says::Parked) {
            due_at = next_morning(work.now());
            parameters["kind"] = self.about.kind.label().into();
            parameters["received_on"] = date_of(self.about.received_at).to_string().into();
        }
        Some(NewNotification {
            due_at,
            precondition,
            subject_id: Some(id),
            ..notify::notification(key, template, mailbox, &parameters, work.now())
        })
    }
}

/// 08:00 of the day after, by the clocks of Rome.
fn next_morning(now: DateTime<Utc>) -> DateTime<Utc> {
    const MORNING: TimeDelta = TimeDelta::hours(8);
    let tomorrow = date_of(now).checked_add_days(Days::new(1));
    tomorrow.map_or(now, |day| instant_of(day.and_time(NaiveTime::MIN) + MORNING))
}
