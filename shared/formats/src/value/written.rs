// SPDX-License-Identifier: EUPL-1.2
//! A date as it is written, with or without time of day and offset.
//!
//! By hand, because chrono's formats take a year of two digits for one of the first century, and say nothing about what
//! is wrong.

use chrono::{FixedOffset, NaiveDate, NaiveTime};

use super::Trouble;

/// The years an office's file can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) date: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    pub(super) offset: Option<FixedOffset>,
}

/// Reads `2025-11-20`, `20/11/2025`, `20-11-2025`, `20.11.2025`, with `T` or a blank and `16:00`, `16.00`, `16:00:30`,
/// `16:00:30.25`, and then `Z`, `+01:00`, `+0100` or `+01`.
pub(super) fn written(text: &str) -> Result<Written, Trouble> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) && text.len() < 16 {
        let groups = text.split(['.', ',']).count();
        if groups < 3 {
            return Err(Trouble::new(
                "al posto della data c'è un numero del foglio di calcolo",
                "dare alla colonna il formato data e salvare di nuovo",
            ));
        }
    }
    let is_break = |letter: char| letter.is_whitespace() || matches!(letter, 'T' | 't');
    let (day, rest) = text.split_once(is_break).unwrap_or((text, ""));
    let date = date(day)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok(Written { date, time: None, offset: None });
    }
    let clock_ends = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(clock_ends);
    let time = time(clock.trim()).ok_or_else(no_time)?;
    let offset = if offset.is_empty() { None } else { Some(zone(offset.trim()).ok_or_else(no_time)?) };
    Ok(Written { date, time: Some(time), offset })
}

fn date(day: &str) -> Result<NaiveDate, Trouble> {
    let separator =
        day.chars().find(|letter| !letter.is_ascii_digit()).filter(|letter| "-/.".contains(*letter));
    let parts: Vec<&str> = separator.map(|separator| day.split(separator).collect()).unwrap_or_default();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        [_, _, year] if year.len() == 2 => {
            return Err(Trouble::new("l'anno ha due cifre", "scrivere l'anno con quattro cifre: 20/11/2025"));
        }
        _ => return Err(no_date()),
    };
    if month.len() > 2 || day.len() > 2 {
        return Err(no_date());
    }
    let (year, month, day) = (
        number(year).ok_or_else(no_date)?,
        number(month).ok_or_else(no_date)?,
        number(day).ok_or_else(no_date)?,
    );
    let year = i32::try_from(year).unwrap_or_default();
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        Trouble::new("il giorno non esiste", "controllare l'ordine giorno, mese, anno: 20/11/2025")
    })?;
    if !YEARS.contains(&year) {
        return Err(Trouble::new(
            format!("l'anno non è tra il {} e il {}", YEARS.start(), YEARS.end()),
            "controllare l'anno",
        ));
    }
    Ok(date)
}

fn time(clock: &str) -> Option<NaiveTime> {
    let separator = if clock.contains(':') { ':' } else { '.' };
    let points: &[char] = if separator == ':' { &['.', ','] } else { &[','] };
    let (clock, fraction) =
        clock.split_once(points).map_or((clock, None), |(clock, part)| (clock, Some(part)));
    let parts: Vec<&str> = clock.split(separator).collect();
    let (hours, minutes, seconds) = match *parts.as_slice() {
        [hours, minutes] if fraction.is_none() => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    if hours.len() > 2 || minutes.len() != 2 || seconds.len() != 2 {
        return None;
    }
    let micros = fraction.map_or(Some(0), micros)?;
    NaiveTime::from_hms_micro_opt(number(hours)?, number(minutes)?, number(seconds)?, micros)
}

/// A fraction of a second in microseconds, what both databases keep; finer digits are cut off.
fn micros(fraction: &str) -> Option<u32> {
    if fraction.len() > 9 {
        return None;
    }
    number(fraction)?;
    number(format!("{fraction:0<6}").get(..6)?)
}

fn zone(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(2)?,
    };
    if hours.len() != 2 || !matches!(minutes.len(), 0 | 2) {
        return None;
    }
    let minutes = if minutes.is_empty() { 0 } else { number(minutes)? };
    let (hours, minutes) = (i32::try_from(number(hours)?).ok()?, i32::try_from(minutes).ok()?);
    if minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60)
}

/// A number of ASCII digits alone.
fn number(text: &str) -> Option<u32> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { text.parse().ok() } else { None }
}

fn no_date() -> Trouble {
    Trouble::new("non è una data", "scriverla come 20/11/2025 oppure 2025-11-20")
}

fn no_time() -> Trouble {
    Trouble::new("l'ora non si legge", "scriverla come 20/11/2025 16:00:00 oppure 2025-11-20T16:00:00+01:00")
}
