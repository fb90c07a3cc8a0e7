// SPDX-License-Identifier: EUPL-1.2
//! A RabbitMQ that belongs to one test process: a node, or a cluster of three.
//!
//! It lives in a temporary folder, with its own Erlang cookie and its own epmd, and listens on free ports of the
//! loopback address only, so that any number of test processes run side by side. Nothing of the machine's own RabbitMQ
//! is read, written or stopped. A guardian (`guardian.rs`, here with `rabbitmq/guardian.sh`) stops it and removes the
//! folder however the process ends; a test has its nodes stopped, killed and started again through it.
//!
//! A node takes some five seconds to start, a virtual host twenty milliseconds: tests of a process share one node and
//! have a virtual host each.
//!
//! Rejected: one epmd for all (the machine's would be asked for a name, and outlive us), no epmd (RabbitMQ looks its own
//! name up before it starts), `rabbitmqctl` for every virtual host (a second each, against milliseconds of `erl_call`).

mod node;
mod settings;
mod vhost;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use anyhow::{Context as _, ensure};

use self::settings::{PASSWORD, Place, USER};
use crate::account::Account;
use crate::durability::Durability;
use crate::guardian::{Guardian, PROCESSES};
use crate::home::{Home, give};
use crate::ports::free_ports;
use crate::shell;

pub use self::node::Node;
pub use self::vhost::PassingVhost;

/// Under which it runs in place of root, by preference.
const ACCOUNTS: [&str; 2] = ["rabbitmq", "nobody"];

/// Where Debian keeps the scripts that run under any account; those in `PATH` insist on the account `rabbitmq`.
const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";

/// A running RabbitMQ of this process alone; dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct PrivateRabbit {
    guardian: Guardian,
    programs: PathBuf,
    account: Option<Account>,
    durability: Durability,
    places: Vec<Place>,
    epmd: u16,
    /// Where the first node serves its management interface.
    management: Option<u16>,
    vhosts: AtomicU32,
}

