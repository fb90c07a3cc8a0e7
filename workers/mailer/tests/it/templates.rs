// SPDX-License-Identifier: EUPL-1.2
//! What people read.

use std::{fs, path::PathBuf};

use campanella_domain::mail::{MailTemplate, Office};
use campanella_mailer::{RenderError, Rendered, Renderer};

use crate::support::{at, letterheads, sample};

fn rendered(template: MailTemplate) -> Rendered {
    let (parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap()
}

fn provisional_with(parameters: &serde_json::Value) -> Result<Rendered, RenderError> {
    let template = MailTemplate::ArdisProvisionalList;
    let letterhead = letterheads().at(template.office(), at("2026-04-15T10:00:00Z"));
    Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead)
}

/// The text with its line breaks undone.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_template_reads_as_its_golden_copy() {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let actual = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let mut differing = Vec::new();
    for &template in MailTemplate::ALL {
        let mail = rendered(template);
        let subject = format!("{}\n", mail.subject);
        for (file, text) in [("subject.txt", subject), ("body.txt", mail.text), ("body.html", mail.html)] {
            let name = format!("{}/{file}", template.name());
            if fs::read_to_string(golden.join(&name)).ok().as_deref() != Some(text.as_str()) {
                let path = actual.join(&name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
                differing.push(name);
            }
        }
    }
    assert!(differing.is_empty(), "compare {} with {}: {differing:?}", actual.display(), golden.display());
}

#[test]
fn ard_077_every_ardis_mail_says_in_the_words_of_the_call_that_it_is_a_courtesy() {
    for template in
        [MailTemplate::ArdisProvisionalList, MailTemplate::ArdisDsuMissing, MailTemplate::ArdisRegularisation]
    {
        let mail = rendered(template);
        for body in [flat(&mail.text), flat(&mail.html).replace("<strong>", "").replace("</strong>", "")] {
            let call = "comunicazione di cortesia, priva di valore giuridico di notifica";
            assert!(body.contains(call), "{body}");
        }
    }
}

#[test]
fn ard_083_the_provisional_list_mail_prints_the_actual_last_day() {
    let mail = rendered(MailTemplate::ArdisProvisionalList);
    assert!(mail.text.contains("lunedì 27 aprile 2026, entro le ore 23:59"), "{}", mail.text);
    assert!(mail.html.contains("lunedì 27 aprile 2026, entro le ore 23:59"), "{}", mail.html);
}

#[test]
fn ard_076_the_provisional_list_mail_tells_neither_outcome_nor_reason() {
    let mail = rendered(MailTemplate::ArdisProvisionalList);
    let read = format!("{} {} {}", mail.subject, flat(&mail.text), flat(&mail.html)).to_lowercase();
    for word in
        ["ammess", "esclus", "isee", "dsu", "motiv", "reddit", "vedov", "deroga", "contributo di", "e02"]
    {
        assert!(!read.contains(word), "it says {word:?}");
    }
}

#[test]
fn ard_046_ard_075_every_ardis_mail_repeats_the_number_and_says_how_to_find_it_again() {
    for template in
        [MailTemplate::ArdisProvisionalList, MailTemplate::ArdisDsuMissing, MailTemplate::ArdisRegularisation]
    {
        let mail = rendered(template);
        assert!(mail.subject.contains("2025-004217"), "{}", mail.subject);
        assert!(mail.text.contains("2025-004217") && mail.html.contains("2025-004217"));
        assert!(flat(&mail.text).contains("Il numero dell'istanza si ritrova sempre accedendo"));
    }
}

#[test]
fn ard_042_technical_help_stands_in_the_foot_only_while_the_window_is_open() {
    let template = MailTemplate::ArdisDsuMissing;
    let (parameters, _) = sample(template);
    let renderer = Renderer::new().unwrap();
    for (now, shown) in [
        ("2025-10-06T07:59:59Z", false),
        ("2025-10-06T08:00:00Z", true),
        ("2025-11-20T15:00:00Z", true),
        ("2025-11-20T15:00:00.000001Z", false),
    ] {
        let letterhead = letterheads().at(template.office(), at(now));
        let mail = renderer.render(template, &parameters.to_string(), &letterhead).unwrap();
        assert_eq!(mail.text.contains("INSIEL"), shown, "{now}");
        assert_eq!(mail.html.contains("INSIEL"), shown, "{now}");
    }
}

