// SPDX-License-Identifier: EUPL-1.2
//! What CPI are told by the calendar (ARS): each morning what waits for them, and 15 March.

use std::collections::BTreeMap;

use campanella_domain::{
    civil::{age::latest_birth_of_age, term::Term, zone::instant_of},
    identity::CpiCode,
    mail::MailTemplate,
};
use campanella_messages::ReminderDue;
use campanella_runtime::{Failure, UnitOfWork};
use campanella_store::{
    ars::{case, cpi, period},
    notification::{NewNotification, Precondition},
};
use chrono::{NaiveTime, TimeDelta};

use super::{
    Page, date_of, reminder,
    schools::{key, school_year_begins},
};
use crate::{PAGE, notify};

/// Cases a digest names; of the others it tells the number.
const NAMED: usize = 20;

/// The cases that were assigned before today and that nobody has taken in charge, one mail a CPI (OQ-A3). All at once: there
/// are a few dozen CPI.
pub(super) async fn case_digest(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    const TEMPLATE: MailTemplate = MailTemplate::ArsCaseDigest;
    if !work.ars().mails_cases() {
        return Ok((None, Vec::new()));
    }
    let today = instant_of(date_of(event)?.and_time(NaiveTime::MIN));
    let mut waiting: BTreeMap<CpiCode, Vec<String>> = BTreeMap::new();
    for case in case::untaken(work.tx(), today).await? {
        waiting.entry(case.cpi).or_default().push(case.case_number);
    }
    let mailboxes = cpi::mailboxes(work.tx(), &waiting.keys().collect::<Vec<_>>()).await?;
    let digests = waiting.iter().filter_map(|(cpi, cases)| {
        let mailbox = mailboxes.get(cpi)?.clone();
        let named = cases.get(..NAMED.min(cases.len()))?;
        let parameters = serde_json::json!({
            "case_numbers": named, "others": cases.len() - named.len(), "link": work.ars().links.portal,
        });
        let key = format!("{}:{cpi}:{}", key(TEMPLATE), event.occurrence);
        Some(NewNotification {
            // The next one says it better.
            not_after: Some(work.now() + TimeDelta::days(1)),
            ..notify::notification(key, TEMPLATE, mailbox, &parameters, work.now())
        })
    });
    Ok((None, digests.collect()))
}

/// M-ARS-06: the open cases whose student came of age, to the CPI that has them. They stay open (ARS-048, OQ-A5).
pub(super) async fn students_of_age(event: &ReminderDue, work: &mut UnitOfWork<'_>) -> Result<Page, Failure> {
    const TEMPLATE: MailTemplate = MailTemplate::ArsStudentOfAge;
    if !work.ars().mails_cases() {
        return Ok((None, Vec::new()));
    }
    let born = latest_birth_of_age(date_of(event)?);
    let since = school_year_begins(work.ars());
    let page = case::of_age(work.tx(), born, TEMPLATE.name(), since, event.after, PAGE).await?;
    let periods = period::lock(work.tx(), &page).await?;
    let centres: Vec<&CpiCode> = periods.iter().filter_map(|period| period.cpi.as_ref()).collect();
    let mailboxes = cpi::mailboxes(work.tx(), &centres).await?;
    let mails = periods.iter().filter_map(|period| {
        let mailbox = mailboxes.get(period.cpi.as_ref()?)?.clone();
        let parameters =
            serde_json::json!({ "case_number": period.case_number, "link": work.ars().links.portal });
        let key = format!("{}:{}:{}", key(TEMPLATE), period.student, period.ordinal);
        Some(NewNotification {
            precondition: Precondition::PeriodOpen,
            subject_id: Some(period.id),
            ..notify::notification(key, TEMPLATE, mailbox, &parameters, work.now())
        })
    });
    Ok((page.last().copied(), mails.collect()))
}

/// Withdrawals have another label from now on.
pub(super) async fn march_15(
    event: &ReminderDue,
    term: Term,
    work: &mut UnitOfWork<'_>,
) -> Result<Vec<NewNotification>, Failure> {
    const TEMPLATE: MailTemplate = MailTemplate::ArsMarch15;
    let centres = cpi::all_mailboxes(work.tx()).await?;
    let parameters = serde_json::json!({ "deadline": term, "centre": true, "link": work.ars().links.portal });
    let mails = centres.into_iter().map(|(cpi, mailbox)| {
        let key = format!("{}:{cpi}:{}", key(TEMPLATE), event.occurrence);
        reminder(key, TEMPLATE, mailbox, &parameters, term, work.now())
    });
    Ok(mails.collect())
}
