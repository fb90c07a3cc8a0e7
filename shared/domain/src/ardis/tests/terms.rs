// SPDX-License-Identifier: EUPL-1.2
//! Known time against legal time.

use super::*;

#[test]
fn ard_020_a_regularisation_learned_late_revises_the_exclusion() {
    let mut learned_late = attested(2, "2025-12-01T10:00:00", "2025-12-18T23:59:59", "20000.00");
    learned_late.available_at = rome("2026-01-20T08:00:00");
    let facts = with([annotated(1, "2025-10-01T10:00:00", "2025-10-08T10:00:00", "20000.00"), learned_late]);
    assert_excluded(&at(&facts, "2025-12-19T00:00:00"), &[Cause::E03]);
    assert_admitted(&at(&facts, "2026-01-20T08:00:00"));
}

#[test]
fn ard_056_an_evaluation_made_weeks_late_judges_by_the_legal_dates() {
    let in_time = with([attested(1, "2025-11-20T23:59:59", "2025-11-27T10:00:00", "20000.00")]);
    let late = with([attested(1, "2025-11-21T00:00:00", "2025-11-27T10:00:00", "20000.00")]);
    for evaluated in ["2025-11-28T00:00:00", "2026-06-30T00:00:00"] {
        assert_admitted(&at(&in_time, evaluated));
        assert_excluded(&at(&late, evaluated), &[Cause::E02]);
    }
}

#[test]
fn ard_010_with_a_dsu_term_at_sixteen_the_evening_of_20_november_is_late() {
    let text = ArdisProcedure::EMBEDDED.replacen("dsu = \"2025-11-20\"", "dsu = \"2025-11-20T16:00\"", 1);
    let procedure = ArdisProcedure::from_toml(&text).unwrap();
    let facts = with([attested(1, "2025-11-20T18:00:00", "2025-11-27T10:00:00", "20000.00")]);
    assert_excluded(&evaluate(&facts, rome(IN_JANUARY), &procedure), &[Cause::E02]);
}

#[test]
fn ard_010_a_pending_application_says_who_settles_it() {
    let none = with([]);
    assert_eq!(at(&none, "2025-11-01T10:00:00").doubts[0].decided_by, DecidedBy::DsuTerm);
    let waiting = with([dsu(1, "2025-11-20T10:00:00")]);
    assert_eq!(at(&waiting, IN_DECEMBER).doubts[0].decided_by, DecidedBy::RegularisationTerm);
    assert_eq!(at(&waiting, IN_JANUARY).doubts[0].decided_by, DecidedBy::Officer);
}
