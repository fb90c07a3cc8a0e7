// SPDX-License-Identifier: EUPL-1.2
//! What is shipped for the broker, given to a broker.

use anyhow::Context as _;

use super::file::{Compose, text};

/// The virtual host of `compose.yaml`.
const VHOST: &str = "campanella";

#[test]
fn the_policies_are_for_the_virtual_host_the_broker_makes() -> anyhow::Result<()> {
    let definitions: serde_json::Value = serde_json::from_str(&text("rabbitmq/definitions.json")?)?;
    let policies = definitions["policies"].as_array().context("no policies")?;
    assert!(policies.iter().all(|policy| policy["vhost"] == VHOST));
    let compose = Compose::read()?;
    assert_eq!(compose.services["rabbitmq"].environment["RABBITMQ_DEFAULT_VHOST"], VHOST);
    for (name, service) in compose.own() {
        assert!(service.environment["CAMPANELLA_BROKER__URL"].ends_with("@rabbitmq/campanella"), "{name}");
    }
    // Users have passwords, and these are nobody else's business.
    assert!(definitions.get("users").is_none());
    Ok(())
}
