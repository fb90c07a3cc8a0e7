// SPDX-License-Identifier: EUPL-1.2
//! The terms of both procedures, to the nanosecond, and the table of the ten days.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn assert_last_inside(term: Term, last: DateTime<Utc>) {
    let first_outside = last + TimeDelta::nanoseconds(1);
    assert!(term.includes(last) && !term.has_passed(last), "{last} is in time");
    assert!(!term.includes(first_outside) && term.has_passed(first_outside), "{first_outside} is late");
}

#[test]
fn ard_010_a_dsu_signed_in_the_last_instant_of_20_november_counts() {
    let term = Term::end_of_day(day("2025-11-20"));
    assert_eq!(term.instant(), utc("2025-11-20T23:00:00Z"));
    assert_eq!(term.civil(), civil("2025-11-21T00:00:00"));
    assert_eq!(term.last_day(), day("2025-11-20"));
    assert_last_inside(term, utc("2025-11-20T22:59:59.999999999Z"));
}

#[test]
fn ard_020_regularised_in_the_last_instant_of_18_december_counts() {
    let term = Term::end_of_day(day("2025-12-18"));
    assert_eq!(term.instant(), utc("2025-12-18T23:00:00Z"));
    assert_last_inside(term, utc("2025-12-18T22:59:59.999999999Z"));
}

#[test]
fn ard_040_sixteen_o_clock_itself_is_inside_and_a_nanosecond_later_is_not() {
    let term = Term::until(civil("2025-11-20T16:00:00"));
    assert_eq!(term.instant(), utc("2025-11-20T15:00:00Z"));
    assert_eq!(term.last_day(), day("2025-11-20"));
    assert_last_inside(term, utc("2025-11-20T15:00:00Z"));
}

#[test]
fn ars_034_in_2023_the_27_october_ended_in_summer_time() {
    let term = Term::end_of_day(day("2023-10-27"));
    assert_eq!(term.instant(), utc("2023-10-27T22:00:00Z"));
    assert_last_inside(term, utc("2023-10-27T21:59:59.999999999Z"));
}

#[test]
fn ars_034_in_2025_and_2026_the_27_october_ends_in_winter_time() {
    for year in [2025, 2026] {
        let term = Term::end_of_day(NaiveDate::from_ymd_opt(year, 10, 27).unwrap());
        assert_eq!(term.instant(), utc(&format!("{year}-10-27T23:00:00Z")));
    }
}

#[test]
fn ars_034_a_27_october_that_is_a_sunday_is_not_shifted() {
    assert_eq!(Term::end_of_day(day("2030-10-27")).long_date(), "domenica 27 ottobre 2030");
}

#[test]
fn ars_016_the_eve_of_15_march_is_before_and_the_day_itself_is_not() {
    let before = Term::end_of_day(day("2026-03-14"));
    assert_eq!(before.instant(), utc("2026-03-14T23:00:00Z"));
    assert!(before.includes(utc("2026-03-14T22:59:59Z")));
    assert!(before.has_passed(utc("2026-03-14T23:00:00Z")));
}

#[test]
fn ard_084_the_indicative_31_may_2026_stays_on_its_sunday() {
    assert_eq!(Term::end_of_day(day("2026-05-31")).to_string(), "entro la fine di domenica 31 maggio 2026");
}

#[test]
fn ard_074_the_indicative_period_ends_with_30_april_in_summer_time() {
    assert_eq!(Term::end_of_day(day("2026-04-30")).instant(), utc("2026-04-30T22:00:00Z"));
}

/// Published; the raw tenth day; the end without and with Saturdays moved. `rules`, section 3.
const TEN_DAYS: [[&str; 4]; 8] = [
    ["2026-03-26", "2026-04-05", "2026-04-07", "2026-04-07"],
    ["2026-04-01", "2026-04-11", "2026-04-11", "2026-04-13"],
    ["2026-04-02", "2026-04-12", "2026-04-13", "2026-04-13"],
    ["2026-04-15", "2026-04-25", "2026-04-27", "2026-04-27"],
    ["2026-04-16", "2026-04-26", "2026-04-27", "2026-04-27"],
    ["2026-04-17", "2026-04-27", "2026-04-27", "2026-04-27"],
    ["2026-04-21", "2026-05-01", "2026-05-02", "2026-05-04"],
    ["2026-04-30", "2026-05-10", "2026-05-11", "2026-05-11"],
];

#[test]
fn ard_082_ten_days_from_publication_move_over_sundays_and_holidays() {
    for [published, raw, moved, _] in TEN_DAYS {
        assert_eq!(day(published) + Days::new(10), day(raw), "the table itself, published {published}");
        let term = Term::days_after(day(published), 10, Shift::of(false));
        assert_eq!(term, Term::end_of_day(day(moved)), "published {published}");
    }
}

#[test]
fn ard_082_ten_days_from_publication_move_over_saturdays_too_where_the_switch_says_so() {
    for [published, _, _, moved] in TEN_DAYS {
        let term = Term::days_after(day(published), 10, Shift::of(true));
        assert_eq!(term, Term::end_of_day(day(moved)), "published {published}");
    }
}

#[test]
fn ard_082_the_tenth_day_counts_whole_and_the_day_of_publication_does_not() {
    let term = Term::days_after(day("2026-04-17"), 10, Shift::of(true));
    assert_last_inside(term, utc("2026-04-27T21:59:59.999999999Z"));
}

#[test]
fn ard_083_a_different_term_is_only_another_number_of_days() {
    let term = Term::days_after(day("2026-04-17"), 20, Shift::of(true));
    assert_eq!(term.last_day(), day("2026-05-07"));
}

#[test]
fn a_term_over_christmas_passes_two_holidays_and_the_weekend_behind_them() {
    // 25 December 2026 is a Friday: holiday, holiday (a Saturday), Sunday.
    let term = Term::days_after(day("2026-12-15"), 10, Shift::of(false));
    assert_eq!(term.last_day(), day("2026-12-28"));
}

#[test]
fn a_term_is_said_in_italian() {
    assert_eq!(
        Term::until(civil("2025-11-20T16:00:00")).to_string(),
        "giovedì 20 novembre 2025, entro le ore 16:00"
    );
    assert_eq!(Term::end_of_day(day("2025-12-18")).to_string(), "entro la fine di giovedì 18 dicembre 2025");
    assert_eq!(Term::end_of_day(day("2025-12-18")).long_date(), "giovedì 18 dicembre 2025");
}

#[test]
fn the_last_day_of_the_calendar_does_not_panic() {
    let term = Term::days_after(NaiveDate::MAX, u16::MAX, Shift::of(true));
    assert!(term.includes(utc("2026-01-01T00:00:00Z")));
}
