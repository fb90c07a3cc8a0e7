// SPDX-License-Identifier: EUPL-1.2
//! A damaged procedure file is refused or read, and never breaks the program.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::{ArdisProcedure, ArsProcedure};

/// One value of a line replaced: the damage an editor does.
fn damaged(text: &str, line: usize, value: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = line % lines.len();
    let damaged = lines[line].split_once('=').map(|(key, _)| format!("{key}= {value}"));
    let with = |(index, old): (usize, &&str)| match &damaged {
        Some(new) if index == line => new.clone(),
        _ => (*old).to_owned(),
    };
    lines.iter().enumerate().map(with).collect::<Vec<_>>().join("\n")
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "\"[0-9T:. -]{0,24}\"",
        "\"-?26[0-9]{4}-1[0-2]-[0-2][0-9](T16:00)?\"",
        Just("\"-262143-01-01\"".to_owned()),
        Just("\"+262142-12-31T23:59:59\"".to_owned()),
        Just("true".to_owned()),
        Just("[]".to_owned()),
        ".{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_damage_to_a_line_breaks_the_reading_or_the_calendar(line in any::<usize>(), value in value()) {
        let (from, to): (DateTime<Utc>, DateTime<Utc>) =
            ("2025-08-31T22:00:00Z".parse().unwrap(), "2026-06-30T22:00:00Z".parse().unwrap());
        let ardis = ArdisProcedure::from_toml(&damaged(ArdisProcedure::EMBEDDED, line, &value));
        let ars = ArsProcedure::from_toml(&damaged(ArsProcedure::EMBEDDED, line, &value));
        let schedules = ardis.map(|it| it.schedules).into_iter().chain(ars.map(|it| it.schedules)).flatten();
        for schedule in schedules {
            for occurrence in schedule.occurrences(from, to) {
                let _ = schedule.is_stale(&occurrence, to);
            }
        }
    }
}
