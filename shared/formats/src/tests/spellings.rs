// SPDX-License-Identifier: EUPL-1.2
//! Every spelling that is accepted, and what is not guessed.

use crate::value::{amount, date, flag, instant, instant_or_day, one_of, year};
use campanella_domain::ardis::SchoolLevel;

#[test]
fn a_day_is_written_in_these_ways() {
    for text in [
        "2025-11-20",
        "20/11/2025",
        "20-11-2025",
        "20.11.2025",
        "2025/11/20",
        "20/11/2025 00:00",
        "2025-11-20T00:00:00",
    ] {
        assert_eq!(date(text).unwrap().to_string(), "2025-11-20", "{text}");
    }
    assert_eq!(date("1/2/2025").unwrap().to_string(), "2025-02-01");
    for (text, problem) in [
        ("45981", "numero del foglio di calcolo"),
        ("45981,5", "numero del foglio di calcolo"),
        ("20/11/25", "due cifre"),
        ("20.11.25", "due cifre"),
        ("11/20/2025", "non esiste"),
        ("30/02/2025", "non esiste"),
        ("20/11/0025", "tra il 1900 e il 2100"),
        ("20/11/2025 16:00", "c'è un'ora"),
        ("2025-11-20T00:00:00Z", "c'è un'ora"),
        ("20 novembre 2025", "non è una data"),
        ("2025-11", "non è una data"),
        ("20/11-2025", "non è una data"),
        ("+20/11/2025", "non è una data"),
        ("٢٠/١١/٢٠٢٥", "non è una data"),
        ("020/11/2025", "non è una data"),
    ] {
        let trouble = date(text).unwrap_err();
        assert!(trouble.problem.contains(problem), "{text}: {}", trouble.problem);
    }
}

#[test]
fn an_instant_is_civil_time_in_rome_unless_it_has_an_offset() {
    for text in [
        "20/11/2025 16:00",
        "20/11/2025 16:00:00",
        "20/11/2025 16.00",
        "20.11.2025 16.00.00",
        "2025-11-20T16:00:00",
        "2025-11-20 16:00",
        "2025-11-20T16:00:00+01:00",
        "2025-11-20T15:00:00Z",
        "2025-11-20t15:00z",
        "2025-11-20 07:00:00.000-0800",
        "2025-11-20T17:00:00+02",
        "20/11/2025  16:00",
        "2025-11-20T16:00:00,0",
        "2025-11-20 16:00:00 +01:00",
    ] {
        assert_eq!(instant(text).unwrap().to_rfc3339(), "2025-11-20T15:00:00+00:00", "{text}");
    }
    let micros = instant("2025-11-20T16:00:00.0019999Z").unwrap();
    assert_eq!(micros.timestamp_subsec_micros(), 1_999, "as both databases keep it");
    // 26 October has this hour twice, 30 March not at all.
    assert_eq!(instant("26/10/2025 02:30").unwrap().to_rfc3339(), "2025-10-26T00:30:00+00:00");
    assert_eq!(instant("30/03/2025 02:30").unwrap().to_rfc3339(), "2025-03-30T01:00:00+00:00");
    for text in [
        "20/11/2025 25:00",
        "20/11/2025 16",
        "20/11/2025 16:0",
        "20/11/2025 4 PM",
        "20/11/2025 16:00:60",
        "2025-11-20T16:00:00+1",
        "2025-11-20T16:00:00+25:00",
        "2025-11-20T16:00:00+01:60",
        "2025-11-20T16:00.5",
        "2025-11-20T16:00:00.",
        "2025-11-20T+01:00",
        "2025-11-20T16:00:00.1234567890",
    ] {
        let trouble = instant(text).map(|_| ()).unwrap_err();
        assert!(trouble.problem.contains("l'ora non si legge"), "{text}: {}", trouble.problem);
    }
}

#[test]
fn a_bare_day_is_its_first_instant_where_the_hour_decides_nothing() {
    assert!(instant("20/11/2025").unwrap_err().problem.contains("manca l'ora"));
    assert_eq!(instant_or_day("20/11/2025").unwrap().to_rfc3339(), "2025-11-19T23:00:00+00:00");
}

#[test]
fn an_amount_is_never_guessed() {
    for text in ["1.545,00", "1545,00", "1545.00", "1545", "1545,0", "€ 1.545,00", "1.545,00 €"] {
        assert_eq!(amount(text).unwrap().cents(), 154_500, "{text}");
    }
    assert!(amount("1.545").unwrap_err().problem.contains("si può leggere in due modi"));
    assert!(amount("1.545").unwrap_err().remedy.contains("1.545,00 oppure 1545.00"));
    for text in ["1,545.00", "1,545", "15.45.00", "mille", "1 545", "1e3", "99999999999999999999"] {
        assert!(amount(text).is_err(), "{text}");
    }
    assert_eq!(amount("-1,00").unwrap_err().problem, "l'importo è negativo");
}

#[test]
fn yes_and_no_are_written_in_these_ways() {
    for text in [
        "true",
        "TRUE",
        "vero",
        "VERO",
        "sì",
        "SÌ",
        "Si",
        "si'",
        "sí",
        "si\u{300}",
        "S",
        "yes",
        "Y",
        "1",
        "x",
        "X",
    ] {
        assert_eq!(flag(text), Ok(true), "{text}");
    }
    for text in ["false", "FALSE", "falso", "FALSO", "no", "No", "n", "0"] {
        assert_eq!(flag(text), Ok(false), "{text}");
    }
    for text in ["2", "-", "forse", "ok"] {
        assert!(flag(text).is_err(), "{text}");
    }
}

#[test]
fn words_are_read_in_any_case_and_named_when_none_fits() {
    for text in ["lower-secondary", "Lower-Secondary", "LOWER_SECONDARY", "lower secondary"] {
        assert_eq!(one_of(text), Ok(SchoolLevel::LowerSecondary), "{text}");
    }
    let trouble = one_of::<SchoolLevel>("media").unwrap_err();
    assert!(trouble.remedy.ends_with("primary, lower-secondary, upper-secondary, other"));
}

#[test]
fn a_year_has_four_digits() {
    assert_eq!(year("2025"), Ok(2025));
    for text in ["25", "2025,0", "2.025", "0000", "９９９９"] {
        assert!(year(text).is_err(), "{text}");
    }
}
