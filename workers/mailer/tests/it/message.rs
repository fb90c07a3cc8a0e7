// SPDX-License-Identifier: EUPL-1.2
//! The message, read back by a parser that is not its composer.

use campanella_mailer::{OutgoingMail, Rendered, compose, message_id};
use mailparse::{MailHeaderMap as _, parse_mail};

use crate::support::{address, at, id, mail, sender};

#[test]
fn a_mail_reads_back_as_it_was_written() {
    let mail = mail(id(1));
    let parsed = parse_mail(mail.bytes()).unwrap();
    let header = |name: &str| parsed.headers.get_first_value(name).unwrap();
    assert_eq!(header("Message-ID"), format!("<{}@campanella.example>", id(1)));
    assert_eq!(header("Message-ID"), message_id(id(1), &address("avvisi@campanella.example")));
    assert_eq!(header("Subject"), "Elenchi provvisori pubblicati – istanza n. 2025-004217");
    assert_eq!(mailparse::dateparse(&header("Date")).unwrap(), at("2026-04-15T10:00:00Z").timestamp());
    assert!(header("From").ends_with("<avvisi@campanella.example>"), "{}", header("From"));
    assert!(header("From").contains("diritto allo studio"), "{}", header("From"));
    assert_eq!(header("Reply-To"), "dirittostudioscolastico@ardis.fvg.it");
    assert_eq!(header("To"), format!("famiglia.{}@posta.example", id(1).simple()));
    assert_eq!(header("MIME-Version"), "1.0");
    assert_eq!(parsed.ctype.mimetype, "multipart/alternative");
    let kinds: Vec<_> = parsed.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    for part in &parsed.subparts {
        assert_eq!(part.ctype.charset.to_lowercase(), "utf-8");
        assert!(part.get_body().unwrap().contains("lunedì 27 aprile 2026"));
    }
}

#[test]
fn rfc_3834_no_absence_note_answers() {
    let mail = mail(id(1));
    let parsed = parse_mail(mail.bytes()).unwrap();
    assert_eq!(parsed.headers.get_first_value("Auto-Submitted").unwrap(), "auto-generated");
}

#[test]
fn the_same_notification_gives_the_same_bytes() {
    assert_eq!(mail(id(1)).bytes(), mail(id(1)).bytes());
    assert_ne!(mail(id(1)).bytes(), mail(id(2)).bytes());
}

#[test]
fn the_bytes_pass_any_relay() {
    let mail = mail(id(1));
    assert!(mail.bytes().is_ascii());
    let text = std::str::from_utf8(mail.bytes()).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
}

#[test]
fn one_mail_has_one_recipient() {
    let mail = mail(id(1));
    assert_eq!(mail.envelope().to().len(), 1);
}

#[test]
fn nothing_a_mail_is_made_of_adds_a_header() {
    let evil = "x\r\nBcc: terzi@posta.example\r\n\r\nsecond body";
    let rendered = Rendered { subject: evil.into(), text: evil.into(), html: evil.into() };
    let mut sender = sender();
    sender.name = evil.into();
    let message =
        compose(id(1), &address("famiglia@posta.example"), &rendered, &sender, at("2026-04-15T10:00:00Z"))
            .unwrap();
    let mail = OutgoingMail::new(id(1), &message);
    let parsed = parse_mail(mail.bytes()).unwrap();
    let names: Vec<_> = parsed.headers.iter().map(|header| header.get_key().to_lowercase()).collect();
    assert!(!names.contains(&"bcc".to_owned()), "{names:?}");
    assert_eq!(parsed.subparts.len(), 2);
    let recipients: Vec<_> = mail.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(recipients, ["famiglia@posta.example"]);
}

#[test]
fn a_mail_does_not_print_itself() {
    assert_eq!(format!("{:?}", mail(id(1))), format!("OutgoingMail({:?})", id(1)));
}
