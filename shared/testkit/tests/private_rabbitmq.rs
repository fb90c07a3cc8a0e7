// SPDX-License-Identifier: EUPL-1.2
//! The private RabbitMQ starts, keeps virtual hosts apart, suffers what tests do to it, and leaves nothing behind however
//! its owner ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use campanella_testkit::PrivateRabbit;
use campanella_testkit::rabbitmq::Node;

/// Whether somebody listens at the first host of a URL.
fn answers(url: &str) -> anyhow::Result<bool> {
    let (_, rest) = url.split_once('@').context("no host")?;
    let (host, _) = rest.split_once(['/', ',']).context("no end of host")?;
    Ok(TcpStream::connect(host).is_ok())
}

fn wait_until(what: &str, condition: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let patience = Instant::now() + Duration::from_secs(60);
    while !condition()? {
        anyhow::ensure!(Instant::now() < patience, "still not: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Declares a durable quorum queue without a client of AMQP.
fn declare_quorum_queue(node: Node<'_>, vhost: &str, name: &str) -> anyhow::Result<()> {
    node.eval(&format!(
        r#"element(1, rabbit_amqqueue:declare(rabbit_misc:r(<<"{vhost}">>, queue, <<"{name}">>), true, false,
            [{{<<"x-queue-type">>, longstr, <<"quorum">>}}], none, <<"testkit">>))"#
    ))?;
    Ok(())
}

fn queues(server: &PrivateRabbit, vhost: &str) -> anyhow::Result<String> {
    server.rabbitmqctl(&["list_queues", "--vhost", vhost, "--no-table-headers", "name"])
}

#[test]
fn every_virtual_host_of_the_shared_server_is_a_world_of_its_own() -> anyhow::Result<()> {
    let server = PrivateRabbit::shared()?;
    let first = server.vhost()?;
    let second = server.vhost()?;
    assert_ne!(first.url(), second.url());
    assert!(first.url().ends_with(first.name()), "{}", first.url());

    declare_quorum_queue(server.node(0), first.name(), "bell")?;
    assert_eq!(queues(server, first.name())?, "bell");
    assert_eq!(queues(server, second.name())?, "");
    assert_eq!(server.node(0).leader_of(first.name(), "bell")?, server.node(0).name());

    let gone = first.name().to_owned();
    let vhosts = || server.rabbitmqctl(&["list_vhosts", "--no-table-headers"]);
    assert!(vhosts()?.lines().any(|name| name == gone));
    drop(first);
    assert!(!vhosts()?.lines().any(|name| name == gone));
    Ok(())
}

#[test]
fn a_lasting_virtual_host_is_made_once() -> anyhow::Result<()> {
    let server = PrivateRabbit::shared()?;
    let url = server.lasting_vhost("lasting")?;
    declare_quorum_queue(server.node(0), "lasting", "bell")?;
    assert_eq!(server.lasting_vhost("lasting")?, url);
    assert_eq!(queues(server, "lasting")?, "bell");
    assert!(server.lasting_vhost("x\">>, <<\"y").is_err());
    Ok(())
}

#[test]
fn what_rabbitmq_refuses_is_told_in_its_own_words() -> anyhow::Result<()> {
    let server = PrivateRabbit::shared()?;
    let refused = server.rabbitmqctl(&["ring"]).unwrap_err();
    assert!(refused.to_string().contains("ring"), "{refused}");
    let failed = server.node(0).eval("bell:ring()").unwrap_err();
    assert!(failed.to_string().contains("undef"), "{failed}");
    Ok(())
}

#[test]
fn a_server_starts_again_on_the_same_data_and_ports() -> anyhow::Result<()> {
    let server = PrivateRabbit::start()?;
    declare_quorum_queue(server.node(0), "/", "bell")?;
    let url = server.url();

    server.stop()?;
    assert!(!answers(&url)?);
    server.start_again()?;
    assert!(answers(&url)?);
    assert_eq!(queues(&server, "/")?, "bell");

    server.kill9()?;
    assert!(!answers(&url)?);
    server.start_again()?;
    assert_eq!(queues(&server, "/")?, "bell");
    assert_eq!(server.url(), url);
    drop(server);
    assert!(!answers(&url)?);
    Ok(())
}

#[test]
fn a_memory_alarm_is_raised_and_cleared() -> anyhow::Result<()> {
    // Not the shared one: an alarm stops the publishers of every virtual host.
    let server = PrivateRabbit::start()?;
    server.memory_alarm(true)?;
    assert!(server.node(0).eval("rabbit_alarm:get_alarms()")?.contains("memory"));
    server.memory_alarm(false)?;
    assert_eq!(server.node(0).eval("rabbit_alarm:get_alarms()")?, "[]");
    Ok(())
}

#[test]
fn a_queue_of_three_nodes_has_a_new_leader_when_its_own_is_killed() -> anyhow::Result<()> {
    let cluster = PrivateRabbit::cluster_of_three()?;
    let vhost = cluster.vhost()?;
    assert_eq!(vhost.url().matches("127.0.0.1").count(), 3, "{}", vhost.url());
    declare_quorum_queue(cluster.node(0), vhost.name(), "bell")?;
    let members = ["list_queues", "--vhost", vhost.name(), "--no-table-headers", "members"];
    for node in cluster.nodes() {
        assert!(cluster.rabbitmqctl(&members)?.contains(&node.name()), "{}", node.name());
    }

    let leader = cluster.node(0).leader_of(vhost.name(), "bell")?;
    let killed = cluster.nodes().find(|node| node.name() == leader).context("no such node")?;
    let other = cluster.nodes().find(|node| node.name() != leader).context("no other node")?;
    killed.kill9()?;
    wait_until("another leader", || {
        Ok(other.leader_of(vhost.name(), "bell").is_ok_and(|leads| leads != leader))
    })?;
    killed.start_again()?;
    assert!(answers(&cluster.url())?);
    Ok(())
}

#[test]
fn data_of_a_kept_folder_are_taken_up_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // The node's account walks through it, to a folder of its own.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))?;
    let kept = folder.path().join("rabbitmq");
    let server = PrivateRabbit::start_in(&kept, "")?;
    declare_quorum_queue(server.node(0), "/", "bell")?;
    drop(server);
    let server = PrivateRabbit::start_in(&kept, "")?;
    assert_eq!(queues(&server, "/")?, "bell");
    Ok(())
}

