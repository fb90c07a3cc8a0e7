// SPDX-License-Identifier: EUPL-1.2
//! What the readers of TOML and of settings say, in Italian.
//!
//! serde, toml, chrono and config have no translations, and an office that tries a new year's file reads what they say. Their
//! texts are told anew from their form. What has another form is passed on as it is: a text of ours, which is Italian
//! already, or one a later release of theirs invents.

/// What serde, toml, chrono or config said, in Italian where its form is known.
#[must_use]
pub fn in_italian(said: &str) -> String {
    if let Some(position) = said.strip_prefix("TOML parse error at line ") {
        return unreadable_line(position);
    }
    if CALENDAR.contains(&said) {
        return "non si può leggere: una data si scrive 2025-12-18, un'ora 16:00:00, l'una e l'altra 2025-12-18T16:00:00"
            .to_owned();
    }
    if said.starts_with("wanted string or table") || said.starts_with("wanted exactly 1 element") {
        return "serve uno dei valori ammessi, fra virgolette".to_owned();
    }
    let told = None
        .or_else(|| said.strip_prefix("missing field `").and_then(missing))
        .or_else(|| said.strip_prefix("unknown field `").and_then(unknown_key))
        .or_else(|| said.strip_prefix("unknown variant `").and_then(unknown_value))
        .or_else(|| said.strip_prefix("invalid type: ").and_then(unfit))
        .or_else(|| said.strip_prefix("invalid value: ").and_then(unfit))
        .or_else(|| said.strip_prefix("invalid length ").and_then(ill_long))
        .or_else(|| {
            said.split_once(" does not have variant constructor ").map(|(_, given)| not_among(given))
        });
    told.unwrap_or_else(|| said.to_owned())
}

/// What chrono says of a text that is no date and no time.
const CALENDAR: [&str; 6] = [
    "input is out of range",
    "no possible date and time matching input",
    "input is not enough for unique date and time",
    "input contains invalid characters",
    "premature end of input",
    "trailing input",
];

/// `3, column 5` and an excerpt, which is left out: the line may hold a password.
fn unreadable_line(position: &str) -> String {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let column = position.split_once("column ").map(|(_, column)| digits(column)).unwrap_or_default();
    let doubled = if position.contains("duplicate key") { ": la chiave è scritta due volte" } else { "" };
    format!("la riga {} non si può leggere, al carattere {column}{doubled}", digits(position))
}

fn missing(rest: &str) -> Option<String> {
    Some(format!("manca la chiave «{}»", rest.strip_suffix('`')?))
}

fn unknown_key(rest: &str) -> Option<String> {
    let (key, known) = rest.split_once('`')?;
    let known = names(known.strip_prefix(", expected ")?);
    Some(format!("la chiave «{key}» non è prevista; qui sono ammesse: {known}"))
}

fn unknown_value(rest: &str) -> Option<String> {
    let (given, known) = rest.split_once("`, expected ")?;
    Some(format!("{}: {}", not_among(given), names(known)))
}

fn not_among(given: &str) -> String {
    format!("«{given}» non è fra i valori ammessi")
}

/// A list of names as serde writes it, each between backticks.
fn names(list: &str) -> String {
    list.trim_start_matches("one of ").replace("` or `", ", ").replace('`', "")
}

fn unfit(rest: &str) -> Option<String> {
    let (given, wanted) = rest.rsplit_once(", expected ")?;
    Some(format!("{} non va bene: serve {}", found(given), needed(wanted)))
}

fn ill_long(rest: &str) -> Option<String> {
    let (length, wanted) = rest.split_once(", expected ")?;
    Some(format!("un elenco lungo {length} non va bene: serve {}", needed(wanted)))
}

/// What was there instead: its kind, and mostly its value between backticks or quotation marks.
fn found(given: &str) -> String {
    let marked = given.split_once('`').and_then(|(_, rest)| rest.strip_suffix('`'));
    let text = || given.strip_prefix("string \"")?.strip_suffix('"');
    let quoted =
        marked.filter(|_| !given.starts_with("string")).or_else(text).map(|value| format!("«{value}»"));
    quoted.unwrap_or_else(|| {
        match given {
            "sequence" => "un elenco",
            "map" | "newtype struct" => "una tabella",
            _ => "ciò che è scritto",
        }
        .to_owned()
    })
}

