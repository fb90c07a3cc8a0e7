// SPDX-License-Identifier: EUPL-1.2
//! Who is at work, and what a database says about itself.

use campanella_store::{
    Store,
    process::{self, ProcessRow},
};
use chrono::{DateTime, Duration, Utc};

use crate::world::{at, id};

const NOW: &str = "2025-11-20T23:00:00Z";

fn beating(number: u128, host: &str, beat_at: DateTime<Utc>) -> ProcessRow {
    ProcessRow {
        id: id(number),
        host: host.to_owned(),
        pid: 7,
        version: "0.1.0".to_owned(),
        started_at: at(NOW),
        beat_at,
        loops: "{}".to_owned(),
    }
}

contract! {
    async fn a_process_is_one_row_however_often_its_heart_beats(store: &Store) {
        let mut tx = store.begin().await?;
        let first = beating(1, "b", at(NOW));
        process::beat(&mut tx, &first).await?;
        let other = beating(2, "a", at(NOW));
        process::beat(&mut tx, &other).await?;
        let later = ProcessRow {
            beat_at: at(NOW) + Duration::seconds(10),
            loops: r#"{"relay":{"state":"idle"}}"#.to_owned(),
            ..first
        };
        process::beat(&mut tx, &later).await?;
        assert_eq!(process::list(&mut tx).await?, [other, later]);
    }

    async fn who_does_not_beat_any_more_is_counted_apart_and_forgotten_in_the_end(store: &Store) {
        let mut tx = store.begin().await?;
        let now = at(NOW);
        for (number, age) in [(1, 0), (2, 60), (3, 61)] {
            process::beat(&mut tx, &beating(number, "a", now - Duration::seconds(age))).await?;
        }
        assert_eq!(process::count(&mut tx, now - Duration::seconds(60)).await?, (2, 1));
        assert_eq!(process::forget_before(&mut tx, now - Duration::seconds(60)).await?, 1);
        process::forget(&mut tx, id(1)).await?;
        let left: Vec<_> = process::list(&mut tx).await?.into_iter().map(|row| row.id).collect();
        assert_eq!(left, [id(2)]);
    }
}

#[tokio::test]
async fn a_database_says_its_release_and_postgres_what_durability_hangs_on() -> anyhow::Result<()> {
    let (_folder, sqlite) = crate::world::sqlite().await?;
    let told = sqlite.server().await?;
    assert_eq!((told.major, told.clock, told.setting("fsync")), (3, None, ""));
    let (_database, postgres) = crate::world::postgres().await?;
    let told = postgres.server().await?;
    assert!(told.major >= 15 && told.clock.is_some(), "{told:?}");
    // That of the tests is told to forget at a power cut, and says so.
    assert_eq!((told.setting("server_encoding"), told.setting("fsync")), ("UTF8", "off"));
    Ok(())
}
