// SPDX-License-Identifier: EUPL-1.2
//! Returns a CPI entered in the school's default (ARS-028) and the school has not entered itself.

use campanella_domain::identity::{EmailAddress, SchoolCode};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use super::read;
use crate::{
    StoreError, Tx,
    sql::{self, Sql},
};

/// Of a communication `said` by which a CPI entered a return: the receiving school has not entered the student since that day,
/// and the student has not left again. Of one day the first receipts say what came later; a report that counted only when it was
/// sent again (ARS-010) came later if the case it opened was not ended by the return, but is open or ended on a later day. A case that
/// was annulled had never been one.
macro_rules! still_to_be_entered {
    () => {
        "NOT EXISTS (SELECT 1 FROM communication AS own
                WHERE own.student_id = said.student_id AND own.school = said.receiving_school
                    AND own.kind IN ('return-by-school', 'enrolment-confirmation')
                    AND own.event_date >= said.event_date
                    AND NOT EXISTS (SELECT 1 FROM finding
                        WHERE finding.communication_id = own.id AND finding.action = 'rejected'))
            AND NOT EXISTS (SELECT 1 FROM communication AS later
                WHERE later.student_id = said.student_id
                    AND later.kind IN ('not-present-at-start', 'informal-abandonment', 'withdrawal-before-15-march',
                        'withdrawal-after-15-march', 'negative-outcome', 'transfer-to-iefp', 'transfer-from-iefp',
                        'ordinary-transfer', 'home-education')
                    AND (later.event_date > said.event_date
                        OR later.event_date = said.event_date AND (later.received_at > said.received_at
                            OR EXISTS (SELECT 1 FROM drop_out_period
                                WHERE drop_out_period.student_id = said.student_id
                                    AND drop_out_period.opened_by = later.id
                                    AND (drop_out_period.state <> 'closed'
                                        OR drop_out_period.closed_on > said.event_date
                                            AND drop_out_period.ending <> 'annulled'))))
                    AND NOT EXISTS (SELECT 1 FROM finding
                        WHERE finding.communication_id = later.id AND finding.action IN ('rejected', 'parked')))"
    };
}

pub(crate) use still_to_be_entered;

/// A return that its school still has to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The communication of the CPI.
    pub communication: Uuid,
    /// Civil date of the return.
    pub event_date: NaiveDate,
    /// The receiving school.
    pub school: SchoolCode,
    /// Its mailbox.
    pub mailbox: EmailAddress,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    event_date: NaiveDate,
    code: String,
    mailbox: String,
}

/// Up to `limit` returns after `after`, by id, that a CPI entered from `since` (included) to `before` (excluded), that took
/// effect, that the receiving school has not entered itself since the day of the return, and about which no mail of
/// `template` was written. A student who has left again (dropped out, moved, is educated at home) is not to be entered any
/// more.
///
/// # Errors
/// Any [`StoreError`].
pub async fn unconfirmed(
    tx: &mut Tx,
    received: std::ops::Range<DateTime<Utc>>,
    template: &str,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Unconfirmed>, StoreError> {
    const SQL: Sql = sql!(
        "SELECT said.id, said.event_date, school.code, school.mailbox FROM communication AS said
        JOIN school ON school.code = said.receiving_school
        WHERE said.kind = 'return-by-cpi' AND said.received_at >= $1 AND said.received_at < $2 AND said.id > $3
            AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.communication_id = said.id
                AND finding.code IN ('return-by-cpi-without-school', 'return-without-period', 'repeated'))
            AND ",
        text_of(still_to_be_entered),
        " AND NOT EXISTS (SELECT 1 FROM notification
                WHERE notification.subject_id = said.id AND notification.template = $4)
        ORDER BY said.id LIMIT $5"
    );
    let found = fetch_all!(
        tx,
        Row,
        SQL.of(tx),
        sql::whole_microseconds(received.start),
        sql::whole_microseconds(received.end),
        after.unwrap_or(Uuid::nil()),
        template.to_owned(),
        limit,
    )?;
    found
        .into_iter()
        .map(|row| {
            Ok(Unconfirmed {
                communication: row.id,
                event_date: row.event_date,
                school: read(&row.code, "school", "code")?,
                mailbox: read(&row.mailbox, "school", "mailbox")?,
            })
        })
        .collect()
}
