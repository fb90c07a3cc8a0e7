// SPDX-License-Identifier: EUPL-1.2
//! The embedded call, and each way a file can be wrong.

use super::*;
use crate::ardis::Cause;

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The embedded file with one piece of text replaced by another.
fn refused(from: &str, to: &str) -> ProcedureError {
    assert!(ArdisProcedure::EMBEDDED.contains(from), "the embedded file has no `{from}`");
    ArdisProcedure::from_toml(&ArdisProcedure::EMBEDDED.replacen(from, to, 1)).unwrap_err()
}

#[track_caller]
fn assert_names(error: &ProcedureError, key: &str) {
    assert_eq!(error.key(), Some(key), "{error}");
    assert!(error.to_string().contains(key), "{error}");
}

#[test]
fn ard_039_ard_040_the_embedded_window_opens_and_closes_as_the_call_says() {
    let window = ArdisProcedure::embedded().unwrap().window;
    assert_eq!(window.opens, civil("2025-10-06T10:00:00"));
    assert_eq!(window.opens_at(), utc("2025-10-06T08:00:00Z"));
    assert_eq!(window.closes.instant(), utc("2025-11-20T15:00:00Z"));
    assert!(window.closes.includes(utc("2025-11-20T15:00:00Z")));
}

#[test]
fn ard_010_ard_020_the_embedded_terms_are_whole_days() {
    let terms = ArdisProcedure::embedded().unwrap().terms;
    assert_eq!(terms.dsu.instant(), utc("2025-11-20T23:00:00Z"));
    assert_eq!(terms.regularisation.instant(), utc("2025-12-18T23:00:00Z"));
    assert!(!terms.dsu.includes(utc("2025-11-20T23:00:00Z")));
}

#[test]
fn ard_007_ard_028_ard_029_ard_030_ard_031_the_embedded_amounts_are_those_of_the_call() {
    let procedure = ArdisProcedure::embedded().unwrap();
    assert_eq!(procedure.isee.ceiling, Money::from_cents(3_500_000));
    assert_eq!(procedure.isee.valid_year, 2025);
    assert_eq!(procedure.maxima.of(SchoolLevel::Primary), Some(Money::from_cents(109_500)));
    assert_eq!(procedure.maxima.of(SchoolLevel::LowerSecondary), Some(Money::from_cents(154_500)));
    assert_eq!(procedure.maxima.of(SchoolLevel::UpperSecondary), Some(Money::from_cents(214_500)));
}

#[test]
fn ard_064_each_of_the_nine_causes_has_its_letter_citation_reason_and_rule() {
    let procedure = ArdisProcedure::embedded().unwrap();
    for (number, cause) in (55..).zip(Cause::ALL) {
        let text = procedure.causes.of(cause);
        assert_eq!(text.code, cause);
        assert_eq!(text.citation, format!("Art. 4, comma 1, lettera {})", text.letter));
        assert_eq!(text.rule, crate::identity::RuleNumber::ard(number));
    }
    let letters: String = procedure.causes.iter().map(|text| text.letter).collect();
    assert_eq!(letters, "abcdefghi");
}

#[test]
fn ard_065_ard_066_no_cause_of_exclusion_knows_of_another_aid() {
    let procedure = ArdisProcedure::embedded().unwrap();
    assert_eq!(procedure.causes.iter().count(), 9);
    for text in procedure.causes.iter() {
        let reason = text.reason.to_lowercase();
        assert!(["dote", "convitt", "cumul"].iter().all(|word| !reason.contains(word)), "{reason}");
    }
}

#[test]
fn ard_073_ard_082_observations_end_ten_days_after_publication_saturday_moved() {
    let procedure = ArdisProcedure::embedded().unwrap();
    let until = |date: &str| procedure.observations_until(date.parse().unwrap()).last_day().to_string();
    assert_eq!(until("2026-04-01"), "2026-04-13");
    assert_eq!(until("2026-03-26"), "2026-04-07");
}