/// A process that starts a server in a temporary folder of `home`.
fn owner(home: &Path) -> anyhow::Result<Child> {
    // As /tmp is: whose account the node has removes its own folder.
    std::fs::set_permissions(home, PermissionsExt::from_mode(0o1777))?;
    let mut owner = Command::new(env!("CARGO_BIN_EXE_private-rabbitmq"));
    Ok(owner.env("TMPDIR", home).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
}

/// The folders of servers in `home`.
fn servers(home: &Path) -> anyhow::Result<Vec<PathBuf>> {
    Ok(home.read_dir()?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
}

#[test]
fn a_killed_test_process_leaves_nothing_behind() -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let mut owner = owner(home.path())?;
    let mut url = String::new();
    BufReader::new(owner.stdout.take().context("no stdout")?).read_line(&mut url)?;
    assert!(answers(&url)?);
    owner.kill()?;
    owner.wait()?;
    wait_until("the folder is gone", || Ok(servers(home.path())?.is_empty()))?;
    assert!(!answers(&url)?);
    Ok(())
}

#[test]
fn a_test_process_killed_while_its_server_starts_leaves_nothing_behind() -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let mut owner = owner(home.path())?;
    wait_until("a node is being started", || {
        Ok(servers(home.path())?.iter().any(|server| server.join("n1/guarded.pid").exists()))
    })?;
    owner.kill()?;
    owner.wait()?;
    wait_until("the folder is gone", || Ok(servers(home.path())?.is_empty()))
}
