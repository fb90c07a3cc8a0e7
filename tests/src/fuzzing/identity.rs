// SPDX-License-Identifier: EUPL-1.2
//! Codes, addresses and amounts.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use campanella_domain::ars::MonthDay;
use campanella_domain::identity::{
    CadastralCode, CpiCode, EmailAddress, Iban, InstanceNumber, Money, MunicipalityCode, REDACTED,
    RuleNumber, SchoolCode, TaxCode,
};
use campanella_mailer::{Rendered, Sender, compose};
use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use super::text;

/// The forms of one tax code (*omocodia*).
const FORMS: usize = 128;

/// A tax code: its 128 forms are distinct, are read, and have one canonical form; it never prints.
pub fn tax_code(input: &[u8]) {
    let Some(Ok(code)) = text(input).map(str::parse::<TaxCode>) else { return };
    assert!(code.expose().parse::<TaxCode>().as_ref() == Ok(&code));
    assert_eq!(format!("{code:?}"), REDACTED);
    let canonical = code.canonical();
    assert!(canonical.canonical() == canonical);
    let forms: BTreeSet<TaxCode> = (0..128).map(|mask| code.omocodia_form(mask)).collect();
    assert_eq!(forms.len(), if code.is_temporary() { 1 } else { FORMS });
    assert!(forms.contains(&code));
    let on = NaiveDate::from_ymd_opt(2025, 11, 20).unwrap_or_default();
    for form in &forms {
        assert!(form.expose().parse::<TaxCode>().as_ref() == Ok(form));
        assert!(form.canonical() == canonical);
        assert_eq!(
            (form.birth_date_hint(on), form.sex(), form.cadastral_code()),
            (code.birth_date_hint(on), code.sex(), code.cadastral_code())
        );
    }
    assert!(code.birth_date_hint(on).is_none_or(|birth| birth <= on));
}

/// An IBAN: spaces and lower case change nothing, and no other digit in any place gives a second valid one.
pub fn iban(input: &[u8]) {
    let Some(Ok(iban)) = text(input).map(str::parse::<Iban>) else { return };
    let plain = iban.expose();
    assert_eq!(format!("{iban:?}"), REDACTED);
    assert_eq!(iban.country(), plain.get(..2).unwrap_or_default());
    let spaced: String = plain.chars().flat_map(|letter| [letter.to_ascii_lowercase(), ' ']).collect();
    for spelling in [plain, &spaced] {
        assert!(spelling.parse::<Iban>().as_ref() == Ok(&iban));
    }
    for (place, byte) in plain.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        let mut slip = plain.as_bytes().to_vec();
        slip[place] = if byte == b'9' { b'0' } else { byte + 1 };
        let slip = String::from_utf8(slip).unwrap_or_default();
        assert!(slip.parse::<Iban>().is_err(), "one digit changed, and still valid");
    }
}

/// An e-mail address: one line, one `@`, no longer than servers take; a mail to it can always be composed.
pub fn email_address(input: &[u8]) {
    let Some(Ok(address)) = text(input).map(str::parse::<EmailAddress>) else { return };
    let plain = address.expose();
    assert!(plain.parse::<EmailAddress>().as_ref() == Ok(&address));
    assert_eq!(format!("{address:?}"), REDACTED);
    assert!(plain.len() <= 254 && plain.is_ascii() && !plain.bytes().any(|byte| byte.is_ascii_control()));
    assert_eq!(plain.matches('@').count(), 1);
    assert!(plain.ends_with(&format!("@{}", address.domain())));
    assert_eq!(address.domain(), address.domain().to_ascii_lowercase());
    let rendered =
        Rendered { subject: "Prova".to_owned(), text: "Prova".to_owned(), html: "<p>Prova</p>".to_owned() };
    let sender = Sender { name: "Ufficio".to_owned(), address: address.clone(), reply_to: address.clone() };
    let mail = compose(Uuid::nil(), &address, &rendered, &sender, DateTime::UNIX_EPOCH);
    assert!(mail.is_ok(), "an address that was accepted cannot be written into a mail");
}

/// An instance number: one spelling each, in the order of year and counter.
pub fn instance_number(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let Ok(number) = text.parse::<InstanceNumber>() else { return };
    assert_eq!(number.to_string(), text.trim());
    assert_eq!(InstanceNumber::new(number.year(), number.counter()), Ok(number));
    if let Ok(next) = InstanceNumber::new(number.year(), number.counter() + 1) {
        assert!(next > number && next.to_string().parse() == Ok(next));
    }
}

/// An amount: its two spellings are read as the same cents, and so is its opposite.
pub fn money(input: &[u8]) {
    let Some(Ok(money)) = text(input).map(str::parse::<Money>) else { return };
    for spelling in [money.plain(), money.to_string()] {
        assert_eq!(spelling.parse(), Ok(money), "{spelling}");
    }
    let opposite = Money::from_cents(-money.cents());
    assert_eq!(money.checked_add(opposite), Some(Money::ZERO));
    assert_eq!(opposite.plain().parse(), Ok(opposite));
    assert_eq!(money.checked_sub(Money::ZERO), Some(money));
}

/// Written and read again it is the same.
fn comes_back<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(text: &str) {
    if let Ok(code) = text.parse::<T>() {
        let written = code.to_string();
        assert!(written.is_ascii(), "{written}");
        assert!(written.parse::<T>().is_ok_and(|again| again == code), "{written}");
    }
}

/// The published codes: of schools, municipalities, places of birth, employment centres, rules; a day of every year.
pub fn codes(input: &[u8]) {
    let Some(text) = text(input) else { return };
    comes_back::<SchoolCode>(text);
    comes_back::<MunicipalityCode>(text);
    comes_back::<CadastralCode>(text);
    comes_back::<CpiCode>(text);
    comes_back::<RuleNumber>(text);
    comes_back::<MonthDay>(text);
}
