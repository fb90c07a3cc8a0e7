// SPDX-License-Identifier: EUPL-1.2
//! Self-certifications: whose they are, and what stays of one that is told more than once.

use std::collections::HashSet;

use campanella_domain::ardis::{CheckOutcome, IdentityDocument, SelfCertification};
use campanella_store::{
    Store,
    ardis::{
        application,
        self_certification::{self, NewSelfCertification},
    },
};

use crate::{
    ardis::{applications, self_certification},
    world::{at, id},
};

contract! {
    async fn a_self_certification_belongs_to_its_application(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=2).await?;
        let form = self_certification(50, 1);
        let forms = [form.clone()];
        assert_eq!(self_certification::insert(&mut tx, &forms).await?, HashSet::from([id(50)]));
        assert_eq!(self_certification::insert(&mut tx, &forms).await?, HashSet::new());
        let facts = application::facts(&mut tx, &[id(1), id(2)]).await?;
        assert_eq!(facts[&id(1)].self_certifications, [form.self_certification]);
        assert_eq!(facts[&id(2)].self_certifications, []);
    }

    async fn ard_019_a_form_checked_later_is_known_as_checked_and_what_was_found_stays(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        let unchecked = self_certification(50, 1);
        self_certification::insert(&mut tx, std::slice::from_ref(&unchecked)).await?;
        let found = |outcome, checked_at| SelfCertification {
            identity_document: IdentityDocument::Valid,
            outcome,
            checked_at: Some(at(checked_at)),
            ..unchecked.self_certification.clone()
        };
        let checked = |form| NewSelfCertification { self_certification: form, ..unchecked.clone() };
        let accepted = checked(found(CheckOutcome::Accepted, "2025-12-22T09:00:00Z"));
        let both = [accepted.clone(), unchecked.clone()];
        assert_eq!(self_certification::insert(&mut tx, &both).await?, HashSet::from([id(50)]));
        let refused = checked(found(CheckOutcome::Rejected, "2025-12-23T09:00:00Z"));
        let later = [unchecked.clone(), refused];
        assert_eq!(self_certification::insert(&mut tx, &later).await?, HashSet::new());
        let facts = application::facts(&mut tx, &[id(1)]).await?;
        assert_eq!(facts[&id(1)].self_certifications, [accepted.self_certification]);
    }

    async fn ard_019_of_a_form_nobody_has_checked_the_better_document_stays(store: &Store) {
        let mut tx = store.begin().await?;
        applications(&mut tx, 1..=1).await?;
        let with = |identity_document| {
            let form = self_certification(50, 1);
            let outcome = CheckOutcome::Unchecked;
            let said = SelfCertification { identity_document, outcome, checked_at: None, ..form.self_certification };
            NewSelfCertification { self_certification: said, ..form }
        };
        let [valid, expired, missing] =
            [IdentityDocument::Valid, IdentityDocument::Expired, IdentityDocument::Missing].map(with);
        let written = HashSet::from([id(50)]);
        assert_eq!(self_certification::insert(&mut tx, std::slice::from_ref(&missing)).await?, written);
        assert_eq!(self_certification::insert(&mut tx, &[expired.clone(), missing.clone()]).await?, written);
        assert_eq!(self_certification::insert(&mut tx, &[valid.clone(), expired.clone()]).await?, written);
        for again in [[valid.clone(), missing.clone()], [missing, expired]] {
            assert_eq!(self_certification::insert(&mut tx, &again).await?, HashSet::new());
        }
        let facts = application::facts(&mut tx, &[id(1)]).await?;
        assert_eq!(facts[&id(1)].self_certifications, [valid.self_certification]);
    }
}
