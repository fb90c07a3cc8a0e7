// SPDX-License-Identifier: EUPL-1.2
//! The same year on the engines of the distributed profile. (PostgreSQL beside a queue file: `publishing`, `moving`, `import`.)

use anyhow::Result;
use campanella_testkit::{PrivatePostgres, PrivateRabbit};

use crate::{
    canaries::Canaries,
    year::{Year, undisturbed, without_seconds},
};

const DATABASE: &str = "year";

/// What holds nothing personal, whatever else the database holds.
const IMPERSONAL: [&str; 8] = [
    "SELECT row_to_json(outbox) FROM outbox",
    "SELECT row_to_json(inbox) FROM inbox",
    "SELECT row_to_json(dead_letter) FROM dead_letter",
    "SELECT row_to_json(occurrence) FROM occurrence",
    "SELECT row_to_json(bookmark) FROM bookmark",
    "SELECT evaluation, causes FROM decision",
    "SELECT instance_number, causes FROM published_entry",
    "SELECT dedupe_key, parameters, answer FROM notification",
];

#[test]
fn ard_109_a_year_on_postgresql_and_rabbitmq_ends_as_the_embedded_one_and_keeps_to_itself_what_is_personal()
-> Result<()> {
    let postgres = PrivatePostgres::shared()?;
    let vhost = PrivateRabbit::shared()?.vhost()?;
    let year = Year::named("distributed")?
        .with("CAMPANELLA_DATABASE__URL", &postgres.create_database(DATABASE)?)
        .with("CAMPANELLA_BROKER__URL", vhost.url());
    let report = year.finish(year.begin()?)?;
    assert!(report["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert_eq!(
        (&report["applications"], &report["lost"], &report["duplicates"]),
        (&2_000.into(), &0.into(), &0.into())
    );
    assert_eq!(without_seconds(report), undisturbed()?.report);

    let canaries = Canaries::of_the_year()?;
    let rows = |sql: &str| postgres.run_sql(DATABASE, sql);
    assert!(!canaries.found_in(rows("SELECT applicant_email FROM application")?.as_bytes()).is_empty());
    for sql in IMPERSONAL {
        canaries.assert_none_in(sql, rows(sql)?.as_bytes());
    }
    year.remove()
}
