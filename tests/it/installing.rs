// SPDX-License-Identifier: EUPL-1.2
//! What `./dev` changes on a machine to install packages it says, and undoes, whatever becomes of it. The machine is a folder,
//! and its `apt-get` a script.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::invariants::root;

/// Asks what Debian's packages ask before they start a service, then ends as it was told to.
const APT_GET: &str = r#"#!/bin/bash
[[ $1 == install ]] || exit 0
"$MACHINE/usr/sbin/policy-rc.d"
echo "services: $?" >&2
cat "$MACHINE/etc/postgresql-common/createcluster.d/campanella.conf" >&2
case $FATE in
    refused) exit 100 ;;
    KILL | INT | TERM) kill -s "$FATE" "$PPID" ;;
    *) mkdir -p "$MACHINE/usr/lib/rabbitmq/bin" && install -m 755 /dev/null "$MACHINE/usr/lib/rabbitmq/bin/rabbitmq-server" ;;
esac
[[ $FATE != late-KILL ]] || kill -s KILL "$PPID"
"#;
/// Whatever the machine's own says of services.
const POLICY: &str = "#!/bin/sh\nexit 104\n";

struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Result<Self> {
        let machine = Self { folder: tempfile::tempdir()? };
        machine.program("bin/apt-get", APT_GET)?;
        machine.program("bin/update-rc.d", "#!/bin/sh\n")?;
        fs::create_dir_all(machine.path("usr/sbin"))?;
        Ok(machine)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn program(&self, path: &str, text: &str) -> Result<()> {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
        fs::write(&path, text)?;
        Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
    }

    /// Has a function of `./dev` run to its fate; gives whether it succeeded and what it said.
    fn needs(&self, function: &str, fate: &str) -> Result<(bool, String)> {
        let script = format!(
            "source ./dev; machine=$MACHINE; command() {{ [[ $* != '-v initdb' ]] && builtin command \"$@\"; }}; as_root() {{ \"$@\"; }}; {function}"
        );
        let programs = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.path("bin").display());
        // What a script starts in the background ignores SIGINT from birth, and no shell can trap it then.
        let ended = Command::new("env")
            .args(["--default-signal=INT", "bash", "-c", &script, "a test"])
            .current_dir(root())
            .envs([("PATH", programs.as_str()), ("FATE", fate)])
            .env("MACHINE", self.folder.path())
            .output()?;
        Ok((ended.status.success(), String::from_utf8(ended.stderr)?))
    }

    /// The policy of services, and what is set aside of it.
    fn policy(&self) -> (Option<String>, bool) {
        let policy = fs::read_to_string(self.path("usr/sbin/policy-rc.d")).ok();
        (policy, self.path("usr/sbin/policy-rc.d.campanella").exists())
    }
}

#[test]
fn no_service_starts_and_the_policy_of_the_machine_is_put_back_whatever_happens() -> Result<()> {
    for own in [None, Some(POLICY)] {
        for fate in ["done", "refused", "INT", "TERM"] {
            let machine = Machine::new()?;
            if let Some(own) = own {
                machine.program("usr/sbin/policy-rc.d", own)?;
            }
            let (succeeded, said) = machine.needs("need_rabbitmq", fate)?;
            ensure!(succeeded == (fate == "done"), "{fate}: {said}");
            ensure!(said.contains("services: 101"), "{fate}: {said}");
            assert_eq!(machine.policy(), (own.map(str::to_owned), false), "{fate}: {said}");
            let told = if own.is_some() { "putting" } else { "removing" };
            let (policy, told) = (machine.path("usr/sbin/policy-rc.d"), format!("== {told} "));
            let policy = policy.display();
            ensure!(said.contains(&format!("== writing {policy}")) && said.contains(&told), "{fate}: {said}");
            ensure!(said.contains("update-rc.d rabbitmq-server disable") == succeeded, "{fate}: {said}");
        }
    }
    Ok(())
}

#[test]
fn what_a_killed_run_set_aside_is_put_back_by_the_next() -> Result<()> {
    for (own, fate) in
        [(None, "KILL"), (Some(POLICY), "KILL"), (None, "late-KILL"), (Some(POLICY), "late-KILL")]
    {
        let machine = Machine::new()?;
        if let Some(own) = own {
            machine.program("usr/sbin/policy-rc.d", own)?;
        }
        machine.needs("need_rabbitmq", fate)?;
        let (left, aside) = machine.policy();
        ensure!(left.is_some_and(|policy| policy.contains("exit 101")) && aside == own.is_some());
        let (succeeded, said) = machine.needs("need_rabbitmq", "done")?;
        ensure!(succeeded, "{said}");
        assert_eq!(machine.policy(), (own.map(str::to_owned), false), "{said}");
    }
    Ok(())
}

#[test]
fn a_policy_that_was_set_aside_is_not_overwritten_by_another() -> Result<()> {
    let machine = Machine::new()?;
    machine.program("usr/sbin/policy-rc.d", "#!/bin/sh\n")?;
    machine.program("usr/sbin/policy-rc.d.campanella", POLICY)?;
    let (succeeded, said) = machine.needs("need_rabbitmq", "done")?;
    ensure!(!succeeded && said.contains("keep one of them"), "{said}");
    assert_eq!(fs::read_to_string(machine.path("usr/sbin/policy-rc.d.campanella"))?, POLICY);
    Ok(())
}

#[test]
fn no_cluster_is_made_for_the_machine_and_no_setting_of_it_stays() -> Result<()> {
    for fate in ["done", "refused", "INT", "TERM"] {
        let machine = Machine::new()?;
        let (succeeded, said) = machine.needs("need_postgresql", fate)?;
        ensure!(
            succeeded == (fate == "done") && said.contains("create_main_cluster = false"),
            "{fate}: {said}"
        );
        let setting = machine.path("etc/postgresql-common/createcluster.d/campanella.conf");
        ensure!(!setting.exists(), "{fate}: {said}");
        for told in ["writing", "removing"] {
            ensure!(said.contains(&format!("== {told} {}", setting.display())), "{fate}: {said}");
        }
    }
    Ok(())
}
