// SPDX-License-Identifier: EUPL-1.2
//! The services of `compose.yaml` are the workers, wired as the settings know it.

use std::collections::BTreeSet;

use anyhow::Context as _;
use campanella::{settings::DEFAULTS, settings::Settings, workforce};
use campanella_tests::{Wiring, rules::root};

use super::file::{Compose, interpolated, text};

#[test]
fn there_is_a_service_for_each_worker_and_for_nobody_else() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    let workers = compose.services.iter().filter_map(|(name, service)| Some((name, service.worker()?)));
    let workers = workers.collect::<Vec<_>>();
    for (name, worker) in &workers {
        assert_eq!(name.as_str(), *worker, "a service is called as its worker");
    }
    let workers: BTreeSet<_> = workers.into_iter().map(|(_, worker)| worker).collect();
    assert_eq!(workers, workforce::names().into_iter().collect());
    let others = compose.own().filter(|(_, service)| service.worker().is_none()).map(|(name, _)| name);
    assert_eq!(others.collect::<Vec<_>>(), ["cli", "migrate"]);
    Ok(())
}

#[test]
fn a_worker_waits_for_the_schema_and_the_broker_and_comes_back_when_it_ends() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    for (name, service) in compose.services.iter().filter(|(_, service)| service.worker().is_some()) {
        for needed in ["migrate", "rabbitmq-definitions"] {
            let condition = service.depends_on.get(needed).map(|needed| needed.condition.as_str());
            assert_eq!(condition, Some("service_completed_successfully"), "{name}: {needed}");
        }
        assert_eq!(service.restart.as_deref(), Some("unless-stopped"), "{name}");
    }
    Ok(())
}

#[test]
fn whom_others_wait_for_exists_and_can_become_what_they_wait_for() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    for (name, service) in &compose.services {
        for (needed, dependency) in &service.depends_on {
            let waited_for = compose.services.get(needed).with_context(|| format!("{name}: {needed}"))?;
            let possible = match dependency.condition.as_str() {
                "service_healthy" => waited_for.healthcheck.is_some(),
                "service_completed_successfully" => waited_for.restart.is_none(),
                _ => false,
            };
            assert!(possible, "{name} waits for {needed}: {}", dependency.condition);
        }
    }
    Ok(())
}

/// `CAMPANELLA_MAIL__TRANSPORT` is `mail.transport`.
fn key(variable: &str) -> Option<String> {
    Some(variable.strip_prefix("CAMPANELLA_")?.to_lowercase().replace("__", "."))
}

#[test]
fn every_variable_is_a_setting_and_its_value_is_accepted() -> anyhow::Result<()> {
    let defaults: toml::Table = DEFAULTS.parse()?;
    for (name, service) in Compose::read()?.own() {
        let mut flags = Vec::new();
        for (variable, value) in &service.environment {
            let key = key(variable).with_context(|| format!("{name}: {variable}"))?;
            let (area, rest) = key.split_once('.').with_context(|| format!("{name}: {variable}"))?;
            let known = rest.split('.').try_fold(&defaults[area], |table, part| table.get(part));
            assert!(known.is_some_and(|known| !known.is_table()), "{name}: there is no setting {key}");
            let mut value = value.clone();
            for (asked, rest) in interpolated(&value.clone()) {
                let filled = rest.strip_prefix(":-").unwrap_or("secret");
                value = value.replace(&format!("${{{asked}{rest}}}"), filled);
            }
            flags.push((key, value));
        }
        let flags: Vec<_> = flags.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        Settings::load(None, &flags).with_context(|| name.clone())?;
    }
    Ok(())
}

#[test]
fn a_real_relay_is_told_by_the_env_file_alone() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    let mailer = &compose.services[workforce::MAILER].environment;
    for (key, asked) in [
        ("TRANSPORT", "${MAIL_TRANSPORT:"),
        ("SENDER", "${MAIL_SENDER:"),
        ("REPLY_TO", "${MAIL_REPLY_TO:"),
        ("HELLO_NAME", "${MAIL_HELLO_NAME:"),
        ("RATE__PER_MINUTE", "${MAIL_PER_MINUTE:"),
    ] {
        let value = &mailer[&format!("CAMPANELLA_MAIL__{key}")];
        assert!(value.starts_with(asked), "{key}: {value}");
    }
    Ok(())
}