fn needed(wanted: &str) -> &str {
    match wanted {
        "u8" | "an unsigned 8 bit integer" => "un numero intero da 0 a 255",
        "u16" | "an unsigned 16 bit integer" => "un numero intero da 0 a 65535",
        "u32" | "u64" | "usize" => "un numero intero, da 0 in su",
        unsigned if unsigned.starts_with("an unsigned ") => "un numero intero, da 0 in su",
        "i8" | "i16" | "i32" | "i64" | "isize" | "an integer" => "un numero intero",
        signed if signed.starts_with("a signed ") => "un numero intero",
        above if above.starts_with("a nonzero ") => "un numero intero, da 1 in su",
        "f32" | "f64" | "a floating point" => "un numero",
        "a boolean" => "true oppure false",
        "a string" | "string" | "path string" => "un testo fra virgolette",
        "a character" => "un solo carattere",
        "a sequence" | "an array" => "un elenco fra parentesi quadre",
        "a formatted date string" => "una data fra virgolette, come \"2025-12-18\"",
        "a formatted time string" => "un'ora fra virgolette, come \"16:00:00\"",
        "a formatted date and time string" => "data e ora fra virgolette, come \"2025-12-18T16:00:00\"",
        "a map" => "una tabella",
        table if table.starts_with("struct ") || table.starts_with("internally tagged") => "una tabella",
        list if list.contains("sequence") || list.starts_with("tuple ") => "un elenco fra parentesi quadre",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::in_italian;
    use crate::procedure::{ArdisProcedure, ArsProcedure};

    #[test]
    fn what_the_readers_say_is_told_in_italian() {
        for (said, told) in [
            ("missing field `dsu`", "manca la chiave «dsu»"),
            (
                "unknown field `dsa`, expected `dsu` or `regularisation`",
                "la chiave «dsa» non è prevista; qui sono ammesse: dsu, regularisation",
            ),
            (
                "unknown field `a`, expected one of `b`, `c`, `d`",
                "la chiave «a» non è prevista; qui sono ammesse: b, c, d",
            ),
            ("unknown variant `x`, expected `online`", "«x» non è fra i valori ammessi: online"),
            (
                "invalid type: string \"presto, expected tardi\", expected u64",
                "«presto, expected tardi» non va bene: serve un numero intero, da 0 in su",
            ),
            (
                "invalid value: integer `70000`, expected u16",
                "«70000» non va bene: serve un numero intero da 0 a 65535",
            ),
            (
                "invalid type: 64-bit integer `-4`, expected an unsigned 64 bit or less integer",
                "«-4» non va bene: serve un numero intero, da 0 in su",
            ),
            (
                "invalid type: sequence, expected a string",
                "un elenco non va bene: serve un testo fra virgolette",
            ),
            ("enum LogFormat does not have variant constructor xml", "«xml» non è fra i valori ammessi"),
            (
                "TOML parse error at line 12, column 7\n   |\n12 | url = \"segreta\n   |       ^\ninvalid basic string",
                "la riga 12 non si può leggere, al carattere 7",
            ),
            ("la causa E02 manca", "la causa E02 manca"),
        ] {
            assert_eq!(in_italian(said), told);
        }
    }

    /// Each line of both files with another value: whatever is refused is refused in Italian.
    #[test]
    fn no_refusal_of_a_procedure_file_says_a_word_of_english() {
        const ENGLISH: [&str; 10] = [
            " the ",
            " is ",
            "expected ",
            "invalid ",
            "unknown ",
            "missing ",
            "input ",
            "write ",
            "wanted ",
            " must ",
        ];
        let ardis = damaged(ArdisProcedure::EMBEDDED).map(|text| ArdisProcedure::from_toml(&text).err());
        let ars = damaged(ArsProcedure::EMBEDDED).map(|text| ArsProcedure::from_toml(&text).err());
        let told: Vec<String> = ardis.chain(ars).flatten().map(|error| error.to_string()).collect();
        assert!(told.len() > 1_000, "{}", told.len());
        let english: Vec<&String> =
            told.iter().filter(|told| ENGLISH.iter().any(|word| told.contains(word))).collect();
        assert!(english.is_empty(), "{english:#?}");
    }

    /// The file with one line replaced, by each of these in turn.
    fn damaged(text: &str) -> impl Iterator<Item = String> {
        const VALUES: [&str; 11] =
            ["\"\"", "\"banana\"", "0", "70000", "-1", "true", "[]", "{}", "1.5", "2025-12-18", "\"chiusa"];
        let lines: Vec<&str> = text.lines().collect();
        let keys =
            lines.iter().enumerate().filter(|(_, line)| !line.starts_with('#') && line.contains(" = "));
        let others = |line: &str| {
            let key = line.split(" = ").next().unwrap_or_default().to_owned();
            let whole = [String::new(), "altro = 1".to_owned(), format!("{line}\n{line}")];
            VALUES.into_iter().map(move |value| format!("{key} = {value}")).chain(whole)
        };
        let all: Vec<(usize, String)> =
            keys.flat_map(|(index, line)| others(line).map(move |other| (index, other))).collect();
        all.into_iter().map(move |(index, other)| {
            let mut lines = lines.clone();
            lines[index] = &other;
            lines.join("\n")
        })
    }
}
