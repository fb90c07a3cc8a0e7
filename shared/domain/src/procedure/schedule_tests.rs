// SPDX-License-Identifier: EUPL-1.2
//! The calendar of both embedded procedures, and each way an entry can be wrong.

use chrono::NaiveTime;

use super::*;
use crate::procedure::{ArdisProcedure, ArsProcedure};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn embedded(name: &str) -> Schedule {
    let ardis = ArdisProcedure::embedded().unwrap().schedules;
    let ars = ArsProcedure::embedded().unwrap().schedules;
    ardis.into_iter().chain(ars).find(|schedule| schedule.name == name).unwrap()
}

fn school_year(schedule: &Schedule) -> Vec<Occurrence> {
    schedule.occurrences(utc("2025-08-31T22:00:00Z"), utc("2026-06-30T22:00:00Z"))
}

fn civil_times(name: &str) -> Vec<String> {
    school_year(&embedded(name)).iter().map(|occurrence| occurrence.civil.to_string()).collect()
}

/// An entry of the ARDIS file made of these lines.
fn entry(lines: &str) -> Result<Schedule, ProcedureError> {
    let head = "emits = \"reminder.due\"\nsubject = \"dsu-missing\"\ncatch_up = \"latest\"";
    let text = format!("{}\n[[schedule]]\nname = \"extra\"\n{head}\n{lines}\n", ArdisProcedure::EMBEDDED);
    ArdisProcedure::from_toml(&text).map(|procedure| procedure.schedules.last().unwrap().clone())
}

#[test]
fn ard_056_ard_057_the_terms_are_reached_at_the_midnight_that_ends_them() {
    assert_eq!(civil_times("ardis-dsu-term"), ["2025-11-21 00:00:00"]);
    assert_eq!(civil_times("ardis-regularisation-term"), ["2025-12-19 00:00:00"]);
    let procedure = ArdisProcedure::embedded().unwrap();
    let reached = school_year(&embedded("ardis-dsu-term"))[0].instant;
    assert!(procedure.terms.dsu.has_passed(reached));
    assert!(!procedure.terms.dsu.has_passed(reached - TimeDelta::nanoseconds(1)));
}

#[test]
fn ard_056_a_term_a_right_depends_on_is_caught_up_however_late() {
    for name in ["ardis-dsu-term", "ardis-regularisation-term"] {
        let schedule = embedded(name);
        assert_eq!((schedule.catch_up, schedule.window), (CatchUp::All, None));
        let occurrence = school_year(&schedule)[0];
        assert!(!schedule.is_stale(&occurrence, utc("2035-01-01T00:00:00Z")));
    }
}

#[test]
fn ard_010_applicants_are_reminded_seven_and_two_days_before_the_dsu_term() {
    assert_eq!(civil_times("ardis-dsu-reminder"), ["2025-11-13 09:00:00", "2025-11-18 09:00:00"]);
}

#[test]
fn ard_020_applicants_are_reminded_fourteen_seven_and_two_days_before_regularisation() {
    let expected = ["2025-12-04 09:00:00", "2025-12-11 09:00:00", "2025-12-16 09:00:00"];
    assert_eq!(civil_times("ardis-regularisation-reminder"), expected);
}

#[test]
fn ars_034_institutes_are_reminded_fourteen_seven_and_two_days_before_27_october() {
    let expected = ["2025-10-13 09:00:00", "2025-10-20 09:00:00", "2025-10-25 09:00:00"];
    assert_eq!(civil_times("ars-iefp-class-lists-reminder"), expected);
}

#[test]
fn ars_034_late_institutes_are_told_on_the_morning_after_27_october() {
    assert_eq!(civil_times("ars-iefp-class-lists-overdue"), ["2025-10-28 09:00:00"]);
}

#[test]
fn ars_035_schools_are_reminded_a_week_before_the_first_two_months_end() {
    assert_eq!(civil_times("ars-first-months-reminder"), ["2025-11-03 09:00:00"]);
}

#[test]
fn ars_016_schools_and_cpi_are_reminded_ten_days_before_withdrawals_change_their_label() {
    assert_eq!(civil_times("ars-march-15-reminder"), ["2026-03-04 09:00:00"]);
}

#[test]
fn ars_040_ars_041_each_outcome_deadline_has_its_own_reminders_and_none_while_nobody_gave_one() {
    assert_eq!(civil_times("ars-outcomes-reminder"), Vec::<String>::new());
    let text = ArsProcedure::EMBEDDED.replacen(
        "outcome_deadlines = []",
        "outcome_deadlines = [\"2026-06-20\", \"2026-09-10\"]",
        1,
    );
    let schedules = ArsProcedure::from_toml(&text).unwrap().schedules;
    let schedule = schedules.into_iter().find(|schedule| schedule.name == "ars-outcomes-reminder").unwrap();
    let all = schedule.occurrences(utc("2025-09-01T00:00:00Z"), utc("2026-12-31T00:00:00Z"));
    let civil: Vec<String> = all.iter().map(|occurrence| occurrence.civil.to_string()).collect();
    let expected = ["2026-06-06 09:00:00", "2026-06-13 09:00:00", "2026-06-18 09:00:00"];
    assert_eq!(civil[..3], expected);
    assert_eq!(civil.len(), 6);
    // A reminder outlives its own term no more than that of the other.
    assert!(!schedule.is_stale(&all[2], utc("2026-06-20T21:59:59Z")));
    assert!(schedule.is_stale(&all[2], utc("2026-06-20T22:00:00Z")));
    assert!(!schedule.is_stale(&all[3], utc("2026-06-20T22:00:00Z")));
}

