// SPDX-License-Identifier: EUPL-1.2
//! How templates are read: strict about what is missing, escaping in HTML, terms in Italian.

use campanella_domain::civil::{
    italian,
    term::{Term, TermKind},
    zone::civil_of,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::fmt::Write as _;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
};

use super::sources::SOURCES;

/// The environment with every template in it.
///
/// # Errors
/// A template does not parse.
pub(super) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(format_value);
    environment.add_filter("last_day", |term: Value| term_of(&term).map(|term| term.long_date()));
    environment.add_filter("long_date", |date: Value| date_of(&date).map(italian::long_date));
    environment.add_filter("last_hour", |term: Value| term_of(&term).map(last_hour));
    environment.add_filter("civil_day", |instant: Value| {
        civil_time_of(&instant).map(|civil| italian::long_date(civil.date()))
    });
    environment.add_filter("civil_hour", |instant: Value| {
        civil_time_of(&instant).map(|civil| civil.format("%H:%M:%S").to_string())
    });
    for (name, source) in SOURCES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// The last civil time that is inside, to the minute: «16:00», «23:59».
fn last_hour(term: Term) -> String {
    match term.kind() {
        TermKind::EndOfDay => "23:59".to_owned(),
        TermKind::Until => italian::time_of_day(term.civil().time()),
    }
}

/// Reads a term in either of its written forms. The error does not quote what was found.
fn term_of(value: &Value) -> Result<Term, Error> {
    serde_json::to_value(value)
        .and_then(serde_json::from_value)
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "this is not a term"))
}

/// Reads a civil date. The error does not quote what was found.
fn date_of(value: &Value) -> Result<NaiveDate, Error> {
    let date = value.as_str().and_then(|text| text.parse().ok());
    date.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "this is not a date"))
}

/// An instant as the clocks of Rome show it. The error does not quote what was found.
fn civil_time_of(value: &Value) -> Result<NaiveDateTime, Error> {
    let instant = value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    instant.map(civil_of).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "this is not an instant"))
}

/// Escapes what HTML needs escaped and leaves the slashes of links readable, which minijinja's own escaping does not.
fn format_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if *state.auto_escape() != AutoEscape::Html || value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    for character in value.to_string().chars() {
        match character {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#x27;"),
            other => out.write_char(other),
        }
        .map_err(|_| Error::from(ErrorKind::WriteFailure))?;
    }
    Ok(())
}