#[test]
fn every_service_reads_the_administrators_settings_and_their_examples_are_accepted() -> anyhow::Result<()> {
    for (name, service) in Compose::read()?.own() {
        assert!(service.volumes.iter().any(|volume| volume == "./settings:/etc/campanella:ro"), "{name}");
        let config = service.entrypoint.windows(2).find(|words| words[0] == "--config");
        let config = config.with_context(|| format!("{name}: no --config"))?;
        assert_eq!(config[1], "/etc/campanella/campanella.toml", "{name}");
    }
    let settings = text("settings/campanella.toml")?;
    let uncommented = settings.lines().map(|line| match line.strip_prefix('#') {
        Some(example) if example.starts_with(|first: char| !first.is_whitespace()) => example,
        _ => line,
    });
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("campanella.toml");
    std::fs::write(&file, uncommented.collect::<Vec<_>>().join("\n"))?;
    let settings = Settings::load(Some(&file), &[])?;
    for procedure in [settings.procedures.ars, settings.procedures.ardis] {
        let file = procedure.strip_prefix("/etc/campanella").context("not in the folder that is there")?;
        assert!(root().join("shared/domain/procedures").join(file).is_file(), "{}", file.display());
    }
    Ok(())
}

/// Connections PostgreSQL keeps for its superuser.
const RESERVED: u32 = 3;

#[test]
fn the_database_has_connections_for_every_process_and_as_many_again() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    let command = &compose.services["postgres"].command;
    let most = command.iter().find_map(|word| word.strip_prefix("max_connections=")).context("no limit")?;
    let of_each = Settings::load(None, &[])?.database.connections;
    let processes = (most.parse::<u32>()? - RESERVED) / of_each;
    let workers = u32::try_from(workforce::names().len())?;
    assert!(processes >= 2 * workers, "{processes} processes for {workers} workers");
    let page = text("README.md")?;
    for told in [format!("`max_connections` is {most}"), format!("for {processes} processes")] {
        assert!(page.contains(&told), "{told}");
    }
    Ok(())
}

#[test]
fn the_processes_of_dev_up_are_told_what_the_containers_are_told() -> anyhow::Result<()> {
    let wiring = Wiring { database: "", broker: "", management: "", mails: "", sender: "", listen: "" };
    let told: BTreeSet<_> = wiring.environment().into_iter().map(|(name, _)| name).collect();
    let (mail, rest): (BTreeSet<_>, BTreeSet<_>) = told.into_iter().partition(|name| is_of_mail(name));
    for (name, service) in Compose::read()?.own() {
        let (of_mail, others): (BTreeSet<_>, BTreeSet<_>) =
            service.environment.keys().cloned().partition(|name| is_of_mail(name));
        assert_eq!(others, rest, "{name}");
        // A relay's password stands in the address of the transport.
        if service.worker() == Some(workforce::MAILER) {
            assert!(of_mail.is_superset(&mail), "{name}: {of_mail:?}");
        } else {
            assert!(of_mail.is_empty(), "{name}: only who sends knows the relay");
        }
    }
    Ok(())
}

fn is_of_mail(variable: &str) -> bool {
    variable.starts_with("CAMPANELLA_MAIL__")
}

#[test]
fn what_is_asked_of_the_env_file_is_what_its_example_has() -> anyhow::Result<()> {
    let compose = text("compose.yaml")?;
    let asked: BTreeSet<_> = interpolated(&compose).into_iter().map(|(name, _)| name).collect();
    let example = text(".env.example")?;
    let given = example.lines().filter(|line| !line.starts_with('#'));
    let given = given.filter_map(|line| Some(line.split_once('=')?.0)).collect::<BTreeSet<_>>();
    assert_eq!(asked, given);
    // A secret has no default: without it nothing starts.
    let secrets = interpolated(&compose).into_iter().filter(|(name, _)| name.ends_with("PASSWORD"));
    for (name, rest) in secrets {
        assert!(rest.starts_with(":?"), "{name} has a default");
    }
    Ok(())
}

#[test]
fn nothing_is_published_beyond_this_machine() -> anyhow::Result<()> {
    for (name, service) in Compose::read()?.services {
        for port in service.ports {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
    }
    Ok(())
}

#[test]
fn every_volume_is_declared_and_every_file_exists() -> anyhow::Result<()> {
    let compose = Compose::read()?;
    for (name, service) in &compose.services {
        for volume in &service.volumes {
            let (source, _) = volume.split_once(':').with_context(|| format!("{name}: {volume}"))?;
            let there = match source.strip_prefix("./") {
                Some(file) => root().join("compose").join(file).exists(),
                None => compose.volumes.contains_key(source),
            };
            assert!(there, "{name}: {volume}");
        }
    }
    Ok(())
}
