// SPDX-License-Identifier: EUPL-1.2
//! `docs/rules.md` has every rule of the two documents, and what it says of tests is so.

use campanella_tests::rules::{self, RuleRow, STATUSES};

use super::page;
use crate::invariants::assert_none;

/// The numbers of a document: the gaps between the ranges are deliberate.
const CATALOGUE: [(&str, &[(u16, u16)]); 2] =
    [("ARS", &[(1, 50)]), ("ARD", &[(1, 49), (55, 67), (70, 87), (90, 90), (95, 96), (100, 111)])];

/// What decides about people: exclusion, terms, ownership, periods, competence. Nothing of it may wait.
const DECISIVE: [(&str, &[(u16, u16)]); 2] =
    [("ARS", &[(1, 42), (48, 50)]), ("ARD", &[(1, 40), (43, 47), (55, 64), (70, 87)])];

fn numbers(ranges: [(&str, &[(u16, u16)]); 2]) -> Vec<String> {
    let of = |(document, ranges): (&str, &[(u16, u16)])| -> Vec<String> {
        let all = ranges.iter().flat_map(|(first, last)| *first..=*last);
        all.map(|number| format!("{document}-{number:03}")).collect()
    };
    ranges.into_iter().flat_map(of).collect()
}

fn rows() -> anyhow::Result<Vec<RuleRow>> {
    rules::list(&page("docs/rules.md")?.text)
}

#[test]
fn every_rule_of_the_two_documents_is_listed_once_and_in_order() -> anyhow::Result<()> {
    let listed: Vec<String> = rows()?.into_iter().map(|row| row.number).collect();
    assert_eq!(listed, numbers(CATALOGUE));
    assert_eq!(listed.len(), 145);
    Ok(())
}

#[test]
fn every_rule_has_a_status_and_says_where_it_is_done_or_why_not() -> anyhow::Result<()> {
    let is_vague = |row: &&RuleRow| {
        row.title.is_empty() || row.place.is_empty() || !STATUSES.contains(&row.status.as_str())
    };
    let rows = rows()?;
    assert_none(&rows.iter().filter(is_vague).map(|row| row.number.clone()).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn what_is_implemented_is_proved_by_a_test() -> anyhow::Result<()> {
    let unproved = |row: &&RuleRow| row.status == "implemented" && row.tests.is_empty();
    let rows = rows()?;
    let unproved = rows.iter().filter(unproved).map(|row| format!("{} {}", row.number, row.title));
    assert_none(&unproved.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn nothing_that_decides_about_people_is_left_for_later() -> anyhow::Result<()> {
    let decisive = numbers(DECISIVE);
    let waits = |row: &&RuleRow| row.status == "later" && decisive.contains(&row.number);
    let rows = rows()?;
    assert_none(&rows.iter().filter(waits).map(|row| row.number.clone()).collect::<Vec<_>>());
    Ok(())
}

/// Both ways: every test named exists, and every test whose name carries a number stands beside its rule.
#[test]
fn the_tests_beside_a_rule_are_those_that_carry_its_number() -> anyhow::Result<()> {
    let page = page("docs/rules.md")?;
    let tests = rules::tests()?;
    let known = numbers(CATALOGUE);
    assert_none(&tests.keys().filter(|number| !known.contains(number)).cloned().collect::<Vec<_>>());
    let written = rules::brought_up_to_date(&page.text, &tests)?;
    let differing: Vec<String> = page
        .text
        .lines()
        .zip(written.lines())
        .filter(|(is, ought)| is != ought)
        .map(|(is, _)| is.chars().take(10).collect())
        .collect();
    assert!(differing.is_empty(), "run ./dev rules: {differing:?}");
    Ok(())
}
