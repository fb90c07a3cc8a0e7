// SPDX-License-Identifier: EUPL-1.2
//! The foot of a mail: whom to ask, who answers for it, what becomes of the reader's data.

use campanella_domain::{
    mail::{MailTemplate, Office},
    procedure::ArdisProcedure,
};
use campanella_mailer::{Rendered, Renderer};

use crate::support::{letterheads, sample};

fn rendered(template: MailTemplate) -> Rendered {
    let (parameters, date) = sample(template);
    let letterhead = letterheads().at(template.office(), date);
    Renderer::new().unwrap().render(template, &parameters.to_string(), &letterhead).unwrap()
}

/// Text and HTML of every mail of an office, with line breaks undone and marks of HTML read as what they stand for.
fn bodies(office: Office) -> Vec<(MailTemplate, String)> {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#x27;", "'");
    let of_office = MailTemplate::ALL.iter().copied().filter(|template| template.office() == office);
    of_office
        .flat_map(|template| {
            let mail = rendered(template);
            [
                (template, flat(&mail.text)),
                (template, flat(&mail.html).replace("&#x2f;", "/").replace("&amp;", "&")),
            ]
        })
        .collect()
}

#[test]
fn ard_049_every_ardis_mail_names_the_information_desk_with_its_hours() {
    let contacts = ArdisProcedure::embedded().unwrap().contacts;
    for (template, body) in bodies(Office::Ardis) {
        assert!(body.contains(contacts.email.expose()), "{template}: {body}");
        for told in contacts.telephones.iter().chain([&contacts.hours, &contacts.website]) {
            assert!(body.contains(told), "{template} does not tell {told}: {body}");
        }
    }
}

#[test]
fn ard_100_every_ardis_mail_is_signed_by_unit_and_heads_of_the_procedure() {
    let contacts = ArdisProcedure::embedded().unwrap().contacts;
    for (template, body) in bodies(Office::Ardis) {
        for told in [&contacts.office, &contacts.signature.procedure_head, &contacts.signature.inquiry_head] {
            assert!(body.contains(told), "{template} does not tell {told}: {body}");
        }
        assert!(contacts.office.contains(&contacts.signature.unit));
    }
}

#[test]
fn ard_102_ard_103_ard_104_ard_106_every_ardis_mail_says_who_answers_for_personal_data_and_on_what_ground() {
    let privacy = ArdisProcedure::embedded().unwrap().privacy;
    for (template, body) in bodies(Office::Ardis) {
        for told in [
            privacy.controller.as_str(),
            privacy.controller_email.expose(),
            privacy.controller_pec.expose(),
            &privacy.processor,
            &privacy.data_protection_officer,
            &privacy.legal_basis,
        ] {
            assert!(body.contains(told), "{template} does not tell {told}: {body}");
        }
    }
}

#[test]
fn ard_105_every_ardis_mail_is_about_the_readers_own_application_and_says_what_the_address_is_used_for() {
    for (template, body) in bodies(Office::Ardis) {
        assert!(template.parameters().contains(&"instance_number"), "{template} is about no application");
        assert!(body.contains("Il Suo indirizzo è usato solo per questo procedimento"), "{template}: {body}");
    }
}

#[test]
fn ard_072_the_mail_about_a_list_says_where_it_is() {
    let mail = rendered(MailTemplate::ArdisProvisionalList);
    let (parameters, _) = sample(MailTemplate::ArdisProvisionalList);
    let link = parameters["link"].as_str().unwrap();
    assert!(
        mail.text.contains(link) && mail.html.contains(&link.replace('/', "&#x2f;"))
            || mail.html.contains(link)
    );
    assert!(ArdisProcedure::embedded().unwrap().links.lists.starts_with("https://www.ardis.fvg.it"));
}