#[test]
fn the_version_names_procedure_and_file() {
    assert_eq!(ArdisProcedure::embedded().unwrap().version(), "ardis-paritarie-2025-26@2025-26.1");
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line() {
    let error = refused("[terms]", "[terms");
    assert!(matches!(error, ProcedureError::Syntax { .. }), "{error}");
    assert!(error.to_string().contains("riga"), "{error}");
}

#[test]
fn an_unknown_key_is_named() {
    let error = refused("[terms]\n", "[terms]\nholidays = true\n");
    assert_names(&error, "ardis.terms.holidays");
}

#[test]
fn a_missing_key_is_named() {
    assert_names(&refused("saturday_is_holiday = true", ""), "ardis.observations.saturday_is_holiday");
    assert_names(&refused("version = \"2025-26.1\"", ""), "ardis.version");
    assert_names(&refused("own_account = \"student-only\"", ""), "ardis.decisions.own_account");
}

#[test]
fn a_value_that_cannot_be_read_is_named() {
    assert_names(&refused("dsu = \"2025-11-20\"", "dsu = \"20 novembre\""), "ardis.terms.dsu");
    assert_names(&refused("ceiling = \"35000.00\"", "ceiling = \"35.000\""), "ardis.isee.ceiling");
    assert_names(
        &refused("opens = \"2025-10-06T10:00:00\"", "opens = \"2025-10-06T10:00:60\""),
        "ardis.window.opens",
    );
    let error = refused("own_account = \"student-only\"", "own_account = \"anybody\"");
    assert_names(&error, "ardis.decisions.own_account");
    assert!(error.to_string().contains("joint-allowed"), "the remedy names the values: {error}");
}

#[test]
fn an_amount_that_is_not_above_zero_is_named() {
    assert_names(&refused("primary = \"1095.00\"", "primary = \"-1095.00\""), "ardis.maxima.primary");
    assert_names(&refused("ceiling = \"35000.00\"", "ceiling = \"0.00\""), "ardis.isee.ceiling");
}

#[test]
fn a_term_before_the_window_closes_is_named() {
    assert_names(&refused("dsu = \"2025-11-20\"", "dsu = \"2025-11-19\""), "ardis.terms.dsu");
    assert_names(&refused("dsu = \"2025-11-20\"", "dsu = \"2025-11-20T15:59\""), "ardis.terms.dsu");
    assert_names(
        &refused("regularisation = \"2025-12-18\"", "regularisation = \"2025-11-18\""),
        "ardis.terms.regularisation",
    );
    assert_names(
        &refused("closes = \"2025-11-20T16:00\"", "closes = \"2025-09-20T16:00\""),
        "ardis.window.closes",
    );
    assert_names(&refused("closes = \"2025-11-20T16:00\"", "closes = \"2025-11-20\""), "ardis.window.closes");
}

#[test]
fn ard_010_a_dsu_term_at_sixteen_is_only_another_value_of_the_key() {
    let text = ArdisProcedure::EMBEDDED.replacen("dsu = \"2025-11-20\"", "dsu = \"2025-11-20T16:00\"", 1);
    let procedure = ArdisProcedure::from_toml(&text).unwrap();
    assert!(!procedure.terms.dsu.includes(utc("2025-11-20T15:00:00.001Z")));
}

#[test]
fn ard_064_causes_that_are_not_the_nine_are_refused() {
    for (from, to, said) in [
        ("letter = \"b\"", "letter = \"a\"", "la lettera «a» è di due cause"),
        ("code = \"E02\"", "code = \"E01\"", "E02"),
        (
            "reason = \"Richiedente non residente con lo studente\"",
            "reason = \"\"",
            "«reason» della causa E08",
        ),
    ] {
        let error = refused(from, to);
        assert_names(&error, "ardis.cause");
        assert!(error.to_string().contains(said), "{error}");
    }
    let without_last = ArdisProcedure::EMBEDDED.split("[[cause]]\ncode = \"E09\"").collect::<Vec<_>>();
    let rest = without_last[1].split_once("\n\n").unwrap().1;
    let error = ArdisProcedure::from_toml(&format!("{}{rest}", without_last[0])).unwrap_err();
    assert!(error.to_string().contains("qui sono 8"), "{error}");
}

#[test]
fn a_zero_where_something_is_counted_is_named() {
    assert_names(&refused("days = 10", "days = 0"), "ardis.observations.days");
    let hours = refused("courtesy_mail_hours = 12", "courtesy_mail_hours = 0");
    assert_names(&hours, "ardis.service_levels.courtesy_mail_hours");
    assert_names(&refused("receipt_days = 7", "receipt_days = 0"), "ardis.service_levels.receipt_days");
    assert_names(&refused("widowhood_years = 3", "widowhood_years = 0"), "ardis.derogations.widowhood_years");
}

#[test]
fn a_term_of_another_procedure_is_named() {
    let error = refused("after = { term = \"dsu\" }", "after = { term = \"iefp_confirmation\" }");
    assert_names(&error, "ardis.schedule[0]");
}

#[test]
fn ard_040_ard_043_drafts_are_reminded_of_while_the_window_is_open() {
    let procedure = ArdisProcedure::embedded().unwrap();
    let schedule =
        procedure.schedules.iter().find(|schedule| schedule.name == "ardis-draft-reminder").unwrap();
    let closes = procedure.window.closes.instant();
    let due = schedule.occurrences(procedure.window.opens_at(), closes + TimeDelta::days(30));
    let days: Vec<String> = due.iter().map(|occurrence| occurrence.civil.to_string()).collect();
    assert_eq!(
        days,
        ["2025-11-13 09:00:00", "2025-11-18 09:00:00", "2025-11-19 09:00:00", "2025-11-20 09:00:00"]
    );
    let last = due.last().unwrap();
    assert!(!schedule.is_stale(last, closes) && schedule.is_stale(last, closes + TimeDelta::microseconds(1)));
}

#[test]
fn the_courtesies_the_call_does_not_promise_can_be_switched_off() {
    let text = ArdisProcedure::EMBEDDED
        .replace("annotation_courtesy = true", "annotation_courtesy = false")
        .replace("final_list_courtesy = true", "final_list_courtesy = false");
    let decisions = ArdisProcedure::from_toml(&text).unwrap().decisions;
    assert!(!decisions.annotation_courtesy && !decisions.final_list_courtesy);
}

#[test]
fn a_switch_that_nothing_reads_cannot_be_thrown() {
    let error = refused("retention_years = 10", "retention_years = 5");
    assert_names(&error, "ardis.decisions.retention_years");
    assert!(error.to_string().contains("non ha effetto"), "{error}");
    let error = refused("data_change_channel = \"online\"", "data_change_channel = \"paper\"");
    assert_names(&error, "ardis.decisions.data_change_channel");
}
