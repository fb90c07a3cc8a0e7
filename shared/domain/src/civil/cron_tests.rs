// SPDX-License-Identifier: EUPL-1.2
//! Schedules over every change of the clocks, and the expressions that are refused.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

use super::*;
use crate::civil::{transitions, zone};

fn cron(expression: &str) -> CivilCron {
    expression.parse().unwrap()
}

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn at_every_transition_to_2037_a_daily_schedule_fires_once_a_day_at_every_half_hour() {
    let transitions = transitions::of_rome();
    for half_hour in 0..48_u32 {
        let cron = cron(&format!("0 {} {} * * *", half_hour % 2 * 30, half_hour / 2));
        for transition in &transitions {
            let day = zone::date_of(*transition);
            let first = day - Days::new(2);
            let after = first.and_time(NaiveTime::MIN) - TimeDelta::nanoseconds(1);
            let up_to = (day + Days::new(3)).and_time(NaiveTime::MIN) - TimeDelta::nanoseconds(1);
            let fired: Vec<_> = cron.occurrences(after, up_to).collect();

            let days: Vec<_> = fired.iter().map(|occurrence| occurrence.civil.date()).collect();
            let expected: Vec<_> = first.iter_days().take(5).collect();
            assert_eq!(days, expected, "{cron} loses or doubles no day around {transition}");
            assert!(fired.is_sorted_by(|one, next| one.instant < next.instant), "{cron} around {transition}");
            let same_day =
                |occurrence: &Occurrence| zone::date_of(occurrence.instant) == occurrence.civil.date();
            // Until 1979 Italy skipped the hour after midnight: its first instant is still in the same day.
            assert!(fired.iter().all(same_day), "{cron} around {transition}");
        }
    }
}

#[test]
fn a_time_skipped_in_march_fires_when_the_gap_ends() {
    let found = cron("0 30 2 * * *").next_after(civil("2026-03-28T12:00:00"));
    assert_eq!(
        found,
        Some(Occurrence { civil: civil("2026-03-29T02:30:00"), instant: utc("2026-03-29T01:00:00Z") })
    );
}

#[test]
fn a_time_repeated_in_october_fires_at_the_first_and_stays_due_in_the_second_pass() {
    let cron = cron("0 30 2 * * *");
    let after = civil("2025-10-25T12:00:00");
    let expected = Occurrence { civil: civil("2025-10-26T02:30:00"), instant: utc("2025-10-26T00:30:00Z") };
    assert_eq!(cron.due(after, utc("2025-10-26T00:29:59Z")).next(), None);
    assert_eq!(cron.due(after, utc("2025-10-26T00:30:00Z")).collect::<Vec<_>>(), [expected]);
    // The wall shows 02:15 again.
    assert_eq!(cron.due(after, utc("2025-10-26T01:15:00Z")).collect::<Vec<_>>(), [expected]);
    assert_eq!(cron.due(expected.civil, utc("2025-10-26T01:45:00Z")).next(), None);
}

#[test]
fn the_range_excludes_its_beginning_and_includes_its_end() {
    let cron = cron("0 0 8 * * *");
    let fired = cron.occurrences(civil("2025-11-18T08:00:00"), civil("2025-11-20T08:00:00"));
    let civils: Vec<_> = fired.map(|occurrence| occurrence.civil).collect();
    assert_eq!(civils, [civil("2025-11-19T08:00:00"), civil("2025-11-20T08:00:00")]);
    assert_eq!(cron.occurrences(civil("2025-11-20T08:00:00"), civil("2025-11-18T08:00:00")).next(), None);
}

#[test]
fn day_of_week_one_is_sunday_and_both_kinds_of_day_must_hold() {
    let sunday = cron("0 0 8 * * 1").next_after(civil("2025-11-18T08:00:00")).unwrap();
    assert_eq!(sunday.civil.weekday(), Weekday::Sun);
    let friday_13 = cron("0 0 8 13 * FRI").next_after(civil("2025-11-18T08:00:00")).unwrap();
    assert_eq!(friday_13.civil, civil("2026-02-13T08:00:00"));
}

