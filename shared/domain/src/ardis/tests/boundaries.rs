// SPDX-License-Identifier: EUPL-1.2
//! Every edge from both sides: to the cent, to the nanosecond, and on the days on which the clocks change.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

/// Up to a month, often nothing.
fn distance() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![Just(0), 0..1_000_000_000_i64, 0..30 * 86_400 * 1_000_000_000_i64]
        .prop_map(TimeDelta::nanoseconds)
}

/// The instant just before `edge`.
fn before(edge: DateTime<Utc>) -> DateTime<Utc> {
    edge - TimeDelta::nanoseconds(1)
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn submitted(at: DateTime<Utc>) -> ApplicationFacts {
    changed(|it| it.submitted_at = at)
}

/// One conforming attestation on a DSU signed at an instant.
fn signed(at: DateTime<Utc>) -> ApplicationFacts {
    let attestation = attested(1, "2025-03-01T10:00:00", "2025-12-24T10:00:00", "20000.00");
    with([Attestation { dsu_signed_at: at, issued_at: Some(at), ..attestation }])
}

/// An attestation with omissions, and a conforming one issued at an instant.
fn regularised(at: DateTime<Utc>) -> ApplicationFacts {
    let new = attested(2, "2025-11-21T00:00:00", "2025-11-28T10:00:00", "20000.00");
    let flawed = annotated(1, "2025-10-01T10:00:00", "2025-10-08T10:00:00", "20000.00");
    with([flawed, Attestation { issued_at: Some(at), ..new }])
}

/// An attestation with omissions, and an accepted form received at an instant.
fn self_certified(at: DateTime<Utc>) -> ApplicationFacts {
    let form = SelfCertification {
        received_at: at,
        checked_at: None,
        ..form("2025-12-01T10:00:00", CheckOutcome::Accepted)
    };
    let flawed = annotated(1, "2025-10-01T10:00:00", "2025-10-08T10:00:00", "20000.00");
    ApplicationFacts { self_certifications: vec![form], ..with([flawed]) }
}

/// The embedded call with other dates, each written as in the file.
fn calling(replacements: &[(&str, &str)]) -> ArdisProcedure {
    let mut text = ArdisProcedure::EMBEDDED.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    ArdisProcedure::from_toml(&text).unwrap()
}

/// After everything.
const IN_SUMMER: &str = "2026-06-30T12:00:00";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn ard_007_ard_055_every_cent_up_to_the_ceiling_is_admitted_and_every_cent_above_is_not(
        below in prop_oneof![Just(0), 0..=3_500_000_i64],
        above in prop_oneof![Just(1), 1..900_000_000_i64],
    ) {
        let worth = |cents| {
            let attestation = attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "0.00");
            with([Attestation { isee: Some(Money::from_cents(cents)), ..attestation }])
        };
        assert_admitted(&at(&worth(3_500_000 - below), IN_JANUARY));
        assert_excluded(&at(&worth(3_500_000 + above), IN_JANUARY), &[Cause::E01]);
    }

    #[test]
    fn ard_040_ard_060_the_window_holds_16_00_00_and_every_instant_before_and_none_after(distance in distance()) {
        let closes = rome("2025-11-20T16:00:00");
        assert_admitted(&at(&submitted(closes - distance), IN_JANUARY));
        let after = closes + TimeDelta::nanoseconds(1) + distance;
        assert_excluded(&at(&submitted(after), IN_JANUARY), &[Cause::E06]);
    }

    #[test]
    fn ard_010_ard_056_the_dsu_term_holds_every_instant_of_20_november_and_none_after(distance in distance()) {
        let midnight = rome("2025-11-21T00:00:00");
        assert_admitted(&at(&signed(before(midnight) - distance), IN_JANUARY));
        assert_excluded(&at(&signed(midnight + distance), IN_JANUARY), &[Cause::E02]);
    }

    #[test]
    fn ard_020_the_regularisation_term_holds_every_instant_of_18_december_and_none_after(
        distance in distance(),
    ) {
        let midnight = rome("2025-12-19T00:00:00");
        let in_time = (before(midnight) - distance).max(rome("2025-11-21T00:00:00"));
        assert_admitted(&at(&regularised(in_time), IN_JANUARY));
        // Its DSU was signed in time, so that an officer has to look (OQ-B9).
        let late = at(&regularised(midnight + distance), IN_SUMMER);
        assert_pending(&late, DoubtCode::RegularisationIssuedLate);
    }

    #[test]
    fn ard_018_a_self_certification_counts_to_the_last_instant_of_18_december(distance in distance()) {
        let midnight = rome("2025-12-19T00:00:00");
        assert_admitted(&at(&self_certified(before(midnight) - distance), IN_JANUARY));
        assert_excluded(&at(&self_certified(midnight + distance), IN_SUMMER), &[Cause::E03]);
    }
}

#[test]
fn ard_056_e02_is_found_in_the_very_instant_in_which_the_term_has_passed() {
    let midnight = rome("2025-11-21T00:00:00");
    let nothing = with([]);
    assert_pending(&evaluate(&nothing, before(midnight), embedded()), DoubtCode::WaitsForDsuTerm);
    assert_excluded(&evaluate(&nothing, midnight, embedded()), &[Cause::E02]);
}

