// SPDX-License-Identifier: EUPL-1.2
//! The last cent and the last second, through the whole path: facts in, a term passes, a decision is stored.

use anyhow::Result;
use campanella_tests::{Family, World};

const AFTER_THE_DSU_TERM: &str = "2025-11-21T08:00:00";
const AFTER_THE_REGULARISATION_TERM: &str = "2025-12-19T08:00:00";

/// A family whose attestation, issued in spring, carries an indicator.
async fn decided_with(isee: &str) -> Result<(World, Family)> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let family = Family::number(1)?;
    world.receive_application(&family).await?;
    let attestation = family.dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", isee)?;
    world.learn(&family, attestation).await?;
    world.advance_to(AFTER_THE_DSU_TERM).await?;
    Ok((world, family))
}

#[tokio::test]
async fn ard_007_an_isee_of_exactly_35_000_euro_is_admitted() -> Result<()> {
    let (world, family) = decided_with("35.000,00").await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    assert!(world.rules(&family).await?.contains(&"ARD-007".to_owned()));
    Ok(())
}

#[tokio::test]
async fn ard_055_an_isee_of_one_cent_more_is_excluded() -> Result<()> {
    let (world, family) = decided_with("35.000,01").await?;
    assert_eq!(world.verdict(&family).await?, "excluded E01");
    assert!(world.rules(&family).await?.contains(&"ARD-055".to_owned()));
    Ok(())
}

/// A family that undertook to sign the DSU and signed it at a time; it was attested, and learned of, days later.
async fn decided_on_a_dsu_signed_at(civil: &str) -> Result<(World, Family)> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let family = Family::number(1)?.that_will_sign_the_dsu();
    world.receive_application(&family).await?;
    world.advance_to("2025-11-27T09:00:00").await?;
    assert_eq!(world.verdict(&family).await?, "excluded E02", "nothing is known at the term");
    let attestation = family.dsu_signed_at(civil)?.issued_at("2025-11-26T10:00:00", "12.000,00")?;
    world.learn(&family, attestation).await?;
    Ok((world, family))
}

#[tokio::test]
async fn ard_010_a_dsu_signed_in_the_last_second_of_20_november_counts() -> Result<()> {
    let (world, family) = decided_on_a_dsu_signed_at("2025-11-20T23:59:59").await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    Ok(())
}

#[tokio::test]
async fn ard_056_a_dsu_signed_as_21_november_begins_does_not_count() -> Result<()> {
    let (world, family) = decided_on_a_dsu_signed_at("2025-11-21T00:00:00").await?;
    assert_eq!(world.verdict(&family).await?, "excluded E02");
    assert!(world.rules(&family).await?.contains(&"ARD-056".to_owned()));
    Ok(())
}

/// A family whose attestation has an omission; a conforming one is issued at a time and learned of in the new year.
async fn decided_on_a_regularisation_issued_at(civil: &str) -> Result<(World, Family)> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let family = Family::number(1)?;
    world.receive_application(&family).await?;
    let annotated =
        family.dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", "12.000,00")?;
    world.learn(&family, annotated.with_an_omission()).await?;
    world.advance_to(AFTER_THE_REGULARISATION_TERM).await?;
    assert_eq!(world.verdict(&family).await?, "excluded E03", "nothing is known at the term");
    let conforming = family.dsu_signed_at("2025-12-10T10:00:00")?.issued_at(civil, "12.000,00")?;
    world.advance_to("2026-01-07T09:00:00").await?;
    world.learn(&family, conforming).await?;
    Ok((world, family))
}

#[tokio::test]
async fn ard_020_an_attestation_issued_in_the_last_second_of_18_december_regularises() -> Result<()> {
    let (world, family) = decided_on_a_regularisation_issued_at("2025-12-18T23:59:59").await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    assert!(world.rules(&family).await?.contains(&"ARD-020".to_owned()));
    Ok(())
}

#[tokio::test]
async fn ard_020_an_attestation_issued_as_19_december_begins_is_for_an_officer() -> Result<()> {
    let (world, family) = decided_on_a_regularisation_issued_at("2025-12-19T00:00:00").await?;
    assert_eq!(world.verdict(&family).await?, "pending");
    Ok(())
}

async fn decided_when_submitted_at(civil: &str) -> Result<(World, Family)> {
    let mut world = World::at("2025-11-20T16:30:00").await?;
    let family = Family::number(1)?.applying_at(civil)?;
    world.receive_application(&family).await?;
    let attestation =
        family.dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", "12.000,00")?;
    world.learn(&family, attestation).await?;
    world.advance_to(AFTER_THE_DSU_TERM).await?;
    Ok((world, family))
}

#[tokio::test]
async fn ard_040_an_application_that_arrives_at_16_00_00_000_is_in_time() -> Result<()> {
    let (world, family) = decided_when_submitted_at("2025-11-20T16:00:00.000").await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    Ok(())
}

#[tokio::test]
async fn ard_060_an_application_that_arrives_a_millisecond_later_is_excluded() -> Result<()> {
    let (world, family) = decided_when_submitted_at("2025-11-20T16:00:00.001").await?;
    assert_eq!(world.verdict(&family).await?, "excluded E06");
    assert!(world.rules(&family).await?.contains(&"ARD-060".to_owned()));
    Ok(())
}
