// SPDX-License-Identifier: EUPL-1.2
//! What is hidden before anything is shown: passwords inside URLs, most of a tax code, of an address, of an IBAN.

use campanella_domain::identity::{EmailAddress, Iban, TaxCode};

const HIDDEN: &str = "***";

/// `QGL***6Y`: enough for a school to find a student on its own list, too little to write the code.
#[must_use]
pub(super) fn tax_code(code: &TaxCode) -> String {
    let code = code.expose();
    let (head, tail) = (code.get(..3).unwrap_or_default(), code.len().saturating_sub(2));
    format!("{head}{HIDDEN}{}", code.get(tail..).unwrap_or_default())
}

/// `IT***3456`: the country, and what an account holder recognises.
#[must_use]
pub(super) fn iban(iban: &Iban) -> String {
    let text = iban.expose();
    format!("{}{HIDDEN}{}", iban.country(), text.get(text.len().saturating_sub(4)..).unwrap_or_default())
}

/// `a***@posta.example`
#[must_use]
pub(super) fn email(address: &EmailAddress) -> String {
    let address = address.expose();
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}{HIDDEN}@{domain}")
}

/// What was typed as the value of an option, if it cannot be a person's data: a word as options have them, a short number, and
/// of a URL the server without the password. Anything else might be a tax code or an address in the wrong place.
#[must_use]
pub(super) fn typed(text: &str) -> Option<String> {
    let word = text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    let number = text.len() <= 8 && text.chars().all(|digit| digit.is_ascii_digit() || "-.,".contains(digit));
    if word || number {
        return Some(text.to_owned());
    }
    // A password may hold a space that nobody escaped: what follows it would not be seen as part of the URL.
    if text.contains(char::is_whitespace) {
        return None;
    }
    let url = urls(text);
    let (scheme, rest) = url.split_once("://")?;
    // What follows the server may name a person.
    let server = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{server}"))
}

/// The text with the password of every URL in it replaced: `postgres://user:***@host/database`.
#[must_use]
pub(super) fn urls(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

fn word(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let authority_ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // A password may hold a slash that nobody escaped: the last at sign ends it all the same.
    let credentials_end = rest[..authority_ends].rfind('@').or_else(|| rest.rfind('@'));
    let rest = match credentials_end.map(|at| (&rest[..at], &rest[at..])) {
        Some((credentials, host)) => {
            let user = credentials.split_once(':').map_or(credentials, |(user, _)| user);
            let hidden = if credentials.contains(':') { format!(":{HIDDEN}") } else { String::new() };
            format!("{user}{hidden}{host}")
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{}", query(&rest))
}

/// `?password=…` as PostgreSQL takes it.
fn query(rest: &str) -> String {
    let Some((before, after)) = rest.split_once("password=") else {
        return rest.to_owned();
    };
    let end = after.find(['&', ' ', '"', '\n']).unwrap_or(after.len());
    format!("{before}password={HIDDEN}{}", &after[end..])
}

#[cfg(test)]
mod tests {
    use super::{email, iban, tax_code, typed, urls};

    #[test]
    fn of_a_person_just_enough_is_left_to_recognise_whom_one_knows() {
        assert_eq!(tax_code(&"RSSMRA80A01H501U".parse().unwrap()), "RSS***1U");
        assert_eq!(tax_code(&"12345678903".parse().unwrap()), "123***03");
        assert_eq!(iban(&"IT60X0542811101000000123456".parse().unwrap()), "IT***3456");
        assert_eq!(email(&"ada.prova@posta.example".parse().unwrap()), "a***@posta.example");
    }

    #[test]
    fn of_what_was_typed_only_words_short_numbers_and_addresses_of_servers_are_repeated() {
        for shown in ["workers", "--jsn", "-1", "0", "12,5", "smtp://relay.example:25"] {
            assert_eq!(typed(shown).as_deref(), Some(shown));
        }
        assert_eq!(typed("postgres://u:segreta@db/x").as_deref(), Some("postgres://u:***@db"));
        assert_eq!(
            typed("https://portale.example/?cf=RSSMRA80A01H501U").as_deref(),
            Some("https://portale.example")
        );
        for hidden in [
            "RSSMRA80A01H501U",
            "rssmra80a01h501u",
            "12345678903",
            "IT60X0542811101000000123456",
            "2025-004217",
            "ada@posta.example",
            "Maria Rossi",
            "u:segreta@db",
            "postgres://u:se greta@db",
        ] {
            assert_eq!(typed(hidden), None, "{hidden}");
        }
    }

    #[test]
    fn only_the_password_goes() {
        for (open, shown) in [
            ("postgres://u:segreta@db:5432/x", "postgres://u:***@db:5432/x"),
            ("postgres://u:se/gr@eta@db/x", "postgres://u:***@db/x"),
            (
                "postgres://db/x?user=u&password=segreta&sslmode=require",
                "postgres://db/x?user=u&password=***&sslmode=require",
            ),
            ("smtps://ufficio:segreta@relay.example", "smtps://ufficio:***@relay.example"),
            ("smtp://relay.example:25", "smtp://relay.example:25"),
            ("https://www.ardis.fvg.it", "https://www.ardis.fvg.it"),
            ("errore: smtp://a:b@c non risponde", "errore: smtp://a:***@c non risponde"),
            ("nessun indirizzo", "nessun indirizzo"),
        ] {
            assert_eq!(urls(open), shown);
        }
    }
}
