// SPDX-License-Identifier: EUPL-1.2
//! Database and broker, as `compose/` has them: a database and a virtual host for the workers, and a pair beside them in
//! which a demonstration has its own year. It begins on nothing else than an empty pair: that of the last call is emptied.

use anyhow::Context as _;
use campanella_testkit::{PrivatePostgres, PrivateRabbit};
use campanella_tests::rules::root;

use crate::place::Place;

/// The name of the workers' database and virtual host, as in `compose/compose.yaml`.
const WORKERS: &str = "campanella";
/// That of the demonstration's.
const DEMO: &str = "demo";

/// A database and a virtual host that belong together, by their URLs.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) database: String,
    pub(crate) broker: String,
}

/// The running servers.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) workers: Pair,
    pub(crate) demo: Pair,
    /// The broker's management interface, by its URL.
    pub(crate) management: String,
    // Held until the end.
    _rabbit: PrivateRabbit,
    _postgres: PrivatePostgres,
}

impl Servers {
    /// Starts both and makes what is not there.
    ///
    /// # Errors
    /// When one does not start; the message carries its log.
    pub(crate) fn start(place: &Place) -> anyhow::Result<Self> {
        let postgres = PrivatePostgres::start_in(&place.join("postgres"))?;
        let shipped = root().join("compose/rabbitmq");
        let configuration = std::fs::read_to_string(shipped.join("rabbitmq.conf"))?;
        let rabbit = PrivateRabbit::start_in(&place.join("rabbitmq"), &configuration)?;
        let pair = |name: &str| -> anyhow::Result<Pair> {
            Ok(Pair { database: database(&postgres, name)?, broker: rabbit.lasting_vhost(name)? })
        };
        postgres.run_sql("postgres", &format!(r#"DROP DATABASE IF EXISTS "{DEMO}" WITH (FORCE)"#))?;
        if rabbit
            .rabbitmqctl(&["list_vhosts", "--no-table-headers", "name"])?
            .lines()
            .any(|name| name == DEMO)
        {
            rabbit.rabbitmqctl(&["delete_vhost", DEMO])?;
        }
        let (workers, demo) = (pair(WORKERS)?, pair(DEMO)?);
        let definitions = shipped.join("definitions.json");
        let definitions = definitions.to_str().context("the path of the definitions is not UTF-8")?;
        rabbit.rabbitmqctl(&["import_definitions", definitions])?;
        let management = rabbit.management_url().context("the broker has no management interface")?;
        Ok(Self { workers, demo, management, _rabbit: rabbit, _postgres: postgres })
    }
}

/// The URL of a database, made if it is missing.
fn database(postgres: &PrivatePostgres, name: &str) -> anyhow::Result<String> {
    let there =
        postgres.run_sql("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"))?;
    if there.is_empty() { postgres.create_database(name) } else { Ok(postgres.url(name)) }
}
