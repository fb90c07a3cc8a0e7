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

/// The mails ARDIS sends.
fn ardis() -> impl Iterator<Item = MailTemplate> {
    MailTemplate::ALL.iter().copied().filter(|template| template.office() == Office::Ardis)
}

#[test]
fn ard_018_ard_044_ard_090_what_confirms_or_acknowledges_calls_itself_no_courtesy() {
    for (template, says) in [
        (MailTemplate::ArdisConfirmation, "Questa e-mail conferma la trasmissione."),
        (MailTemplate::ArdisSelfCertificationReceived, "conferma soltanto ciò che abbiamo ricevuto"),
        (MailTemplate::ArdisObservationReceived, "conferma soltanto ciò che abbiamo ricevuto"),
        (MailTemplate::ArdisDataChanged, "conferma soltanto ciò che abbiamo ricevuto"),
        (MailTemplate::ArdisAddressReplaced, "conferma soltanto ciò che abbiamo ricevuto"),
    ] {
        let mail = rendered(template);
        for body in [flat(&mail.text), flat(&mail.html)] {
            assert!(body.contains(says) && !body.contains("cortesia, priva"), "{body}");
        }
    }
}

#[test]
fn ard_044_ard_045_the_confirmation_tells_number_day_and_second_by_the_clocks_of_rome() {
    let mail = rendered(MailTemplate::ArdisConfirmation);
    assert!(mail.text.contains("Numero della Sua istanza: 2025-004217"), "{}", mail.text);
    for body in [flat(&mail.text), flat(&mail.html).replace("<strong>", "").replace("</strong>", "")] {
        assert!(body.contains("giovedì 20 novembre 2025, ore 16:00:00 (ora italiana)"), "{body}");
        assert!(body.contains("la domanda resta comunque valida"), "{body}");
    }
}

#[test]
fn ard_026_ard_076_no_ardis_mail_tells_an_outcome_a_cause_or_a_derogation() {
    for template in ardis() {
        let mail = rendered(template);
        let read = format!("{} {} {}", mail.subject, flat(&mail.text), flat(&mail.html)).to_lowercase();
        let words =
            ["è ammessa", "è esclusa", "motivo di esclusione", "reddit", "vedov", "deroga", "protezion"];
        for word in words {
            // «Responsabile della protezione dei dati» stands in every foot.
            let read = read.replace("protezione dei dati", "");
            assert!(!read.contains(word), "{template} says {word:?}");
        }
    }
}