#[test]
fn ard_057_e03_is_found_in_the_very_instant_in_which_the_term_has_passed() {
    let midnight = rome("2025-12-19T00:00:00");
    let flawed = with([annotated(1, "2025-10-01T10:00:00", "2025-10-08T10:00:00", "20000.00")]);
    assert_pending(&evaluate(&flawed, before(midnight), embedded()), DoubtCode::WaitsForRegularisation);
    assert_excluded(&evaluate(&flawed, midnight, embedded()), &[Cause::E03]);
}

#[test]
fn ard_022_the_anniversary_of_widowhood_ends_at_midnight_in_rome_and_not_in_greenwich() {
    let widowed = |submitted_at: &str| {
        let mut facts = with([]);
        facts.application.submitted_at = utc(submitted_at);
        facts.application.derogation = Redacted::from(Derogation::Widowed { since: Some(day("2022-11-10")) });
        at(&facts, IN_JANUARY)
    };
    assert_admitted(&widowed("2025-11-10T22:59:59.999Z"));
    assert_pending(&widowed("2025-11-10T23:00:00Z"), DoubtCode::IseeRequirementToVerify);
}

#[test]
fn ard_022_the_anniversary_of_widowhood_lasts_all_25_hours_of_the_day_the_clocks_go_back() {
    let widowed = |submitted_at: &str| {
        let mut facts = with([]);
        facts.application.submitted_at = utc(submitted_at);
        facts.application.derogation = Redacted::from(Derogation::Widowed { since: Some(day("2022-10-26")) });
        at(&facts, IN_JANUARY)
    };
    assert_admitted(&widowed("2025-10-26T22:30:00Z"));
    assert_admitted(&widowed("2025-10-26T22:59:59.999Z"));
    assert_pending(&widowed("2025-10-26T23:00:00Z"), DoubtCode::IseeRequirementToVerify);
}

#[test]
fn ard_036_a_student_comes_of_age_at_midnight_in_rome_on_the_day_the_clocks_go_back() {
    let in_person = |submitted_at: &str| {
        let mut facts = submitted(utc(submitted_at));
        facts.application.applicant_role = ApplicantRole::Student;
        facts.application.account_holder = AccountHolder::Student;
        facts.application.student_birth_date = Redacted::from(day("2007-10-26"));
        at(&facts, IN_JANUARY)
    };
    assert_pending(&in_person("2025-10-25T21:59:59.999Z"), DoubtCode::StudentApplicantNotAdult);
    assert_admitted(&in_person("2025-10-25T22:00:00Z"));
}

#[test]
fn ard_010_a_dsu_term_on_the_day_the_clocks_go_back_holds_all_25_hours() {
    let procedure = calling(&[
        ("closes = \"2025-11-20T16:00\"", "closes = \"2025-10-20T16:00\""),
        ("dsu = \"2025-11-20\"", "dsu = \"2025-10-26\""),
    ]);
    let judged = |at: &str| evaluate(&signed(utc(at)), rome(IN_SUMMER), &procedure);
    assert_admitted(&judged("2025-10-26T22:59:59.999999999Z"));
    assert_excluded(&judged("2025-10-26T23:00:00Z"), &[Cause::E02]);
}

#[test]
fn ard_020_a_regularisation_term_on_the_day_the_clocks_go_forward_ends_after_23_hours() {
    let procedure = calling(&[("regularisation = \"2025-12-18\"", "regularisation = \"2026-03-29\"")]);
    let judged = |at: &str| evaluate(&regularised(utc(at)), rome(IN_SUMMER), &procedure);
    assert_admitted(&judged("2026-03-29T21:59:59.999999999Z"));
    assert_pending(&judged("2026-03-29T22:00:00Z"), DoubtCode::RegularisationIssuedLate);
    let form = |at: &str| evaluate(&self_certified(utc(at)), rome(IN_SUMMER), &procedure);
    assert_admitted(&form("2026-03-29T21:59:59.999999999Z"));
    assert_excluded(&form("2026-03-29T22:00:00Z"), &[Cause::E03]);
}

#[test]
fn ard_040_a_window_that_closes_in_the_hour_that_comes_twice_closes_at_the_first() {
    let procedure = calling(&[("closes = \"2025-11-20T16:00\"", "closes = \"2025-10-26T02:30\"")]);
    let judged = |at: &str| evaluate(&submitted(utc(at)), rome(IN_SUMMER), &procedure);
    assert_admitted(&judged("2025-10-26T00:30:00Z"));
    assert_excluded(&judged("2025-10-26T00:30:00.001Z"), &[Cause::E06]);
    // The wall shows 02:30 again.
    assert_excluded(&judged("2025-10-26T01:30:00Z"), &[Cause::E06]);
}

#[test]
fn ard_040_a_window_that_closes_in_the_hour_that_is_skipped_holds_the_first_instant_after_it() {
    let procedure = calling(&[
        ("closes = \"2025-11-20T16:00\"", "closes = \"2026-03-29T02:30\""),
        ("dsu = \"2025-11-20\"", "dsu = \"2026-03-29\""),
        ("regularisation = \"2025-12-18\"", "regularisation = \"2026-04-18\""),
    ]);
    let judged = |at: &str| evaluate(&submitted(utc(at)), rome(IN_SUMMER), &procedure);
    assert_admitted(&judged("2026-03-29T01:00:00Z"));
    assert_excluded(&judged("2026-03-29T01:00:00.001Z"), &[Cause::E06]);
}
