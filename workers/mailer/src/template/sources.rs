// SPDX-License-Identifier: EUPL-1.2
//! The files of `templates/`, embedded: a mail never depends on what lies on a disk.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Names without `.j2`, and texts.
        pub(super) const SOURCES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../templates/", $path, ".j2")))),*];
    };
}

files![
    "layout/body.txt",
    "layout/body.html",
    "layout/number.txt",
    "layout/number.html",
    "layout/ardis.txt",
    "layout/ardis.html",
    "layout/ardis-receipt.txt",
    "layout/ardis-receipt.html",
    "layout/two-ways.txt",
    "layout/two-ways.html",
    "layout/ars.txt",
    "layout/ars.html",
    "ardis-provisional-list/subject",
    "ardis-provisional-list/body.txt",
    "ardis-provisional-list/body.html",
    "ardis-dsu-missing/subject",
    "ardis-dsu-missing/body.txt",
    "ardis-dsu-missing/body.html",
    "ardis-regularisation/subject",
    "ardis-regularisation/body.txt",
    "ardis-regularisation/body.html",
    "ardis-confirmation/subject",
    "ardis-confirmation/body.txt",
    "ardis-confirmation/body.html",
    "ardis-not-online/subject",
    "ardis-not-online/body.txt",
    "ardis-not-online/body.html",
    "ardis-draft/subject",
    "ardis-draft/body.txt",
    "ardis-draft/body.html",
    "ardis-annotation/subject",
    "ardis-annotation/body.txt",
    "ardis-annotation/body.html",
    "ardis-self-certification-received/subject",
    "ardis-self-certification-received/body.txt",
    "ardis-self-certification-received/body.html",
    "ardis-identity-document-missing/subject",
    "ardis-identity-document-missing/body.txt",
    "ardis-identity-document-missing/body.html",
    "ardis-observation-received/subject",
    "ardis-observation-received/body.txt",
    "ardis-observation-received/body.html",
    "ardis-data-changed/subject",
    "ardis-data-changed/body.txt",
    "ardis-data-changed/body.html",
    "ardis-address-replaced/subject",
    "ardis-address-replaced/body.txt",
    "ardis-address-replaced/body.html",
    "ardis-observations-ending/subject",
    "ardis-observations-ending/body.txt",
    "ardis-observations-ending/body.html",
    "ardis-final-list/subject",
    "ardis-final-list/body.txt",
    "ardis-final-list/body.html",
    "ars-new-case/subject",
    "ars-new-case/body.txt",
    "ars-new-case/body.html",
    "ars-case-reopened/subject",
    "ars-case-reopened/body.txt",
    "ars-case-reopened/body.html",
    "ars-case-closed/subject",
    "ars-case-closed/body.txt",
    "ars-case-closed/body.html",
    "ars-iefp-deadline/subject",
    "ars-iefp-deadline/body.txt",
    "ars-iefp-deadline/body.html",
    "ars-student-of-age/subject",
    "ars-student-of-age/body.txt",
    "ars-student-of-age/body.html",
    "ars-case-digest/subject",
    "ars-case-digest/body.txt",
    "ars-case-digest/body.html",
    "ars-communication-rejected/subject",
    "ars-communication-rejected/body.txt",
    "ars-communication-rejected/body.html",
    "ars-communication-parked/subject",
    "ars-communication-parked/body.txt",
    "ars-communication-parked/body.html",
    "ars-ownership-moved/subject",
    "ars-ownership-moved/body.txt",
    "ars-ownership-moved/body.html",
    "ars-return-by-cpi/subject",
    "ars-return-by-cpi/body.txt",
    "ars-return-by-cpi/body.html",
    "ars-return-not-entered/subject",
    "ars-return-not-entered/body.txt",
    "ars-return-not-entered/body.html",
    "ars-iefp-overdue/subject",
    "ars-iefp-overdue/body.txt",
    "ars-iefp-overdue/body.html",
    "ars-first-months/subject",
    "ars-first-months/body.txt",
    "ars-first-months/body.html",
    "ars-march-15/subject",
    "ars-march-15/body.txt",
    "ars-march-15/body.html",
    "ars-outcomes/subject",
    "ars-outcomes/body.txt",
    "ars-outcomes/body.html",
];

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use campanella_domain::mail::MailTemplate;

    use super::SOURCES;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = Vec::new();
        for folder in fs::read_dir(&root).unwrap() {
            let folder = folder.unwrap();
            for file in fs::read_dir(folder.path()).unwrap() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push(name.strip_suffix(".j2").expect("templates end in .j2").to_owned());
            }
        }
        let mut embedded: Vec<_> = SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect();
        found.sort();
        embedded.sort();
        assert_eq!(embedded, found);
    }

    #[test]
    fn every_template_has_its_three_files() {
        for template in MailTemplate::ALL {
            for file in ["subject", "body.txt", "body.html"] {
                let name = format!("{}/{file}", template.name());
                assert!(SOURCES.iter().any(|(source, _)| *source == name), "{name}");
            }
        }
    }
}
