// SPDX-License-Identifier: EUPL-1.2
//! The files of the two procedures.

use campanella_domain::procedure::{ArdisProcedure, ArsProcedure, ProcedureError, Schedule};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::{edited, text};

/// The instant from which a school year is looked at.
const FROM: DateTime<Utc> = match DateTime::from_timestamp_secs(1_756_677_600) {
    Some(first_of_september) => first_of_september,
    None => DateTime::UNIX_EPOCH,
};

/// A refusal names the key, or says that the file is not TOML.
fn assert_helps(error: &ProcedureError, procedure: &str) {
    let told = error.to_string();
    match error.key() {
        Some(key) => assert!(key.starts_with(procedure) && told.contains(key), "{told}"),
        None => assert!(told.starts_with(procedure) && told.contains("TOML"), "{told}"),
    }
}

/// The calendar of a year: in order, within the year, and nothing fires without end.
fn assert_fires(schedules: &[Schedule]) {
    let to = FROM + TimeDelta::days(366);
    for schedule in schedules {
        let occurrences = schedule.occurrences(FROM, to);
        assert!(occurrences.iter().all(|it| it.instant > FROM && it.instant <= to));
        for occurrence in &occurrences {
            let _ = schedule.is_stale(occurrence, to);
        }
    }
}

/// The file of an ARDIS call: what is accepted makes sense, what is refused is told by its key.
pub fn ardis_procedure(input: &[u8]) {
    let Some(input) = text(input) else { return };
    let procedure = match ArdisProcedure::from_toml(&edited::file(ArdisProcedure::EMBEDDED, input)) {
        Ok(procedure) => procedure,
        Err(error) => return assert_helps(&error, "ardis"),
    };
    let (window, terms) = (&procedure.window, &procedure.terms);
    assert!(window.closes.includes(window.opens_at()));
    assert!(terms.dsu.includes(window.closes.instant()));
    assert!(terms.regularisation.instant() >= terms.dsu.instant());
    assert!(procedure.version().contains('@'));
    let published = NaiveDate::from_ymd_opt(2026, 4, 15).unwrap_or_default();
    assert!(procedure.observations_until(published).last_day() > published);
    assert_fires(&procedure.schedules);
}

/// The file of the register of a year.
pub fn ars_procedure(input: &[u8]) {
    let Some(input) = text(input) else { return };
    let procedure = match ArsProcedure::from_toml(&edited::file(ArsProcedure::EMBEDDED, input)) {
        Ok(procedure) => procedure,
        Err(error) => return assert_helps(&error, "ars"),
    };
    let date = FROM.date_naive();
    let year = procedure.rules.school_year_of(date);
    assert!(year <= date && year.year() >= date.year() - 1);
    assert!(procedure.rules.last_day_of_first_months() >= procedure.rules.first_day_of_lessons);
    assert_fires(&procedure.schedules);
}
