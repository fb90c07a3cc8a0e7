// SPDX-License-Identifier: EUPL-1.2
//! The same year on the engines of the distributed profile.

use anyhow::Result;
use campanella_testkit::{PrivatePostgres, PrivateRabbit};

use crate::year::{Year, undisturbed, without_seconds};

#[test]
fn a_year_on_postgresql_and_rabbitmq_ends_as_the_embedded_one() -> Result<()> {
    let database = PrivatePostgres::shared()?.fresh_database()?;
    let vhost = PrivateRabbit::shared()?.vhost()?;
    let year = Year::named("distributed")?
        .with("CAMPANELLA_DATABASE__URL", &database)
        .with("CAMPANELLA_BROKER__URL", vhost.url());
    let report = without_seconds(year.finish(year.begin()?)?);
    assert_eq!((&report["lost"], &report["duplicates"]), (&0.into(), &0.into()));
    assert_eq!(report, undisturbed()?.report);
    year.remove()
}
