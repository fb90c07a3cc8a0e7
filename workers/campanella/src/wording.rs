// SPDX-License-Identifier: EUPL-1.2
//! Instants, ages, counts and outcomes as people read them.

use campanella_domain::{
    ardis::{Cause, Outcome},
    civil::{
        italian::{date, long_date, time_of_day},
        zone::civil_of,
    },
};
use campanella_store::ardis::{decision::Counts, published_list::ListKind};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// «giovedì 20 novembre 2025, ore 23:59:59», in Rome.
#[must_use]
pub(crate) fn moment(instant: DateTime<Utc>) -> String {
    civil_moment(civil_of(instant))
}

/// As [`moment`], from a civil time.
#[must_use]
pub(crate) fn civil_moment(civil: NaiveDateTime) -> String {
    format!("{}, ore {}", long_date(civil.date()), time_of_day(civil.time()))
}

/// «20 novembre 2025, 23:59»: for a column.
#[must_use]
pub(crate) fn short_moment(instant: DateTime<Utc>) -> String {
    let civil = civil_of(instant);
    format!("{}, {}", date(civil.date()), civil.format("%H:%M"))
}

/// «40 s», «12 min», «5 h», «3 giorni»: how old something is, never less than nothing.
#[must_use]
pub(crate) fn age(age: TimeDelta) -> String {
    let seconds = age.num_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} giorni", seconds / 86_400),
    }
}

/// «1 messaggio», «3 messaggi».
#[must_use]
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", self::number(number)) }
}

/// «12.345»
#[must_use]
pub(crate) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// «ammessa»
#[must_use]
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Admitted => "ammessa",
        Outcome::Excluded => "esclusa",
        Outcome::Pending => "in sospeso",
    }
}

/// «E01, E03»; a dash for none.
#[must_use]
pub(crate) fn causes(causes: &[Cause]) -> String {
    if causes.is_empty() {
        return "—".to_owned();
    }
    causes.iter().map(|cause| cause.code()).collect::<Vec<_>>().join(", ")
}

/// «Esito definitivo: ESCLUSA, cause: E03 (elenco pubblicato giovedì 21 maggio 2026, ore 09:00)»
#[must_use]
pub(crate) fn final_outcome(outcome: Outcome, causes: &[Cause], published_at: DateTime<Utc>) -> String {
    let (outcome, causes) = (self::outcome(outcome).to_uppercase(), self::causes(causes));
    format!("Esito definitivo: {outcome}, cause: {causes} (elenco pubblicato {})", moment(published_at))
}

/// «provvisorio»
#[must_use]
pub(crate) const fn list(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Provisional => "provvisorio",
        ListKind::Final => "definitivo",
    }
}

/// How many applications are admitted, excluded (by cause) and pending, a line each.
#[must_use]
pub(crate) fn totals(counts: &Counts) -> Vec<String> {
    let size = |count: i64| number(usize::try_from(count).unwrap_or_default());
    let by_cause: Vec<String> =
        counts.by_cause.iter().map(|(cause, count)| format!("{cause}: {}", size(*count))).collect();
    let by_cause = if by_cause.is_empty() { String::new() } else { format!(" ({})", by_cause.join(", ")) };
    let mut lines = vec![
        format!("Ammesse: {}", size(counts.admitted)),
        format!("Escluse: {}{by_cause}", size(counts.excluded)),
        format!("In sospeso: {}", size(counts.pending)),
    ];
    if counts.undecided > 0 {
        lines.push(format!("Non ancora valutate: {}", size(counts.undecided)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_civil_time_in_rome() {
        let instant = "2025-11-20T22:59:59Z".parse().unwrap();
        assert_eq!(moment(instant), "giovedì 20 novembre 2025, ore 23:59:59");
        assert_eq!(short_moment(instant), "20 novembre 2025, 23:59");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1.000", "1.234.567"]);
    }

    #[test]
    fn ages_are_told_in_the_unit_one_would_say() {
        let told = [-5, 59, 119, 120, 7_199, 7_200, 172_800].map(|seconds| age(TimeDelta::seconds(seconds)));
        assert_eq!(told, ["0 s", "59 s", "119 s", "2 min", "119 min", "2 h", "2 giorni"]);
    }
}