#[test]
fn ard_081_observations_by_another_way_point_to_the_portal_only_where_they_can_be_repeated() {
    let template = MailTemplate::ArdisObservationReceived;
    let (mut parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    for (to_repeat, says) in [(true, "Le può ancora presentare"), (false, "Saranno sottoposte all'ufficio")]
    {
        parameters["to_repeat_online"] = to_repeat.into();
        if !to_repeat {
            parameters["observations"] = serde_json::Value::Null;
        }
        let mail = Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap();
        assert!(flat(&mail.text).contains(says) && flat(&mail.html).contains(says), "{}", mail.text);
        assert_eq!(mail.text.contains("lunedì 27 aprile 2026"), to_repeat, "{}", mail.text);
    }
}

#[test]
fn ard_086_after_the_final_lists_the_receipt_of_observations_promises_no_outcome() {
    let template = MailTemplate::ArdisObservationReceived;
    let (mut parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    (parameters["to_repeat_online"], parameters["final_is_out"]) = (false.into(), true.into());
    let mail = Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap();
    for body in [flat(&mail.text), flat(&mail.html)] {
        assert!(body.contains("sono conservate con la domanda e saranno comunque esaminate"), "{body}");
        assert!(!body.contains("l'esito si conosce") && !body.contains("ancora presentare"), "{body}");
    }
}

#[test]
fn ard_090_a_change_of_data_tells_which_datum_changed() {
    let template = MailTemplate::ArdisDataChanged;
    let (mut parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    parameters["email_changed"] = false.into();
    let mail = Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap();
    for body in [mail.text, mail.html] {
        assert!(body.contains("IBAN") && !body.contains("Indirizzo e-mail"), "{body}");
    }
}

#[test]
fn ard_077_every_courtesy_says_in_the_words_of_the_call_that_it_is_one() {
    let courtesies = [
        MailTemplate::ArdisNotOnline,
        MailTemplate::ArdisProvisionalList,
        MailTemplate::ArdisDraft,
        MailTemplate::ArdisDsuMissing,
        MailTemplate::ArdisAnnotation,
        MailTemplate::ArdisRegularisation,
        MailTemplate::ArdisIdentityDocumentMissing,
        MailTemplate::ArdisObservationsEnding,
        MailTemplate::ArdisFinalList,
    ];
    for template in courtesies {
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
fn ard_076_ard_082_after_the_term_the_provisional_list_mail_says_that_it_is_over() {
    let (mut parameters, _) = sample(MailTemplate::ArdisProvisionalList);
    parameters["observations_over"] = true.into();
    let mail = provisional_with(&parameters).unwrap();
    for body in [flat(&mail.text), flat(&mail.html).replace("<strong>", "").replace("<br>", "")] {
        assert!(body.contains("Il termine per presentare osservazioni era: lunedì 27 aprile 2026"), "{body}");
        assert!(!body.contains("Ultimo giorno") && !body.contains("solo online"), "{body}");
    }
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
    for template in ardis() {
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

/// The texts of a template with some parameters changed, its line breaks undone.
fn read_with(template: MailTemplate, changes: &[(&str, serde_json::Value)]) -> [String; 2] {
    let (mut parameters, date) = sample(template);
    for (key, value) in changes {
        parameters[*key] = value.clone();
    }
    let letterhead = letterheads().at(template.office(), date);
    let mail = Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap();
    [flat(&mail.text), flat(&mail.html)]
}

#[test]
fn ars_027_the_cpi_is_asked_to_confirm_only_where_the_agreement_is_not_on_record() {
    for (confirm, asks) in [(true, true), (false, false)] {
        for body in read_with(MailTemplate::ArsCaseClosed, &[("confirm", confirm.into())]) {
            assert_eq!(body.contains("Vi chiediamo di confermare il rientro"), asks, "{body}");
        }
    }
}

#[test]
fn ars_012_a_rejected_communication_is_named_by_number_type_and_dates_with_what_is_missing() {
    for body in read_with(MailTemplate::ArsCommunicationRejected, &[]) {
        for expected in [
            "COM-7K3M-Q2XD",
            "«conferme inizio anno",
            "lunedì 20 ottobre 2025",
            "Mancano dei dati: indirizzo, numero telefonico di contatto",
        ] {
            assert!(body.contains(expected), "«{expected}» is missing: {body}");
        }
    }
}

#[test]
fn ars_036_a_parked_report_need_not_be_sent_again() {
    for body in read_with(MailTemplate::ArsCommunicationParked, &[]) {
        assert!(body.contains("non occorre inviarla di nuovo"), "{body}");
    }
}

#[test]
fn ars_011_each_school_reads_its_own_side_of_an_ownership_that_moved() {
    for (acquired, says) in [(true, "ora è di Vostra proprietà"), (false, "ora è di proprietà di quell")]
    {
        for body in read_with(MailTemplate::ArsOwnershipMoved, &[("acquired", acquired.into())]) {
            assert!(body.contains(says), "{body}");
        }
    }
}

#[test]
fn ars_029_the_school_reads_where_it_finds_a_student_whose_return_the_cpi_entered() {
    for body in read_with(MailTemplate::ArsReturnByCpi, &[]) {
        assert!(body.contains("nel quadro sinottico della pagina iniziale"), "{body}");
    }
}

#[test]
fn ars_032_ars_033_students_of_class_zero_are_counted_and_the_notes_asked_for() {
    let with = |count: i64| read_with(MailTemplate::ArsFirstMonths, &[("class_zero", count.into())]);
    assert!(with(0).iter().all(|body| !body.contains("classe 0")));
    assert!(with(1).iter().all(|body| body.contains("Un allievo che risulta in classe 0")));
    assert!(with(2).iter().all(|body| body.contains("2 allievi che risultano in classe 0")));
    assert!(with(2).iter().all(|body| body.contains("scrivendo nelle note")));
}

#[test]
fn ars_016_ars_017_the_date_of_the_withdrawal_decides_its_label() {
    for body in read_with(MailTemplate::ArsMarch15, &[]) {
        assert!(body.contains("Conta la data del ritiro") && body.contains("sabato 14 marzo 2026"), "{body}");
    }
    for body in read_with(MailTemplate::ArsMarch15, &[("centre", true.into())]) {
        assert!(!body.contains("Conta la data del ritiro"), "{body}");
    }
}

#[test]
fn ars_041_ars_042_ordinary_courses_read_that_only_negative_outcomes_without_going_on_are_due() {
    for (iefp, ordinary) in [(true, false), (false, true)] {
        let changes = [("iefp", iefp.into()), ("ordinary", ordinary.into())];
        for body in read_with(MailTemplate::ArsOutcomes, &changes) {
            assert_eq!(body.contains("percorsi triennali di IeFP"), iefp, "{body}");
            assert_eq!(body.contains("soltanto gli esiti negativi dei minori"), ordinary, "{body}");
        }
    }
}

#[test]
fn ars_043_ars_046_every_ars_mail_says_what_access_takes_and_who_helps_with_aris() {
    for template in MailTemplate::ALL.iter().filter(|template| template.office() == Office::Ars) {
        for body in read_with(*template, &[]) {
            assert!(
                body.contains("Accordo di Servizio") && body.contains("https://istruzioneveneto.gov.it"),
                "{body}"
            );
        }
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
