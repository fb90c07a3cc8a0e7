// SPDX-License-Identifier: EUPL-1.2
//! What officers do between the provisional list and the final one, after which everybody works.

use anyhow::{Result, ensure};
use campanella_domain::{ardis::Channel, identity::Redacted};
use campanella_jobs::{
    ListOrder, Publishing, ReceivedObservation, answer_observation, publish_list, record_observation,
};
use campanella_store::ardis::published_list::ListKind;
use uuid::Uuid;

use crate::{Family, World};

/// The one final list of a world.
const FINAL: Uuid = Uuid::from_u128(0xcf);

fn officer() -> Redacted<String> {
    Redacted::new("addetta".to_owned())
}

impl World {
    /// An officer records what a family observes now, through the portal; returns its id.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn observe(&mut self, family: &Family) -> Result<Uuid> {
        let mut work = self.unit().await?;
        let received = ReceivedObservation {
            application: family.id(),
            received_at: self.now(),
            stated_at: self.now(),
            channel: Channel::Online,
            reference: None,
        };
        let (recorded, _) = record_observation(&received, &mut work).await?;
        work.commit(&self.workforce.handle).await?;
        self.work_off().await?;
        Ok(recorded.id)
    }

    /// An officer answers an observation.
    ///
    /// # Errors
    /// When it was answered before, or database or bus is unavailable.
    pub async fn answer(&mut self, observation: Uuid, accepted: bool) -> Result<()> {
        let mut work = self.unit().await?;
        let motivation = Redacted::new("documenti visti allo sportello".to_owned());
        let answered = answer_observation(observation, accepted, officer(), motivation, &mut work).await?;
        ensure!(answered, "there is nothing to answer");
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }

    /// An officer publishes the final list, or is told why not.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn publish_final(&mut self) -> Result<Publishing> {
        let mut work = self.unit().await?;
        let order = ListOrder { kind: ListKind::Final, ..ListOrder::provisional(FINAL, officer()) };
        let publishing = publish_list(&order, &mut work).await?;
        work.commit(&self.workforce.handle).await?;
        self.work_off().await?;
        Ok(publishing)
    }
}
