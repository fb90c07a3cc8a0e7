// SPDX-License-Identifier: EUPL-1.2
//! What a relay's answer means, and what of it is kept.

use std::error::Error as _;

use lettre::{
    Address,
    transport::smtp::{Error, response::Response},
};

use crate::transport::{Delivery, Stage};

/// The longest answer kept, in characters.
const LONGEST: usize = 300;

/// The answer to a command, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// 2xx or 3xx.
    Positive(String),
    /// 4xx or 5xx.
    Negative {
        /// Three digits.
        code: u16,
        /// Code and text, without addresses.
        text: String,
    },
    /// Network error, timeout, or something that is no SMTP: the connection is of no use.
    None(String),
}

impl Answer {
    /// What a relay answered, to be kept without `recipient`: whom the conversation is about, if anybody yet.
    pub(super) fn of(result: Result<Response, Error>, recipient: Option<&Address>) -> Self {
        match result {
            Ok(response) => {
                let code = u16::from(response.code());
                let lines: Vec<&str> = response.message().collect();
                Self::Positive(kept(code, &lines.join(" "), recipient))
            }
            Err(error) => match error.status() {
                Some(code) => {
                    let code = u16::from(code);
                    let text = error.source().map(ToString::to_string).unwrap_or_default();
                    Self::Negative { code, text: kept(code, &text, recipient) }
                }
                None => Self::None(reason(&error).to_owned()),
            },
        }
    }
}

/// The kind of a failure without an answer; its own text may hold what the relay wrote.
fn reason(error: &Error) -> &'static str {
    if error.is_timeout() {
        "the relay did not answer in time"
    } else if error.is_tls() {
        "no protected connection with the relay"
    } else if error.is_response() {
        "the relay answered something that is not SMTP"
    } else if error.is_client() {
        "the relay does not offer what the settings ask for"
    } else {
        "the connection with the relay broke"
    }
}

/// What a 4xx or 5xx at a step means for the mail. The enhanced status code, where there is one, decides over the reply code
/// (RFC 3463: class 4 may pass, class 5 will not).
pub(super) fn judge(stage: Stage, code: u16, text: String) -> Delivery {
    if is_our_fault(stage, code) {
        return Delivery::Unavailable { reason: text };
    }
    match enhanced_class(&text).unwrap_or(code / 100) {
        4 => Delivery::Deferred { answer: text },
        _ => Delivery::Refused { answer: text },
    }
}

/// Authentication (RFC 4954: 530, 534, 535, 538) and a sender that the relay refuses for good: every mail would meet the same
/// answer, and no recipient should pay for it.
fn is_our_fault(stage: Stage, code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538) || stage == Stage::Connect || (stage == Stage::Mail && code >= 500)
}

/// The first digit of an enhanced status code that follows the reply code (RFC 2034): `550 4.2.2 …`.
fn enhanced_class(text: &str) -> Option<u16> {
    let word = text.split_whitespace().nth(1)?;
    let class = word.split('.').next()?;
    if is_enhanced_code(word) && matches!(class, "4" | "5") { class.parse().ok() } else { None }
}

/// `class.subject.detail` (RFC 3463).
fn is_enhanced_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

/// Whether a word of an answer names the recipient by its local part, in lower case. One of a letter or two stands in many
/// words: it must be the whole word.
fn names(word: &str, local: &str) -> bool {
    let word = word.to_lowercase();
    if local.chars().count() < 3 {
        word.trim_matches(|c: char| !c.is_alphanumeric()) == local
    } else {
        word.contains(local)
    }
}

/// Code and text on one line, bounded, without any word that holds an address or names the recipient: many relays quote the
/// local part alone, and that is a person's name as a rule.
fn kept(code: u16, text: &str, recipient: Option<&Address>) -> String {
    let mut kept = code.to_string();
    let local = recipient.map(|recipient| recipient.user().to_lowercase());
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        let is_code = index == 0 && is_enhanced_code(word);
        let named = !is_code && local.as_deref().is_some_and(|local| names(word, local));
        kept.push(' ');
        kept.push_str(if named || word.contains('@') { "[redacted]" } else { word });
    }
    match kept.char_indices().nth(LONGEST) {
        Some((end, _)) => kept[..end].to_owned(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(stage: Stage, text: &str) -> Delivery {
        judge(stage, text[..3].parse().unwrap(), text.to_owned())
    }

    #[test]
    fn answers_about_the_recipient_are_sorted_by_their_enhanced_code() {
        for text in ["450 4.2.0 greylisted", "452 full", "550 4.2.2 quota for now", "421 4.7.0 slow down"] {
            assert!(matches!(judged(Stage::Rcpt, text), Delivery::Deferred { .. }), "{text}");
        }
        for text in
            ["550 5.1.1 no such user", "553 bad", "450 5.1.1 gone", "554 5.7.1 refused", "550 5 rooms"]
        {
            assert!(matches!(judged(Stage::Rcpt, text), Delivery::Refused { .. }), "{text}");
        }
        assert!(matches!(judged(Stage::Body, "554 5.6.0 content"), Delivery::Refused { .. }));
        assert!(matches!(judged(Stage::Body, "451 4.3.0 later"), Delivery::Deferred { .. }));
    }

    #[test]
    fn answers_about_us_never_cost_a_recipient_its_mail() {
        for (stage, text) in [
            (Stage::Connect, "535 5.7.8 wrong password"),
            (Stage::Connect, "554 5.7.1 blocked"),
            (Stage::Mail, "530 5.7.0 authenticate first"),
            (Stage::Mail, "550 5.7.1 sender not allowed"),
            (Stage::Rcpt, "530 5.7.0 authenticate first"),
        ] {
            assert!(matches!(judged(stage, text), Delivery::Unavailable { .. }), "{text}");
        }
    }

    #[test]
    fn what_is_kept_of_an_answer_holds_no_address_and_one_bounded_line() {
        let kept =
            kept(550, &format!("5.1.1 <Anna@posta.example>:\r\nunknown\u{0} {}", "x".repeat(900)), None);
        assert!(kept.starts_with("550 5.1.1 [redacted] unknown x"), "{kept}");
        assert_eq!(kept.chars().count(), LONGEST);
    }

    #[test]
    fn a_recipient_named_by_the_local_part_alone_is_not_kept() {
        let kept = |text: &str, recipient: &str| kept(550, text, Some(&recipient.parse().unwrap()));
        assert_eq!(
            kept("5.1.1 Mario.Rossi: user unknown (mario.rossi/box)", "mario.rossi@posta.example"),
            "550 5.1.1 [redacted] user unknown [redacted]"
        );
        assert_eq!(kept("5.1.1 \"m\": no mailbox", "m@posta.example"), "550 5.1.1 [redacted] no mailbox");
        assert_eq!(kept("5.1.1 5.1.1 unknown", "5.1.1@posta.example"), "550 5.1.1 [redacted] unknown");
    }
}