#[test]
fn a_named_day_is_midnight_in_rome() {
    let daily = cron("@daily").next_after(civil("2025-11-18T08:00:00")).unwrap();
    assert_eq!(daily.instant, utc("2025-11-18T23:00:00Z"));
}

#[test]
fn a_schedule_of_one_year_ends_with_it() {
    let once = cron("0 0 8 27 10 * 2025");
    assert_eq!(once.next_after(civil("2025-01-01T00:00:00")).unwrap().civil, civil("2025-10-27T08:00:00"));
    assert_eq!(once.next_after(civil("2025-10-27T08:00:00")), None);
}

#[test]
fn what_is_finer_than_daily_is_refused_with_the_remedy() {
    for (expression, times) in
        [("0 */15 * * * *", 96), ("0 0 8,20 * * *", 2), ("@hourly", 24), ("* 0 8 * * *", 60)]
    {
        let error = expression.parse::<CivilCron>().unwrap_err();
        assert_eq!(error, CronError::FinerThanDaily { expression: expression.to_owned(), times });
        let text = error.to_string();
        assert!(text.contains(expression) && text.contains("più scadenze"), "{text}");
    }
}

#[test]
fn what_is_not_an_expression_is_named_with_the_fields_it_should_have() {
    // Five fields are what crontab(5) has: the commonest mistake.
    for expression in ["0 8 * * *", "", "every day", "0 0 25 * * *", "0 0 8 * * FOO"] {
        let error = expression.parse::<CivilCron>().unwrap_err();
        assert_eq!(error, CronError::Syntax { expression: expression.to_owned() });
        assert!(error.to_string().contains("giorno-della-settimana"), "{error}");
    }
}

#[test]
fn a_day_that_does_not_exist_is_refused() {
    let error = "0 0 8 30 2 *".parse::<CivilCron>().unwrap_err();
    assert_eq!(error, CronError::Never { expression: "0 0 8 30 2 *".to_owned() });
}

#[test]
fn a_schedule_is_a_string_in_a_file() {
    let cron = cron("0 0 8 * * MON-FRI");
    let written = serde_json::to_string(&cron).unwrap();
    assert_eq!(written, r#""0 0 8 * * MON-FRI""#);
    assert_eq!(serde_json::from_str::<CivilCron>(&written).unwrap(), cron);
    assert!(serde_json::from_str::<CivilCron>(r#""@hourly""#).is_err());
}

#[test]
fn the_ends_of_the_calendar_do_not_panic() {
    let daily = cron("@daily");
    assert_eq!(daily.next_after(NaiveDateTime::MIN).unwrap().civil, civil("1970-01-01T00:00:00"));
    assert_eq!(daily.next_after(NaiveDateTime::MAX), None);
}

proptest! {
    /// The crate's search against going day by day.
    #[test]
    fn the_next_occurrence_is_the_first_day_that_matches(
        start in 0..25_000_u64, second in 0..86_400_u32, day in 1..=31_u32, month in 1..=12_u32, weekday in 1..=7_u32,
        restrict in 0..8_u8,
    ) {
        let or_any = |bit: u8, value: u32| if restrict & bit == 0 { "*".to_owned() } else { value.to_string() };
        let expression = format!("0 30 2 {} {} {}", or_any(1, day), or_any(2, month), or_any(4, weekday));
        let Ok(cron) = expression.parse::<CivilCron>() else { return Ok(()) };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        let after = (DateTime::UNIX_EPOCH.date_naive() + Days::new(start)).and_time(time);
        let matches = |civil: &NaiveDateTime| {
            *civil > after
                && (restrict & 1 == 0 || civil.day() == day)
                && (restrict & 2 == 0 || civil.month() == month)
                && (restrict & 4 == 0 || civil.weekday().number_from_sunday() == weekday)
        };
        let by_days = after.date().iter_days().take(20_000).map(|date| date.and_hms_opt(2, 30, 0).unwrap()).find(matches);
        prop_assert_eq!(cron.next_after(after).map(|occurrence| occurrence.civil), by_days);
    }
}