#[test]
fn ard_010_a_missed_reminder_is_of_no_use_once_its_term_has_passed() {
    let schedule = embedded("ardis-dsu-reminder");
    let occurrence = school_year(&schedule)[0];
    assert!(!schedule.is_stale(&occurrence, utc("2025-11-20T22:59:59.999Z")));
    assert!(schedule.is_stale(&occurrence, utc("2025-11-20T23:00:00Z")));
}

#[test]
fn an_occurrence_belongs_to_exactly_one_of_two_adjacent_intervals() {
    let schedule = embedded("ardis-dsu-term");
    let due = utc("2025-11-20T23:00:00Z");
    assert!(schedule.occurrences(due - TimeDelta::days(1), due - TimeDelta::nanoseconds(1)).is_empty());
    assert_eq!(schedule.occurrences(due - TimeDelta::nanoseconds(1), due).len(), 1);
    assert!(schedule.occurrences(due, due + TimeDelta::days(1)).is_empty());
}

#[test]
fn a_cron_asked_hour_by_hour_fires_each_civil_day_once_over_the_change_of_october() {
    let schedule = entry("cron = \"0 30 2 * * *\"").unwrap();
    let start = utc("2025-10-24T22:00:00Z");
    let hours = (0..72).map(|hour| start + TimeDelta::hours(hour));
    let fired: Vec<String> = hours
        .flat_map(|hour| schedule.occurrences(hour, hour + TimeDelta::hours(1)))
        .map(|occurrence| occurrence.civil.to_string())
        .collect();
    assert_eq!(fired, ["2025-10-25 02:30:00", "2025-10-26 02:30:00", "2025-10-27 02:30:00"]);
}

#[test]
fn a_window_makes_older_occurrences_stale() {
    let schedule = entry("at = \"2025-11-20T12:00:00\"\nwindow_hours = 6").unwrap();
    let occurrence = school_year(&schedule)[0];
    assert_eq!(occurrence.instant, utc("2025-11-20T11:00:00Z"));
    assert!(!schedule.is_stale(&occurrence, utc("2025-11-20T17:00:00Z")));
    assert!(schedule.is_stale(&occurrence, utc("2025-11-20T17:00:01Z")));
}

#[test]
fn after_a_term_with_an_hour_is_the_first_second_outside_it() {
    let trigger = Trigger::After(AfterTerm { term: TermName::Dsu, time: None });
    let term = Term::until("2025-11-20T16:00:00".parse().unwrap());
    let moments = trigger.moments(&[term]);
    assert_eq!(moments, ["2025-11-20T16:00:01".parse().unwrap()]);
    assert!(term.has_passed(instant_of(moments[0])));
}

#[test]
fn after_a_term_at_a_time_of_day_is_the_first_such_time_outside_it() {
    let nine = "09:00:00".parse().ok();
    let trigger = Trigger::After(AfterTerm { term: TermName::IefpConfirmation, time: nine });
    let whole_day = Term::end_of_day("2025-10-27".parse().unwrap());
    assert_eq!(trigger.moments(&[whole_day]), ["2025-10-28T09:00:00".parse().unwrap()]);
    let afternoon = Term::until("2025-10-27T16:00:00".parse().unwrap());
    assert_eq!(trigger.moments(&[afternoon]), ["2025-10-28T09:00:00".parse().unwrap()]);
}

#[test]
fn days_before_a_term_are_counted_from_its_last_day() {
    let before = BeforeTerm { term: TermName::Dsu, days: vec![0, 1], time: NaiveTime::MIN };
    let moments = Trigger::Before(before).moments(&[Term::end_of_day("2025-11-20".parse().unwrap())]);
    assert_eq!(moments, ["2025-11-19T00:00:00".parse().unwrap(), "2025-11-20T00:00:00".parse().unwrap()]);
}

#[test]
fn an_entry_without_exactly_one_trigger_is_refused() {
    for lines in ["", "at = \"2025-11-20T12:00:00\"\ncron = \"0 0 8 * * *\""] {
        let error = entry(lines).unwrap_err();
        assert!(error.to_string().contains("deve averne una sola"), "{error}");
        assert!(error.key().unwrap().starts_with("ardis.schedule"), "{error}");
    }
}

#[test]
fn an_entry_that_cannot_work_is_refused_with_the_remedy() {
    for (lines, said) in [
        ("cron = \"0 0 * * * *\"", "al più una volta"),
        ("before = { term = \"dsu\", days = [], time = \"09:00:00\" }", "«days»"),
        ("before = { term = \"dsu\", days = [7, 7], time = \"09:00:00\" }", "«days»"),
        ("after = { term = \"midsummer\" }", "midsummer"),
        ("at = \"2025-11-20T12:00:00\"\nrepeat = 3", "repeat"),
        ("at = \"2025-11-20T12:00:60\"", "secondo 60"),
        ("before = { term = \"dsu\", days = [7], time = \"09:00:60\" }", "secondo 60"),
        ("after = { term = \"dsu\", time = \"09:00:60\" }", "secondo 60"),
    ] {
        let error = entry(lines).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_message_no_worker_understands_is_refused() {
    let text = ArdisProcedure::EMBEDDED.replacen("subject = \"dsu-missing\"", "subject = \"dsu\"", 1);
    let error = ArdisProcedure::from_toml(&text).unwrap_err();
    assert!(error.to_string().contains("nessun worker sa trattare"), "{error}");
}

#[test]
fn a_name_used_twice_is_refused() {
    let text = ArdisProcedure::EMBEDDED.replacen("ardis-regularisation-term", "ardis-dsu-term", 1);
    let error = ArdisProcedure::from_toml(&text).unwrap_err();
    assert_eq!(error.key(), Some("ardis.schedule[1].name"));
}
