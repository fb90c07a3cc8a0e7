// SPDX-License-Identifier: EUPL-1.2
//! A family that applies: everything that arrives about it, and what must come of it.

use anyhow::Result;
use campanella_domain::ardis::{Application, IseeKind};
use campanella_domain::identity::{EmailAddress, InstanceNumber};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::calendar::{DSU_TERM, at, days_after};
use super::super::dice::{Dice, Purpose};
use super::super::quota::number_of_place;
use super::super::world::World;
use super::change::{self, ChangeRow};
use super::draft::{self, DraftRow};
use super::filing::Filing;
use super::form::{Numbers, fill_in};
use super::isee::{Dossier, IseeRow};
use super::observation::{self, ObservationRow};
use super::officer::{self, OfficerDecision};
use super::self_certifications::{self, SelfCertificationRow};
use super::story::{APPLICATIONS, Story};
use super::verdict::Verdict;
use campanella_domain::ids;

/// A family that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// What happens to it.
    pub story: Story,
    /// Follows from the instance number.
    pub id: Uuid,
    /// The application.
    pub application: Application,
    /// When the application is recorded.
    pub arrives_at: DateTime<Utc>,
    /// What INPS has of it. Of two applications for one child, the first has it all.
    pub isee: Vec<IseeRow>,
    /// What reaches us of the self-certification, if one is sent.
    pub self_certifications: Vec<SelfCertificationRow>,
    /// The form as it was begun, where it lay for a while.
    pub draft: Option<DraftRow>,
    /// What the family communicates later.
    pub change: Option<ChangeRow>,
    /// What it objects to the provisional list, with the answer.
    pub observation: Option<ObservationRow>,
    /// The officer's word, where the facts leave a doubt.
    pub officer: Option<OfficerDecision>,
    /// What must come of it.
    pub expected: Expected,
}

impl Household {
    /// Where the family reads mail at an instant: what it communicated last (`ARD-090`).
    pub fn mailbox_at(&self, at: DateTime<Utc>) -> &EmailAddress {
        let changed = self.change.as_ref().filter(|change| change.arrives_at <= at);
        changed.and_then(|change| change.email.as_ref()).unwrap_or(&self.application.applicant_email)
    }
}

/// What must come of an application, by construction of its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// When the DSU term has just passed; none if the application arrives later.
    pub after_dsu_term: Option<Verdict>,
    /// When the regularisation term has just passed.
    pub after_regularisation_term: Verdict,
    /// On all facts, before an officer's word.
    pub in_april: Verdict,
    /// In the provisional list.
    pub published: Verdict,
    /// In the final list.
    pub concluded: Verdict,
}

/// Invents the family of a number.
pub(in super::super) fn household(world: &World, number: u64) -> Result<Household> {
    let (story, place) = Story::of(world.seed, number);
    let block = number / u64::from(APPLICATIONS);
    let of_the_pair =
        |is_one: bool| block * u64::from(APPLICATIONS) + if is_one { place & !1 } else { place };
    let numbers = Numbers {
        application: number,
        applicant: of_the_pair(story == Story::Siblings),
        student: of_the_pair(story == Story::TwoApplications),
    };
    let filing = Filing::of(world.seed, number, story);
    let mut dice = Dice::of(world.seed, Purpose::Application, number);
    let application = fill_in(world, story, &numbers, filing, &mut dice)?;
    let id = ids::application(application.instance_number);
    let rival = rival(world.seed, story, number, place);
    let family = Family { world, story, id, filing, rival };
    let isee = if story == Story::Siblings {
        // Both applications draw what the one DSU says from one stream.
        let mut of_both = Dice::of(world.seed, Purpose::Siblings, numbers.applicant);
        family.isee(&application, numbers.applicant, &mut of_both)?
    } else {
        family.isee(&application, numbers.applicant, &mut dice)?
    };
    let self_certifications = self_certifications::of(story, id, &mut dice);
    let officer = officer::of(story, id, &mut dice);
    let in_april = story.in_april();
    let published = officer.as_ref().map_or(in_april, |decision| decision.verdict);
    let observation = observation::of(story, world.seed, number, id);
    let reconsidered = observation.as_ref().and_then(|observation| observation.answer.decision.as_ref());
    Ok(Household {
        story,
        id,
        arrives_at: filing.arrives_at,
        isee,
        self_certifications,
        expected: Expected {
            after_dsu_term: (filing.arrives_at < at(days_after(DSU_TERM, 1), 0))
                .then(|| story.after_dsu_term()),
            after_regularisation_term: story.after_regularisation_term(),
            in_april,
            published,
            concluded: reconsidered.map_or(published, |decision| decision.verdict),
        },
        draft: draft::before(story, world.seed, number, &application, filing),
        change: change::of(story, world.seed, number, id)?,
        observation,
        officer,
        application,
    })
}

/// The number of the other application for the same child.
fn rival(seed: u64, story: Story, number: u64, place: u64) -> Option<u64> {
    (story == Story::TwoApplications)
        .then(|| number_of_place(seed, number, u64::from(APPLICATIONS), place ^ 1))
}

struct Family<'a> {
    world: &'a World,
    story: Story,
    id: Uuid,
    filing: Filing,
    /// The number of the other application for the same child.
    rival: Option<u64>,
}

impl Family<'_> {
    /// The rows of INPS; the second of two applications brings none of its own.
    fn isee(&self, application: &Application, number: u64, dice: &mut Dice) -> Result<Vec<IseeRow>> {
        let mut applications = vec![self.id];
        let mut known_from = self.filing.arrives_at;
        if let Some(other) = self.rival {
            if !number.is_multiple_of(2) {
                return Ok(Vec::new());
            }
            applications.push(ids::application(InstanceNumber::new(2025, other + 1)?));
            known_from = known_from.max(Filing::of(self.world.seed, other, self.story).arrives_at);
        }
        let kind = if self.story == Story::MinorsIsee { IseeKind::Minors } else { IseeKind::Ordinary };
        let rows =
            Dossier::new(&self.world.key, number, &application.student, kind, self.filing, known_from, dice)
                .of(self.story);
        let row = |(protocol, attestation)| IseeRow {
            student: application.student.clone(),
            protocol,
            attestation,
            applications: applications.clone(),
        };
        Ok(rows.into_iter().map(row).collect())
    }
}
