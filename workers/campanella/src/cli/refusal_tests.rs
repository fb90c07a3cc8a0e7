// SPDX-License-Identifier: EUPL-1.2

use anyhow::Context as _;

use super::*;

#[test]
fn a_folder_in_use_is_named_and_can_be_tried_again_later() {
    let error = Err::<(), _>(FolderError::InUse("/srv/scuola".into())).context("occupata").unwrap_err();
    let (exit, text) = report(&error);
    assert_eq!(exit, Exit::Unavailable);
    assert!(text.contains("«/srv/scuola» è in uso") && text.contains("Che cosa fare: "), "{text}");
}

#[test]
fn a_folder_nobody_may_write_to_is_for_a_person_and_a_full_disk_is_not() {
    for (kind, exit) in [
        (io::ErrorKind::PermissionDenied, Exit::Usage),
        (io::ErrorKind::ReadOnlyFilesystem, Exit::Usage),
        (io::ErrorKind::StorageFull, Exit::Failed),
    ] {
        let error = FolderError::Io { path: "/srv/scuola".into(), source: kind.into() };
        let (told, text) = report(&error.into());
        assert!(told == exit && text.contains("«/srv/scuola» non è utilizzabile"), "{text}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let error = Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("scrittura");
    assert_eq!(report(&error), (Exit::Done, String::new()));
}

#[test]
fn a_password_in_an_error_is_hidden() {
    let error = Error::from(StoreError::Unavailable("postgres://ufficio:segreta@db/x: timed out".into()));
    let (exit, text) = report(&error);
    assert_eq!(exit, Exit::Unavailable);
    assert!(!text.contains("segreta") && text.contains("postgres://ufficio:***@db/x"), "{text}");
}

#[test]
fn a_database_that_lets_nobody_in_is_for_a_person_and_not_for_another_start() {
    for (detail, exit, expected) in [
        ("code 28P01: password authentication failed for user \"ufficio\"", Exit::Usage, "correggere utente"),
        ("code 3D000: database \"campanela\" does not exist", Exit::Usage, "nome del database"),
        ("code 42501: permission denied for table outbox", Exit::Usage, "farlo concedere (GRANT)"),
        ("code 23505: constraint outbox_pkey", Exit::Failed, "ha rifiutato l'operazione"),
    ] {
        let (told, text) = report(&StoreError::Refused(detail.to_owned()).into());
        assert_eq!(told, exit, "{text}");
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_database_that_does_not_prove_who_it_is_is_told_apart_from_one_that_is_away() {
    let told = |error: StoreError| report(&error.into());
    for detail in ["invalid peer certificate: UnknownIssuer", "server does not support TLS"] {
        let (exit, text) = told(StoreError::Unavailable(detail.to_owned()));
        assert_eq!(exit, Exit::Unavailable);
        assert!(text.contains(detail) && text.contains("database.root_certificate"), "{text}");
        assert!(!text.contains("acceso"), "{text}");
    }
    let (_, away) = told(StoreError::Unavailable("connection refused".to_owned()));
    assert!(away.contains("acceso") && !away.contains("certificat"), "{away}");
    let (exit, unreadable) = told(StoreError::Certificates("/etc/ca.pem: permission denied".to_owned()));
    assert!(exit == Exit::Usage && unreadable.contains("/etc/ca.pem"), "{unreadable}");
}
