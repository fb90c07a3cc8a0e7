// SPDX-License-Identifier: EUPL-1.2
//! The image, and the images beside it.

use anyhow::Context as _;
use campanella::cli::{self, Exit};
use campanella_tests::rules::root;

use super::file::{Compose, text};

/// The images a Dockerfile builds on.
fn bases(dockerfile: &str) -> impl Iterator<Item = &str> {
    dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next())
}

#[test]
fn every_image_has_a_version_that_does_not_move_by_itself() -> anyhow::Result<()> {
    let dockerfile = text("Dockerfile")?;
    let compose = Compose::read()?;
    for image in bases(&dockerfile).chain(compose.services.values().map(|service| service.image.as_str())) {
        let (_, tag) = image.split_once(':').with_context(|| format!("{image} has no tag"))?;
        assert!(tag != "latest" && !tag.is_empty(), "{image}");
    }
    Ok(())
}

#[test]
fn the_image_is_built_with_the_compiler_of_the_repository_and_has_its_version() -> anyhow::Result<()> {
    let toolchain: toml::Table = std::fs::read_to_string(root().join("rust-toolchain.toml"))?.parse()?;
    let channel = toolchain["toolchain"]["channel"].as_str().context("no channel")?;
    let dockerfile = text("Dockerfile")?;
    let compiler = bases(&dockerfile).find_map(|image| image.strip_prefix("rust:")).context("no rust")?;
    let (version, _) = compiler.split_once('-').context("no variant")?;
    assert_eq!(version, channel);
    // Else rustup would fetch the components of rust-toolchain.toml, or the whole compiler where the names differ.
    assert!(dockerfile.contains(&format!("\nENV RUSTUP_TOOLCHAIN={channel}\n")));
    for (name, service) in Compose::read()?.own() {
        assert_eq!(service.image, concat!("campanella:", env!("CARGO_PKG_VERSION")), "{name}");
    }
    assert!(dockerfile.contains(concat!("--tag campanella:", env!("CARGO_PKG_VERSION"))));
    Ok(())
}

#[test]
fn the_image_runs_as_nobody_special_and_looks_after_its_health() -> anyhow::Result<()> {
    let dockerfile = text("Dockerfile")?;
    let (_, run) = dockerfile.rsplit_once("\nFROM ").context("one stage only")?;
    let user = run.lines().find_map(|line| line.strip_prefix("USER ")).context("no USER")?;
    assert!(!user.starts_with('0') && user != "root", "{user}");
    assert!(run.contains("HEALTHCHECK ") && run.contains(r#"CMD ["campanella", "health"]"#));
    Ok(())
}

/// What follows is a command of the program, with options it knows.
async fn is_understood(command: &[&str]) -> bool {
    let arguments = ["campanella"].iter().chain(command).chain(&["--help"]);
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    cli::run(arguments.map(|word| (*word).to_owned()), &mut out, &mut complaints).await == Exit::Done
}

#[tokio::test]
async fn every_command_of_the_containers_is_one_of_the_program() -> anyhow::Result<()> {
    assert!(is_understood(&["health"]).await);
    assert!(is_understood(&["doctor"]).await);
    assert!(!is_understood(&["heal"]).await);
    for (name, service) in Compose::read()?.own() {
        let (program, options) = service.entrypoint.split_first().context("no program")?;
        assert_eq!(program, "campanella", "{name}");
        let command: Vec<_> = options.iter().chain(&service.command).map(String::as_str).collect();
        assert!(is_understood(&command).await, "{name}: {command:?}");
    }
    Ok(())
}
