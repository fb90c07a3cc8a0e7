// SPDX-License-Identifier: EUPL-1.2
//! Who may depend on whom.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Package};

use super::{assert_none, members, metadata, names};

/// The members that depend in any way on a crate or one of its family (`sqlx`, `sqlx-core`).
fn users_of(library: &str) -> anyhow::Result<BTreeSet<String>> {
    let family = format!("{library}-");
    let uses = |member: &&Package| {
        member.dependencies.iter().any(|needed| needed.name == library || needed.name.starts_with(&family))
    };
    Ok(members()?.into_iter().filter(uses).map(|member| member.name.to_string()).collect())
}

#[track_caller]
fn assert_only(allowed: &BTreeSet<String>, users: &BTreeSet<String>) {
    assert!(users.is_subset(allowed), "allowed: {allowed:?}, found: {users:?}");
}

#[test]
fn only_the_store_knows_sqlx() -> anyhow::Result<()> {
    assert_only(&names(["campanella-store"]), &users_of("sqlx")?);
    Ok(())
}

#[test]
fn only_the_bus_knows_lapin() -> anyhow::Result<()> {
    assert_only(&names(["campanella-bus"]), &users_of("lapin")?);
    Ok(())
}

#[test]
fn only_the_mailer_knows_lettre() -> anyhow::Result<()> {
    assert_only(&names(["campanella-mailer"]), &users_of("lettre")?);
    Ok(())
}

#[test]
fn only_what_answers_http_knows_axum() -> anyhow::Result<()> {
    let doors = names(["campanella-console", "campanella-intake", "campanella-runtime"]);
    assert_only(&doors, &users_of("axum")?);
    Ok(())
}

#[test]
fn only_the_command_line_asks_over_http() -> anyhow::Result<()> {
    assert_only(&names(["campanella"]), &users_of("ureq")?);
    Ok(())
}

#[test]
fn the_domain_depends_on_no_other_crate_of_the_workspace() -> anyhow::Result<()> {
    let members = members()?;
    let domain = members.iter().filter(|member| member.name == "campanella-domain");
    let needed = domain.flat_map(|domain| &domain.dependencies).map(|needed| needed.name.clone());
    assert_none(&needed.filter(|name| members.iter().any(|member| member.name == *name)).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn what_only_tests_need_is_never_shipped() -> anyhow::Result<()> {
    let of_tests = ["campanella-testkit", "campanella-tests"];
    let mut breaches = Vec::new();
    for member in members()?.into_iter().filter(|member| !of_tests.contains(&member.name.as_str())) {
        for needed in member.dependencies.iter().filter(|needed| needed.kind != DependencyKind::Development) {
            if of_tests.contains(&needed.name.as_str()) {
                breaches.push(format!("{} depends on {}", member.name, needed.name));
            }
        }
    }
    assert_none(&breaches);
    Ok(())
}

#[test]
fn a_library_names_its_errors_and_leaves_anyhow_to_binaries_and_tests() -> anyhow::Result<()> {
    let allowed = ["campanella", "campanella-testkit", "campanella-tests"];
    let libraries = members()?.into_iter().filter(|member| !allowed.contains(&member.name.as_str()));
    let breaches = libraries.filter(|library| {
        library
            .dependencies
            .iter()
            .any(|needed| needed.name == "anyhow" && needed.kind == DependencyKind::Normal)
    });
    assert_none(&breaches.map(|library| library.name.to_string()).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn every_dependency_comes_from_the_public_registry() -> anyhow::Result<()> {
    let packages = metadata()?.packages.iter();
    let from_elsewhere =
        packages.filter(|package| package.source.as_ref().is_some_and(|from| !from.is_crates_io()));
    assert_none(
        &from_elsewhere.map(|package| format!("{}: {:?}", package.name, package.source)).collect::<Vec<_>>(),
    );
    Ok(())
}