#[test]
fn ard_015_the_regularisation_mail_leaves_the_burden_where_it_is() {
    let text = flat(&rendered(MailTemplate::ArdisRegularisation).text);
    assert!(text.contains("Controllare l'attestazione spetta a chi presenta la domanda"), "{text}");
    assert!(text.contains("entro e non oltre: giovedì 18 dicembre 2025, ore 23:59"), "{text}");
}

#[test]
fn ars_034_ars_044_the_iefp_mail_names_the_day_and_the_guide() {
    let mail = rendered(MailTemplate::ArsIefpDeadline);
    assert!(mail.subject.contains("lunedì 27 ottobre 2025"));
    assert!(flat(&mail.text).contains("A39 – Guida alle Comunicazioni in ARS – iscrizioni"));
}

#[test]
fn ars_030_a_closed_case_mentions_a_return_only_where_there_was_one() {
    let template = MailTemplate::ArsCaseClosed;
    let (mut parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    for (returned, says) in
        [(true, "è stato comunicato un rientro"), (false, "Non è stato comunicato un rientro")]
    {
        parameters["returned"] = returned.into();
        let mail = Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap();
        assert!(flat(&mail.text).contains(says) && flat(&mail.html).contains(says), "{}", mail.text);
        assert!(mail.text.contains("chiuso"), "{}", mail.text);
    }
}

#[test]
fn ars_045_every_ars_mail_names_the_help_desk() {
    for template in MailTemplate::ALL.iter().copied().filter(|template| template.office() == Office::Ars) {
        let mail = rendered(template);
        assert!(mail.text.contains("049 744 80 41") && mail.html.contains("049 744 80 41"));
    }
}

#[test]
fn plain_text_fits_76_columns_and_html_loads_nothing() {
    for &template in MailTemplate::ALL {
        let mail = rendered(template);
        for line in mail.text.lines() {
            assert!(line.chars().count() <= 76 || line.trim().starts_with("https://"), "{line}");
        }
        assert!(mail.html.starts_with("<!DOCTYPE html>\n<html lang=\"it\">"));
        for tag in ["<img", "<script", "<link", "src=", "url(", "http://"] {
            assert!(!mail.html.contains(tag), "{} has {tag}", template.name());
        }
    }
}

#[test]
fn a_wrong_parameter_is_named_and_never_quoted() {
    let (good, _) = sample(MailTemplate::ArdisProvisionalList);
    let with = |key: &str, value: serde_json::Value| {
        let mut parameters = good.clone();
        parameters[key] = value;
        provisional_with(&parameters).unwrap_err().to_string()
    };
    let mut without = good.clone();
    without.as_object_mut().unwrap().remove("link");
    assert_eq!(
        provisional_with(&without),
        Err(RenderError::Missing { template: "ardis-provisional-list", key: "link" })
    );
    assert!(with("name", "Maria Bianchi".into()).ends_with("it has no parameter \"name\""));
    for error in [with("observations", "Maria Bianchi".into()), with("link", "javascript:Bianchi".into())] {
        assert!(!error.contains("Bianchi"), "{error}");
    }
    assert!(provisional_with(&"text".into()).is_err());
}

#[test]
fn values_are_escaped_in_html_and_cannot_break_a_subject() {
    let (mut parameters, _) = sample(MailTemplate::ArdisProvisionalList);
    parameters["instance_number"] = "<b>\"1\"</b>\r\nBcc: terzi@posta.example".into();
    let mail = provisional_with(&parameters).unwrap();
    assert!(mail.html.contains("&lt;b&gt;&quot;1&quot;&lt;/b&gt;") && !mail.html.contains("<b>"));
    assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
}
