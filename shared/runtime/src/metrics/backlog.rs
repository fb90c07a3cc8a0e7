// SPDX-License-Identifier: EUPL-1.2
//! The gauges that are read from the database: all of them or, while it does not answer, none.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::gauge::ConstGauge,
    registry::Unit,
};

/// What is read from the database, all at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Age of the oldest outbox row that is due, in seconds.
    pub outbox_oldest_age_seconds: i64,
    /// Age of the oldest notification that is due and not sent, in seconds.
    pub mail_oldest_queued_age_seconds: i64,
    /// Confirmations that wait longer than the service level allows (ARD-044).
    pub mail_confirmations_late: i64,
    /// Mails about a published list that wait longer than the service level allows (ARD-076).
    pub mail_courtesies_late: i64,
    /// Dead letters that wait for an operator.
    pub dead_letters_open: i64,
    /// Processes of the installation whose heart beats.
    pub processes_beating: i64,
    /// Processes whose heart does not beat any more and that did not end in good order.
    pub processes_stale: i64,
}

/// What was measured last, if anything was.
#[derive(Debug, Default)]
pub(super) struct Measured(Mutex<Option<Backlog>>);

impl Measured {
    pub(super) fn set(&self, backlog: Option<Backlog>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = backlog;
    }
}

impl Collector for Measured {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Some(backlog) = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            return Ok(());
        };
        for (name, help, unit, value) in gauges(&backlog) {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit.as_ref(), gauge.metric_type())?)?;
        }
        Ok(())
    }
}

fn gauges(backlog: &Backlog) -> [(&'static str, &'static str, Option<Unit>, i64); 7] {
    [
        (
            "outbox_oldest_age",
            "Oldest message that is due and not published.",
            Some(Unit::Seconds),
            backlog.outbox_oldest_age_seconds,
        ),
        (
            "mail_oldest_queued_age",
            "Oldest mail that is due and not sent.",
            Some(Unit::Seconds),
            backlog.mail_oldest_queued_age_seconds,
        ),
        (
            "mail_confirmations_late",
            "Confirmations not sent within the service level.",
            None,
            backlog.mail_confirmations_late,
        ),
        (
            "mail_courtesies_late",
            "Mails about a published list not sent within the service level.",
            None,
            backlog.mail_courtesies_late,
        ),
        ("dead_letters_open", "Dead letters waiting for an operator.", None, backlog.dead_letters_open),
        (
            "processes_beating",
            "Processes of the installation whose heart beats.",
            None,
            backlog.processes_beating,
        ),
        (
            "processes_stale",
            "Processes that died or cannot reach the database.",
            None,
            backlog.processes_stale,
        ),
    ]
}
