// SPDX-License-Identifier: EUPL-1.2
//! Terms, dates and calendars.

use campanella_domain::civil::cron::CivilCron;
use campanella_domain::civil::term::{Shift, Term, TermKind};
use campanella_domain::civil::zone::{civil_of, date_of, instant_of};
use campanella_domain::civil::{age, italian};
use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::text;

/// A term: what it includes changes exactly at its edge, it comes back from storage whole, and people can be told.
pub fn civil(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(term) = text.parse::<Term>() {
        holds_up_to_its_edge(&term);
        let stored = serde_json::to_string(&term).unwrap_or_default();
        assert!(serde_json::from_str::<Term>(&stored).is_ok_and(|again| again == term), "{stored}");
        assert!(!term.to_string().is_empty() && !term.long_date().is_empty());
        on_a_day(term.last_day());
        civil_times(term.civil());
    }
    // What is stored may have been written by another release, or by hand.
    if let Ok(term) = serde_json::from_str::<Term>(text) {
        assert!(!term.to_string().is_empty());
        assert!(term.includes(term.instant()) == (term.kind() == TermKind::Until));
    }
}

fn holds_up_to_its_edge(term: &Term) {
    let edge = term.instant();
    let moment = TimeDelta::nanoseconds(1);
    assert_eq!(term.includes(edge), term.kind() == TermKind::Until);
    assert!(edge.checked_sub_signed(moment).is_none_or(|before| term.includes(before)));
    assert!(
        edge.checked_add_signed(moment).is_none_or(|after| !term.includes(after) && term.has_passed(after))
    );
}

fn on_a_day(date: NaiveDate) {
    for shift in [Shift::SundaysAndHolidays, Shift::SaturdaysToo] {
        let moved = shift.apply(date);
        assert!(moved >= date && shift.apply(moved) == moved);
        // No row of holidays in Italy is longer than a week.
        assert!(moved <= date.checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX));
        assert!(
            Term::days_after(date, 10, shift).last_day()
                >= date.checked_sub_days(Days::new(1)).unwrap_or(date)
        );
    }
    assert!(!italian::long_date(date).is_empty());
    assert!(age::anniversary(date, 3) >= date);
    assert!(age::is_minor_on(date, date) || date == NaiveDate::MAX);
}

/// The wall in Rome shows the civil time or, where that does not exist, the first after it.
fn civil_times(civil: NaiveDateTime) {
    let instant = instant_of(civil);
    let shown = civil_of(instant);
    let inside = NaiveDateTime::MIN + TimeDelta::days(2)..NaiveDateTime::MAX - TimeDelta::days(2);
    if inside.contains(&civil) {
        assert!(shown >= civil && shown - civil <= TimeDelta::hours(24), "{civil} is shown as {shown}");
        assert_eq!(date_of(instant), shown.date());
    }
}

/// A calendar: it fires once a day at most, forwards, at the instants of its civil times, and comes back as written.
pub fn cron(input: &[u8]) {
    let Some(Ok(cron)) = text(input).map(str::parse::<CivilCron>) else { return };
    let written = cron.to_string();
    assert!(written.parse::<CivilCron>().is_ok_and(|again| again == cron), "{written}");
    let from =
        NaiveDateTime::new(NaiveDate::from_ymd_opt(2025, 9, 1).unwrap_or_default(), chrono::NaiveTime::MIN);
    let up_to = from + TimeDelta::days(500);
    let (mut last, mut count) = (None, 0_u32);
    for occurrence in cron.occurrences(from, up_to) {
        assert!(occurrence.civil > from && occurrence.civil <= up_to);
        assert_eq!(occurrence.instant, instant_of(occurrence.civil));
        let later = |(date, instant)| occurrence.civil.date() > date && occurrence.instant > instant;
        assert!(last.is_none_or(later), "{written} at {}", occurrence.civil);
        last = Some((occurrence.civil.date(), occurrence.instant));
        count += 1;
    }
    assert!(count <= 500);
    assert!(cron.next_after(NaiveDateTime::MIN).is_some(), "{written} was accepted and never fires");
}
