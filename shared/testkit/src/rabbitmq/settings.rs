// SPDX-License-Identifier: EUPL-1.2
//! What a private node is told: its environment and its `rabbitmq.conf`.

use std::path::Path;

use crate::durability::Durability;

/// The user the nodes know, who may do everything.
pub(super) const USER: &str = "campanella";
/// Its password. Whoever can run programs on this machine may read it here; the nodes listen to nobody else. It is a
/// word that occurs nowhere else, so that a test can look for it in logs.
pub(super) const PASSWORD: &str = "rintocco";

/// Where a node is, and which ports of the loopback address it has.
#[derive(Debug)]
pub(super) struct Place {
    /// `n1`, `n2`, …
    pub(super) name: String,
    pub(super) amqp: u16,
    pub(super) distribution: u16,
}

impl Place {
    pub(super) fn numbered((number, ports): (usize, &[u16])) -> Option<Self> {
        let [amqp, distribution] = *ports else { return None };
        Some(Self { name: format!("n{number}"), amqp, distribution })
    }

    /// How Erlang calls it.
    pub(super) fn erlang_name(&self) -> String {
        format!("{}@localhost", self.name)
    }
}

/// What all nodes of a server and the programs that speak to them have in common.
pub(super) fn shared_environment(folder: &Path, epmd: u16) -> Vec<(String, String)> {
    let pairs = [
        // Erlang keeps the cookie here that lets nodes and programs speak to one another.
        ("HOME", folder.display().to_string()),
        ("LANG", "C.UTF-8".to_owned()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
        ("ERL_EPMD_PORT", epmd.to_string()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

/// What one node and the programs that speak to it are told besides. Nothing of `/etc/rabbitmq` or `/var/lib/rabbitmq`
/// is read or written.
pub(super) fn environment(folder: &Path, place: &Place, durability: Durability) -> Vec<(String, String)> {
    let home = folder.join(&place.name);
    let inside = |name: &str| home.join(name).display().to_string();
    let loopback = "-kernel inet_dist_use_interface {127,0,0,1}";
    let machine = match durability {
        // The write-ahead log of quorum queues is not flushed; two schedulers, as tests share the machine.
        Durability::None => format!("{loopback} -ra wal_sync_method none +S 2:2"),
        Durability::Full => loopback.to_owned(),
    };
    let pairs = [
        ("RABBITMQ_NODENAME", place.erlang_name()),
        ("RABBITMQ_DIST_PORT", place.distribution.to_string()),
        ("RABBITMQ_CONF_ENV_FILE", inside("rabbitmq-env.conf")),
        ("RABBITMQ_CONFIG_FILE", inside("rabbitmq.conf")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", inside("advanced.config")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", inside("enabled_plugins")),
        ("RABBITMQ_MNESIA_BASE", inside("data")),
        ("RABBITMQ_LOG_BASE", inside("log")),
        ("RABBITMQ_PID_FILE", inside("rabbitmq.pid")),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", machine),
        // With this the server's script becomes the Erlang machine instead of waiting for it: the process is the node.
        ("RUNNING_UNDER_SYSTEMD", "true".to_owned()),
        ("RABBITMQ_CTL_ERL_ARGS", loopback.to_owned()),
        // Each call takes the first free port from here; the default leaves room for eleven at once.
        ("RABBITMQ_CTL_DIST_PORT_MIN", "35672".to_owned()),
        ("RABBITMQ_CTL_DIST_PORT_MAX", "36671".to_owned()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The node's `rabbitmq.conf`, with `more` lines. `first` is the node the others join when they start without data.
pub(super) fn configuration(place: &Place, first: &Place, durability: Durability, more: &str) -> String {
    let mut lines = format!(
        "listeners.tcp.1 = 127.0.0.1:{}\n\
         default_user = {USER}\n\
         default_pass = {PASSWORD}\n\
         cluster_formation.peer_discovery_backend = classic_config\n\
         cluster_formation.classic_config.nodes.1 = {}\n\
         log.file.level = warning\n\
         log.file.rotation.size = 1048576\n\
         log.file.rotation.count = 1\n",
        place.amqp,
        first.erlang_name(),
    );
    if durability == Durability::None {
        // A write-ahead log of at most 16 MB in place of 512.
        lines.push_str("raft.wal_max_size_bytes = 16777216\n");
    }
    lines + more
}

/// The lines of `rabbitmq.conf` for a management interface at this port.
pub(super) fn management(port: u16) -> String {
    format!("\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n")
}
