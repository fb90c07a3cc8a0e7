// SPDX-License-Identifier: EUPL-1.2
//! Reminders to schools (ARS).

use std::collections::HashMap;

use campanella_domain::{
    ars::{ClassZero, SchoolType},
    civil::{term::Term, zone::instant_of},
    ids,
    mail::MailTemplate,
    procedure::{ArsProcedure, TermName},
};
use campanella_messages::ReminderDue;
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ars::{
        return_by_cpi,
        school::{self, Recipient},
    },
    notification::{NewNotification, Precondition},
};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};

use super::{Page, centres, date_of, reminder};
use crate::{PAGE, notify};

/// To schools whose class lists are missing while there is time (ARS-034).
pub(super) async fn without_class_list(
    event: &ReminderDue,
    work: &mut UnitOfWork<'_>,
) -> Result<Page, Failure> {
    let term = work.ars().terms.iefp_confirmation;
    let (last, mails) = class_lists(event, MailTemplate::ArsIefpDeadline, work).await?;
    let in_time = |mail| NewNotification { not_after: Some(term.instant()), ..mail };
    Ok((last, mails.into_iter().map(in_time).collect()))
}

/// To the same once the term has passed: a list that comes late is still of use.
pub(super) async fn overdue(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    class_lists(event, MailTemplate::ArsIefpOverdue, work).await
}

async fn class_lists(
    event: &ReminderDue,
    template: MailTemplate,
    work: &mut UnitOfWork<'_>,
) -> Result<Page, Failure> {
    // Last year's list is not this year's.
    let since = school_year(work.ars());
    let page = school::without_class_list(work.tx(), since, event.after, PAGE).await?;
    let last = page.last().map(|school| school.id);
    let (now, procedure) = (work.now(), work.ars());
    let mails = page.into_iter().map(|school| {
        let manual =
            if school.kind == SchoolType::Sfp { &procedure.manuals.sfp } else { &procedure.manuals.ips };
        let parameters = serde_json::json!({
            "deadline": procedure.terms.iefp_confirmation, "manual": manual, "link": procedure.links.portal,
        });
        let key = format!("{}:{}:{}", key(template), school.code, event.occurrence);
        NewNotification {
            priority: notify::CAMPAIGN,
            precondition: Precondition::ClassListMissing { since },
            subject_id: Some(school.id),
            ..notify::notification(key, template, school.mailbox, &parameters, now)
        }
    });
    Ok((last, mails.collect()))
}

/// To schools with ordinary courses, and to whoever was chosen in class 0 by students nobody has entered (ARS-032, ARS-035).
pub(super) async fn first_months(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    let Some(term) = next_term(TermName::FirstMonths, work) else { return Ok((None, Vec::new())) };
    let page = school::page(work.tx(), event.after, PAGE).await?;
    let codes: Vec<_> = page.iter().map(|school| &school.code).collect();
    let year = school_year(work.ars());
    // The choice is made in the school year before.
    let chosen_since = year.checked_sub_months(Months::new(12)).unwrap_or(year);
    let expecting = match work.ars().rules.class_zero {
        ClassZero::PresenceCreatesDuty => school::expecting(work.tx(), &codes, chosen_since, year).await?,
        ClassZero::Ignored => HashMap::new(),
    };
    let class_zero = |school: &Recipient| expecting.get(&school.code).copied().unwrap_or_default();
    let concerned = page.iter().filter(|school| school.kind != SchoolType::Sfp || class_zero(school) > 0);
    let mails = concerned.map(|school| {
        let parameters = serde_json::json!({
            "deadline": term, "class_zero": class_zero(school), "link": work.ars().links.portal,
        });
        to_school(school, MailTemplate::ArsFirstMonths, &parameters, term, event, work)
    });
    Ok((page.last().map(|school| school.id), mails.collect()))
}