impl PrivateRabbit {
    /// Starts a node with [`Durability::None`] in some five seconds.
    ///
    /// # Errors
    /// When no RabbitMQ is installed (the message says how to get one), or it does not start (the message carries its log).
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(Durability::None)
    }

    /// Starts a node with the durability given.
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`].
    pub fn start_with(durability: Durability) -> anyhow::Result<Self> {
        Self::launch(passing, 1, durability, Extras::default())
    }

    /// Starts a node with [`Durability::None`] and these lines at the end of its `rabbitmq.conf`.
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`].
    pub fn start_configured(lines: &str) -> anyhow::Result<Self> {
        Self::launch(passing, 1, Durability::None, Extras { lines, managed: false })
    }

    /// As [`PrivateRabbit::start_configured`], with a management interface at [`PrivateRabbit::management_url`].
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`].
    pub fn start_managed(lines: &str) -> anyhow::Result<Self> {
        Self::launch(passing, 1, Durability::None, Extras { lines, managed: true })
    }

    /// Starts a node with [`Durability::Full`] whose data stay in `folder` when it ends, and are taken up again by the
    /// next, with these lines at the end of its `rabbitmq.conf` and a management interface. One at a time.
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`], and when the node's account cannot reach the folder.
    pub fn start_in(folder: &Path, lines: &str) -> anyhow::Result<Self> {
        let home = |account| Home::kept(folder, account);
        Self::launch(home, 1, Durability::Full, Extras { lines, managed: true })
    }

    /// Starts three nodes that form a cluster, in some twenty seconds, with [`Durability::None`].
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`].
    pub fn cluster_of_three() -> anyhow::Result<Self> {
        Self::launch(passing, 3, Durability::None, Extras::default())
    }

    /// The node shared by the tests of this process: started by the first that asks, stopped when the process ends. Every
    /// test takes a virtual host of its own from it.
    ///
    /// # Errors
    /// As [`PrivateRabbit::start`]; the same error for every caller.
    pub fn shared() -> anyhow::Result<&'static Self> {
        static SHARED: OnceLock<Result<PrivateRabbit, String>> = OnceLock::new();
        let started = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        started.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// The URL of the default virtual host: `amqp://user:password@127.0.0.1:PORT/%2f`, with all nodes of a cluster
    /// separated by commas.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("%2f")
    }

    /// The URL of the management interface, `http://user:password@127.0.0.1:PORT`; none where it was not asked for.
    #[must_use]
    pub fn management_url(&self) -> Option<String> {
        self.management.map(|port| format!("http://{USER}:{PASSWORD}@127.0.0.1:{port}"))
    }

    /// Creates a virtual host with a name nobody else has.
    ///
    /// # Errors
    /// When the first node is down.
    pub fn vhost(&self) -> anyhow::Result<PassingVhost<'_>> {
        PassingVhost::create(self)
    }

    /// The node of this number, from 0.
    ///
    /// # Panics
    /// When there is no such node.
    #[must_use]
    pub fn node(&self, number: usize) -> Node<'_> {
        Node { server: self, place: &self.places[number] }
    }

    /// All nodes.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.places.iter().map(|place| Node { server: self, place })
    }

    /// Stops all nodes in order: see [`Node::stop`].
    ///
    /// # Errors
    /// As [`Node::stop`].
    pub fn stop(&self) -> anyhow::Result<()> {
        self.nodes().try_for_each(|node| node.stop())
    }

    /// Kills all nodes: see [`Node::kill9`].
    ///
    /// # Errors
    /// As [`Node::kill9`].
    pub fn kill9(&self) -> anyhow::Result<()> {
        self.nodes().try_for_each(|node| node.kill9())
    }

    /// Starts all nodes again, together, after [`PrivateRabbit::stop`] or [`PrivateRabbit::kill9`].
    ///
    /// # Errors
    /// As [`Node::start_again`].
    pub fn start_again(&self) -> anyhow::Result<()> {
        self.nodes().try_for_each(|node| node.launch())?;
        self.nodes().try_for_each(|node| node.wait_until_it_answers())
    }

    /// Raises or clears the memory alarm: see [`Node::memory_alarm`].
    ///
    /// # Errors
    /// As [`Node::memory_alarm`].
    pub fn memory_alarm(&self, raised: bool) -> anyhow::Result<()> {
        self.node(0).memory_alarm(raised)
    }

    /// Creates a virtual host of this name, or takes the one that is there, and returns its URL. It stays.
    ///
    /// # Errors
    /// When the name is not lower-case letters, digits and `-`, or the first node is down.
    pub fn lasting_vhost(&self, name: &str) -> anyhow::Result<String> {
        vhost::create(self, name)?;
        Ok(self.url_of(name))
    }

    /// Runs `rabbitmqctl` on the first node: see [`Node::rabbitmqctl`].
    ///
    /// # Errors
    /// As [`Node::rabbitmqctl`].
    pub fn rabbitmqctl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.node(0).rabbitmqctl(arguments)
    }

    fn url_of(&self, vhost: &str) -> String {
        let hosts: Vec<_> = self.places.iter().map(|place| format!("127.0.0.1:{}", place.amqp)).collect();
        format!("amqp://{USER}:{PASSWORD}@{}/{vhost}", hosts.join(","))
    }

    fn environment(&self, place: &Place) -> Vec<(String, String)> {
        let folder = self.guardian.folder();
        let mut all = settings::shared_environment(folder, self.epmd);
        all.extend(settings::environment(folder, place, self.durability));
        all
    }

    fn launch(
        home: impl FnOnce(Option<Account>) -> anyhow::Result<Home>,
        nodes: usize,
        durability: Durability,
        extras: Extras<'_>,
    ) -> anyhow::Result<Self> {
        let programs = PathBuf::from(PROGRAMS);
        ensure!(
            programs.join("rabbitmq-server").is_file(),
            "no RabbitMQ is installed: run ./dev test, which installs it"
        );
        let account = Account::instead_of_root(&ACCOUNTS)?;
        let home = home(account)?;
        let mut ports = free_ports(2 + 2 * nodes)?;
        let epmd = ports.remove(0);
        let management = ports.pop().filter(|_| extras.managed);
        let places: Vec<_> = (1..=nodes).zip(ports.chunks_exact(2)).filter_map(Place::numbered).collect();

        let shared = settings::shared_environment(home.path(), epmd);
        let script = format!("{PROCESSES}{}", include_str!("rabbitmq/guardian.sh"));
        let guardian = Guardian::start(&script, home, account, &[], &shared)?;
        let vhosts = AtomicU32::new(0);
        let server = Self { guardian, programs, account, durability, places, epmd, management, vhosts };
        // One after the other: the first makes the cluster that the others join.
        for node in server.nodes() {
            server.prepare(node.place, extras.lines)?;
            node.start_again()?;
        }
        Ok(server)
    }

    /// Writes what a node reads when it starts.
    fn prepare(&self, place: &Place, lines: &str) -> anyhow::Result<()> {
        let home = self.guardian.folder().join(&place.name);
        std::fs::create_dir_all(&home).with_context(|| home.display().to_string())?;
        give(&home, self.account)?;
        let write = |name: &str, text: &str| std::fs::write(home.join(name), text);
        let server = self.programs.join("rabbitmq-server").display().to_string();
        write("start", &shell::becoming(&server, &[], &self.environment(place)))?;
        write("ready", "completed with [0-9]* plugins\n")?;
        let lines = settings::configuration(place, &self.places[0], self.durability, lines);
        let managed = self.management.map(settings::management);
        write("rabbitmq.conf", &(lines + managed.as_deref().unwrap_or_default()))?;
        write("rabbitmq-env.conf", "")?;
        write("enabled_plugins", if managed.is_some() { "[rabbitmq_management].\n" } else { "[].\n" })?;
        Ok(())
    }
}

/// What a node is given besides.
#[derive(Debug, Default, Clone, Copy)]
struct Extras<'a> {
    /// At the end of `rabbitmq.conf`.
    lines: &'a str,
    /// With a management interface; for one node only.
    managed: bool,
}

fn passing(account: Option<Account>) -> anyhow::Result<Home> {
    Home::passing("campanella-rabbitmq-", account)
}
