// SPDX-License-Identifier: EUPL-1.2
//! What must still hold when a mail is sent, looked at in one statement a batch.
//!
//! Whom a mail is for, the rules said when it was written; they know years and types of ISEE. Here it is only asked whether
//! something happened since that makes it pointless: an attestation of the wrong type or year, known before, must not keep a
//! family from being reminded.

use std::collections::HashSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    ars::return_by_cpi::still_to_be_entered,
    sql::{self, Sql},
};

/// What must still hold when a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precondition {
    /// Nothing.
    None,
    /// The drop-out period is not closed. Subject: the period.
    PeriodOpen,
    /// No DSU or attestation became known since the mail was written. Subject: the application.
    IseeMissing,
    /// No conforming attestation became known since the mail was written, and no self-certification that may serve is known:
    /// one without a valid identity document (ARD-019) or refused does not. Had one been known, the mail would not have been
    /// written; when it was received does not tell when it became known. Subject: the application.
    IseeAnnotated,
    /// The application of the draft has not been transmitted (ARD-043). Subject: the draft.
    DraftOpen,
    /// No application for the same student came through the portal (ARD-038). Subject: the application.
    OnlineMissing,
    /// The communication is rejected, and its sender has sent none of the kind about the student since that is not. One sent
    /// before as well, and sent again, is such a one only if it reports the same drop-out: of nothing
    /// else are later receipts kept (ARS-010), and a file may hold all of a year. Subject: the communication.
    CommunicationRejected,
    /// The communication still waits for another. Subject: the communication.
    CommunicationParked,
    /// The receiving school has not entered the return itself, and the student has not left again. Subject: the communication
    /// of the CPI.
    ReturnNotEntered,
    /// No observation became known since the mail was written (ARD-080). Subject: the application.
    ObservationMissing,
    /// No provisional list was published since the mail was written (ARD-083). Subject: the application.
    ProvisionalListNewest,
    /// The school has loaded no class list of the school year. Subject: the school.
    ClassListMissing {
        /// The first day of the school year.
        since: NaiveDate,
    },
}

impl Precondition {
    /// The stored code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PeriodOpen => "period-open",
            Self::IseeMissing => "isee-missing",
            Self::IseeAnnotated => "isee-annotated",
            Self::DraftOpen => "draft-open",
            Self::OnlineMissing => "online-missing",
            Self::CommunicationRejected => "communication-rejected",
            Self::CommunicationParked => "communication-parked",
            Self::ReturnNotEntered => "return-not-entered",
            Self::ObservationMissing => "observation-missing",
            Self::ProvisionalListNewest => "provisional-list-newest",
            Self::ClassListMissing { .. } => "class-list-missing",
        }
    }

    /// The civil date from which facts count, where there is one.
    #[must_use]
    pub const fn since(self) -> Option<NaiveDate> {
        match self {
            Self::ClassListMissing { since } => Some(since),
            _ => None,
        }
    }
}

/// One condition a kind; longer than a function may be.
const FAILED: Sql = sql!(
    "SELECT notification.id FROM notification
    WHERE NOT COALESCE(CASE precondition
        WHEN 'none' THEN true
        WHEN 'period-open' THEN EXISTS (
            SELECT 1 FROM drop_out_period WHERE id = notification.subject_id AND state <> 'closed')
        WHEN 'isee-missing' THEN EXISTS (
            SELECT 1 FROM application WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM attestation WHERE attestation.student_tax_code = application.student_tax_code
                    AND attestation.available_at > notification.created_at))
        WHEN 'isee-annotated' THEN EXISTS (
            SELECT 1 FROM application WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM attestation WHERE attestation.student_tax_code = application.student_tax_code
                    AND attestation.available_at > notification.created_at
                    AND attestation.issued_at IS NOT NULL AND attestation.annotation = 'none')
            AND NOT EXISTS (
                SELECT 1 FROM self_certification WHERE self_certification.application_id = application.id
                    AND self_certification.identity_document = 'valid'
                    AND self_certification.outcome <> 'rejected'))
        WHEN 'draft-open' THEN EXISTS (
            SELECT 1 FROM application_draft WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM application
                WHERE application.instance_number = application_draft.instance_number))
        WHEN 'online-missing' THEN EXISTS (
            SELECT 1 FROM application WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM application AS other
                WHERE other.student_tax_code = application.student_tax_code AND other.channel = 'online'))
        WHEN 'communication-rejected' THEN EXISTS (
            SELECT 1 FROM finding JOIN communication ON communication.id = finding.communication_id
            WHERE finding.communication_id = notification.subject_id AND finding.action = 'rejected'
                AND NOT EXISTS (
                    SELECT 1 FROM communication AS later
                    WHERE later.student_id = communication.student_id AND later.school = communication.school
                        AND later.kind = communication.kind AND (later.received_at > communication.received_at
                            OR later.event_date = communication.event_date
                                AND EXISTS (SELECT 1 FROM communication_receipt AS receipt
                                    WHERE receipt.communication_id = later.id
                                        AND receipt.received_at > communication.received_at))
                        AND NOT EXISTS (
                            SELECT 1 FROM finding AS fault
                            WHERE fault.communication_id = later.id AND fault.action = 'rejected')))
        WHEN 'communication-parked' THEN EXISTS (
            SELECT 1 FROM finding
            WHERE finding.communication_id = notification.subject_id AND finding.action = 'parked')
        WHEN 'return-not-entered' THEN EXISTS (
            SELECT 1 FROM communication AS said WHERE said.id = notification.subject_id AND ",
    text_of(still_to_be_entered),
    ")
        WHEN 'observation-missing' THEN EXISTS (
            SELECT 1 FROM application WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM observation WHERE observation.application_id = application.id
                    AND observation.recorded_at > notification.created_at))
        WHEN 'provisional-list-newest' THEN EXISTS (
            SELECT 1 FROM application WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM published_list
                WHERE published_list.kind = 'provisional' AND published_list.published_at > notification.created_at))
        WHEN 'class-list-missing' THEN EXISTS (
            SELECT 1 FROM school WHERE id = notification.subject_id AND NOT EXISTS (
                SELECT 1 FROM communication
                WHERE communication.school = school.code AND communication.kind = 'enrolment-confirmation'
                    AND communication.course = 'three-year-iefp'
                    AND communication.event_date >= notification.precondition_since
                    AND NOT EXISTS (
                        SELECT 1 FROM finding
                        WHERE finding.communication_id = communication.id AND finding.action = 'rejected')))
        END, false)
    AND notification.id IN (",
    ids,
    ")",
);

/// Those of the mails named whose precondition no longer holds; one whose subject does not exist is among them.
///
/// # Errors
/// Any [`StoreError`].
pub async fn failed_preconditions(tx: &mut Tx, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let failed = fetch_all!(tx, (Uuid,), FAILED.of(tx), sql::rows(ids))?;
    Ok(failed.into_iter().map(|(id,)| id).collect())
}