/// To all schools and, with the first page, to the CPI (ARS-016, ARS-017).
pub(super) async fn march_15(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    let Some(term) = next_term(TermName::March15, work) else { return Ok((None, Vec::new())) };
    let page = school::page(work.tx(), event.after, PAGE).await?;
    let parameters =
        serde_json::json!({ "deadline": term, "centre": false, "link": work.ars().links.portal });
    let to_schools =
        page.iter().map(|school| to_school(school, MailTemplate::ArsMarch15, &parameters, term, event, work));
    let mut mails: Vec<NewNotification> = to_schools.collect();
    if event.after.is_none() {
        mails.extend(centres::march_15(event, term, work).await?);
    }
    Ok((page.last().map(|school| school.id), mails))
}

/// To all schools, of the duties their courses have (ARS-040, ARS-041).
pub(super) async fn outcomes(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    let Some(term) = next_term(TermName::Outcomes, work) else { return Ok((None, Vec::new())) };
    let page = school::page(work.tx(), event.after, PAGE).await?;
    let mails = page.iter().map(|school| {
        let parameters = serde_json::json!({
            "deadline": term,
            "iefp": school.delivers_iefp,
            "ordinary": school.kind != SchoolType::Sfp,
            "link": work.ars().links.portal,
        });
        to_school(school, MailTemplate::ArsOutcomes, &parameters, term, event, work)
    });
    Ok((page.last().map(|school| school.id), mails.collect()))
}

/// To schools that have not entered a return their CPI recorded so many days ago (ARS-028, OQ-A12).
pub(super) async fn returns_to_enter(
    event: &ReminderDue,
    work: &mut UnitOfWork<'_>,
) -> Result<Page, Failure> {
    const TEMPLATE: MailTemplate = MailTemplate::ArsReturnNotEntered;
    let midnight = |day: NaiveDate| instant_of(day.and_time(NaiveTime::MIN));
    let days = Days::new(u64::from(work.ars().decisions.cpi_default_reminder_days));
    // Received on that day or before; of this school year, so that an old register that is imported reminds nobody.
    let last_day = date_of(event)?.checked_sub_days(days);
    let Some(end) = last_day.and_then(|day| day.succ_opt()) else { return Ok((None, Vec::new())) };
    let received = school_year_begins(work.ars())..midnight(end);
    let page = return_by_cpi::unconfirmed(work.tx(), received, TEMPLATE.name(), event.after, PAGE).await?;
    let last = page.last().map(|said| said.communication);
    let mails = page.into_iter().map(|said| {
        let parameters = serde_json::json!({
            "communication_number": ids::communication_number(said.communication),
            "event_date": said.event_date,
            "link": work.ars().links.portal,
        });
        let key = format!("{}:{}", key(TEMPLATE), said.communication);
        NewNotification {
            precondition: Precondition::ReturnNotEntered,
            subject_id: Some(said.communication),
            ..notify::notification(key, TEMPLATE, said.mailbox, &parameters, work.now())
        }
    });
    Ok((last, mails.collect()))
}

fn to_school(
    school: &Recipient,
    template: MailTemplate,
    parameters: &serde_json::Value,
    term: Term,
    event: &ReminderDue,
    work: &UnitOfWork<'_>,
) -> NewNotification {
    let key = format!("{}:{}:{}", key(template), school.code, event.occurrence);
    NewNotification {
        subject_id: Some(school.id),
        ..reminder(key, template, school.mailbox.clone(), parameters, term, work.now())
    }
}

/// `ars:first-months` for the template `ars-first-months`.
pub(super) fn key(template: MailTemplate) -> String {
    template.name().replacen('-', ":", 1)
}

/// The term of this name that comes next; none if all have passed.
fn next_term(name: TermName, work: &UnitOfWork<'_>) -> Option<Term> {
    let terms = work.ars().terms(name).unwrap_or_default();
    terms.into_iter().filter(|term| !term.has_passed(work.now())).min_by_key(Term::instant)
}

/// The instant the procedure's school year begins: an old register that is imported mails nobody.
pub(crate) fn school_year_begins(procedure: &ArsProcedure) -> DateTime<Utc> {
    instant_of(school_year(procedure).and_time(NaiveTime::MIN))
}

/// The first day of the procedure's school year.
pub(crate) fn school_year(procedure: &ArsProcedure) -> NaiveDate {
    procedure.rules.school_year_of(procedure.rules.first_day_of_lessons)
}
