// SPDX-License-Identifier: EUPL-1.2
//! Assigns at-risk minors to the competent CPI, and tells the CPI when a case ends.
//!
//! In: `ars.student.at-risk`, `ars.period.closed`. Out: `mail.requested`. Twice is harmless: one open period per student,
//! one mail per period, purpose and opening (ARS-050). An old register that is imported is assigned like any other, and its
//! cases stand on the work lists; mails tell of this school year's.

use std::collections::{HashMap, HashSet};

use campanella_domain::{
    ars::{Competence, Ending, competent_cpi},
    identity::{CpiCode, EmailAddress, MunicipalityCode},
    mail::MailTemplate,
};
use campanella_messages::{ArsPeriodClosed, ArsStudentAtRisk, MailRequested, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::{
    ars::{
        case, cpi, municipality,
        period::{self, Assignment, Period, PeriodState},
        student::{self, Home},
    },
    notification::{NewNotification, Precondition},
};
use uuid::Uuid;

use crate::{notify, reminders::school_year_begins};

pub(crate) const WORKER: Worker = Worker {
    name: "cpi-assignment",
    summary: "assegna i minori a rischio al CPI competente e lo avvisa di apertura, riapertura e chiusura del caso",
    routes: &[Route::to::<AssignCpi>(), Route::to::<TellCpi>()],
    emits: &[MailRequested::TYPE],
};

struct AssignCpi;

impl Handler for AssignCpi {
    type Message = ArsStudentAtRisk;

    async fn handle(
        events: &[Event<'_, ArsStudentAtRisk>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let ids: Vec<Uuid> = events.iter().map(|event| event.period).collect();
        let mut periods = period::lock(work.tx(), &ids).await?;
        // Closed meanwhile, or assigned by an earlier message about the same period.
        periods.retain(|period| matches!(period.state, PeriodState::Reported | PeriodState::Unassigned));
        let told = told(&periods, work).await?;
        let places = Places::of(&periods, work).await?;
        let region = |code: &MunicipalityCode| places.in_region.contains(code);
        let mut assignments = Vec::new();
        let mut notices = Vec::new();
        for period in &periods {
            let home = places.homes.get(&period.student);
            let competence = competent_cpi(
                home.map(|home| &home.residence),
                home.and_then(|home| home.domicile.as_ref()),
                |code| places.catchments.get(code).cloned(),
                region,
            );
            let cpi = match &competence {
                Competence::Assigned { cpi, .. } => Some(cpi.clone()),
                Competence::Unassigned(_) => None,
            };
            let mailbox = cpi.as_ref().and_then(|cpi| places.mailboxes.get(cpi));
            if let Some(mailbox) = mailbox.filter(|_| told.contains(&period.id)) {
                // Facts learned late open a period again: the CPI that had been told of its end must hear of it.
                let purpose = if period.cpi == cpi { Purpose::CaseReopened } else { Purpose::NewCase };
                notices.push(notice(purpose, period, mailbox.clone(), work));
            }
            assignments.push(Assignment { id: period.id, cpi, competence: competence.code().to_owned() });
        }
        let now = work.now();
        period::assign(work.tx(), &assignments, now).await?;
        if !work.ars().mails_cases() {
            return Ok(());
        }
        notify::queue(&notices, events.first().map(Event::cause), work).await
    }
}

struct TellCpi;

impl Handler for TellCpi {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        if !work.ars().mails_cases() {
            return Ok(());
        }
        let ids: Vec<Uuid> = events.iter().map(|event| event.period).collect();
        let mut periods = period::lock(work.tx(), &ids).await?;
        let told = told(&periods, work).await?;
        periods.retain(|period| period.state == PeriodState::Closed && told.contains(&period.id));
        let centres: Vec<&CpiCode> = periods.iter().filter_map(|period| period.cpi.as_ref()).collect();
        let mailboxes = cpi::mailboxes(work.tx(), &centres).await?;
        let notices: Vec<NewNotification> = periods
            .iter()
            .filter_map(|period| Some((period, mailboxes.get(period.cpi.as_ref()?)?)))
            .map(|(period, mailbox)| notice(Purpose::CaseClosed, period, mailbox.clone(), work))
            .collect();
        notify::queue(&notices, events.first().map(Event::cause), work).await
    }
}

/// The periods whose CPI is written to.
async fn told(periods: &[Period], work: &mut UnitOfWork<'_>) -> Result<HashSet<Uuid>, Failure> {
    let since = school_year_begins(work.ars());
    let ids: Vec<Uuid> = periods.iter().map(|period| period.id).collect();
    Ok(case::told(work.tx(), &ids, since).await?)
}

/// What competence depends on, for a batch of periods.
struct Places {
    homes: HashMap<Uuid, Home>,
    in_region: HashSet<MunicipalityCode>,
    catchments: HashMap<MunicipalityCode, CpiCode>,
    mailboxes: HashMap<CpiCode, EmailAddress>,
}

impl Places {
    async fn of(periods: &[Period], work: &mut UnitOfWork<'_>) -> Result<Self, Failure> {
        let students: Vec<Uuid> = periods.iter().map(|period| period.student).collect();
        let homes = student::homes(work.tx(), &students).await?;
        let municipalities: Vec<&MunicipalityCode> = homes
            .values()
            .flat_map(|home| [Some(&home.residence), home.domicile.as_ref()])
            .flatten()
            .collect();
        let region = work.ars().region.clone();
        let in_region = municipality::in_region(work.tx(), &region, &municipalities).await?;
        let catchments = cpi::catchments_of(work.tx(), &municipalities).await?;
        let centres: Vec<&CpiCode> = catchments.values().collect();
        let mailboxes = cpi::mailboxes(work.tx(), &centres).await?;
        Ok(Self { homes, in_region, catchments, mailboxes })
    }
}

/// What a CPI is told about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    NewCase,
    CaseReopened,
    CaseClosed,
}

impl Purpose {
    const fn template(self) -> MailTemplate {
        match self {
            Self::NewCase => MailTemplate::ArsNewCase,
            Self::CaseReopened => MailTemplate::ArsCaseReopened,
            Self::CaseClosed => MailTemplate::ArsCaseClosed,
        }
    }

    /// The first part of the business key.
    const fn name(self) -> &'static str {
        match self {
            Self::NewCase => "new-case",
            Self::CaseReopened => "case-reopened",
            Self::CaseClosed => "case-closed",
        }
    }
}

/// A mail to the CPI: the case number and a link, nothing about the student. One per purpose and opening of the period.
fn notice(
    purpose: Purpose,
    period: &Period,
    mailbox: EmailAddress,
    work: &UnitOfWork<'_>,
) -> NewNotification {
    let name = purpose.name();
    let mut parameters = serde_json::json!({
        "case_number": period.case_number,
        "link": work.ars().links.portal,
    });
    let precondition = if purpose == Purpose::CaseClosed {
        let returned = period.ending == Some(Ending::Return);
        parameters["returned"] = returned.into();
        // ARS-027, OQ-A11: accepted without the agreement on record, and the CPI is asked in the same mail.
        parameters["confirm"] = (returned && period.agreed == Some(false)).into();
        Precondition::None
    } else {
        Precondition::PeriodOpen
    };
    let mut dedupe_key = format!("ars:{name}:{}:{}", period.student, period.ordinal);
    if period.openings > 1 {
        dedupe_key = format!("{dedupe_key}:{}", period.openings);
    }
    NewNotification {
        precondition,
        subject_id: Some(period.id),
        ..notify::notification(dedupe_key, purpose.template(), mailbox, &parameters, work.now())
    }
}
