// SPDX-License-Identifier: EUPL-1.2
//! The folder of `.eml` files.

use std::fs;

use campanella_mailer::{Delivery, Proof, Transport as _, transport::Folder};

use crate::support::{id, mail};

#[tokio::test]
async fn mails_are_whole_files_named_by_their_notification() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(place.path().join("mail"), 100);
    folder.prepare().await.unwrap();
    let mails: Vec<_> = (1..=3).map(|number| mail(id(number))).collect();
    let deliveries = folder.deliver(&mails).await;
    assert!(deliveries.iter().all(|delivery| matches!(delivery, Delivery::Accepted { .. })));
    for mail in &mails {
        assert_eq!(fs::read(folder.file(mail.id())).unwrap(), mail.bytes());
    }
    let files = fs::read_dir(place.path().join("mail")).unwrap().count();
    assert_eq!(files, 3, "nothing else is left behind");
}

#[tokio::test]
async fn delivering_again_replaces_and_never_doubles() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(place.path().to_owned(), 100);
    for _ in 0..2 {
        folder.deliver(&[mail(id(1))]).await;
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_that_is_there_and_whole_is_proof_and_a_torn_one_is_not() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(place.path().to_owned(), 100);
    folder.deliver(&[mail(id(1)), mail(id(2))]).await;
    fs::write(folder.file(id(2)), &mail(id(2)).bytes()[..700]).unwrap();
    fs::write(folder.file(id(4)), b"").unwrap();
    assert_eq!(folder.proof(id(1)).await, Proof::Delivered);
    for number in [2, 3, 4] {
        assert_eq!(folder.proof(id(number)).await, Proof::NotDelivered, "{number}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_unavailable() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("mail");
    fs::write(&path, b"a file in its place").unwrap();
    let mut folder = Folder::new(path, 100);
    assert!(folder.prepare().await.is_err());
    assert!(matches!(folder.deliver(&[mail(id(1))]).await[..], [Delivery::Unavailable { .. }]));
}
