// SPDX-License-Identifier: EUPL-1.2
//! One node of a private RabbitMQ: what befalls it and what it is asked.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail, ensure};

use super::PrivateRabbit;
use super::settings::{self, Place};

/// A node, to be stopped, killed, started again and asked things. It keeps its name, ports and data.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    pub(super) server: &'a PrivateRabbit,
    pub(super) place: &'a Place,
}

impl Node<'_> {
    /// The name Erlang knows it by, as `rabbitmqctl` prints it.
    #[must_use]
    pub fn name(&self) -> String {
        self.place.erlang_name()
    }

    /// The port of the loopback address at which it speaks AMQP.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.place.amqp
    }

    /// The URL of this node alone for the default virtual host.
    #[must_use]
    pub fn url(&self) -> String {
        format!("amqp://{}:{}@127.0.0.1:{}/%2f", settings::USER, settings::PASSWORD, self.place.amqp)
    }

    /// Stops it in order, as an administrator does, and returns once it has ended.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.server.guardian.order("stop", &self.place.name)
    }

    /// Kills it, as a power cut does, and returns once it has ended.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn kill9(&self) -> anyhow::Result<()> {
        self.server.guardian.order("kill", &self.place.name)
    }

    /// Starts it again on the same data and ports, and returns once it takes connections.
    ///
    /// # Errors
    /// When it does not start; the message carries its log. A node that ended after the other nodes of its cluster waits
    /// for none; one that ended before waits for them.
    pub fn start_again(&self) -> anyhow::Result<()> {
        self.launch()?;
        self.wait_until_it_answers()
    }

    /// Raises the memory alarm, under which nobody of the cluster may publish, or clears it; returns once it is so.
    ///
    /// # Errors
    /// When the node is down.
    pub fn memory_alarm(&self, raised: bool) -> anyhow::Result<()> {
        // 0.4 is what a node starts with.
        let watermark = if raised { "0.0" } else { "0.4" };
        let alarms = self.eval(&format!(
            "vm_memory_monitor:set_vm_memory_high_watermark({watermark}), rabbit_alarm:get_alarms()"
        ))?;
        ensure!(alarms.contains("memory") == raised, "the alarms are now {alarms}");
        Ok(())
    }

    /// Which node leads a quorum queue now, by name.
    ///
    /// # Errors
    /// When there is no such queue, or nobody leads it.
    pub fn leader_of(&self, vhost: &str, queue: &str) -> anyhow::Result<String> {
        let listed =
            self.rabbitmqctl(&["list_queues", "--vhost", vhost, "--no-table-headers", "name", "leader"])?;
        let found = listed.lines().filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == queue);
        let (_, leader) = found.with_context(|| format!("no queue {queue} in {vhost}:\n{listed}"))?;
        ensure!(!leader.is_empty(), "nobody leads {queue} in {vhost}");
        Ok(leader.to_owned())
    }

    /// Runs `rabbitmqctl --quiet` with these arguments and returns what it prints. Takes half a second at least.
    ///
    /// # Errors
    /// With its own message when it fails.
    pub fn rabbitmqctl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let programs = self.server.programs.join("rabbitmqctl");
        let output = self.command(&programs).arg("--quiet").args(arguments).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            bail!("rabbitmqctl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Evaluates Erlang expressions, separated by commas, in the node and returns the last one's value as Erlang prints it. As
    /// `rabbitmqctl eval`, in twenty milliseconds.
    ///
    /// # Errors
    /// When the node is down, or the expression fails.
    pub fn eval(&self, expression: &str) -> anyhow::Result<String> {
        // With a name of its own each time: two calls of one name at once refuse one another.
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let mut call = self.command(Path::new("erl_call"));
        let caller = format!("call-{}-{}", std::process::id(), CALLS.fetch_add(1, Ordering::Relaxed));
        call.args(["-h", &caller, "-sname", &self.name(), "-e"]);
        call.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut call = call.spawn().context("erl_call does not start")?;
        let mut input = call.stdin.take().context("erl_call without standard input")?;
        input.write_all(format!("{expression}.\n").as_bytes())?;
        drop(input);
        let output = call.wait_with_output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let value = printed.strip_prefix("{ok, ").and_then(|rest| rest.strip_suffix('}'));
        match value {
            Some(value) if output.status.success() => Ok(value.to_owned()),
            _ => bail!("{expression}: {printed}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    pub(super) fn launch(&self) -> anyhow::Result<()> {
        self.server.guardian.order("launch", &self.place.name)
    }

    pub(super) fn wait_until_it_answers(&self) -> anyhow::Result<()> {
        if self.server.guardian.ask(&format!("await {}", self.place.name))? {
            return Ok(());
        }
        let folder = self.server.guardian.folder().join(&self.place.name);
        // What of the two is missing says nothing.
        let started = std::fs::read_to_string(folder.join("output.log")).unwrap_or_default();
        let log =
            std::fs::read_to_string(folder.join(format!("log/{}.log", self.name()))).unwrap_or_default();
        bail!("the private RabbitMQ did not start:\n{started}\n{log}")
    }

    /// A program that speaks to this node, as the account that may read its cookie.
    fn command(&self, program: &Path) -> Command {
        let server = self.server;
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(server.environment(self.place))
            .current_dir(server.guardian.folder());
        if let Some(account) = server.account {
            command.uid(account.user).gid(account.group);
        }
        command
    }
}
