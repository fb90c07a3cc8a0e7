// SPDX-License-Identifier: EUPL-1.2
//! A virtual host for one test.

use std::sync::atomic::Ordering;

use anyhow::ensure;

use super::PrivateRabbit;
use super::settings::USER;

/// Makes a virtual host that the user may do everything in; one that is there stays as it is.
pub(super) fn create(server: &PrivateRabbit, name: &str) -> anyhow::Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure!(!name.is_empty() && name.bytes().all(plain), "{name:?} is not the name of a virtual host");
    let outcome = server.node(0).eval(&format!(
        r#"true = rabbit_vhost:exists(<<"{name}">>) orelse ok == rabbit_vhost:add(<<"{name}">>, <<"testkit">>),
           rabbit_auth_backend_internal:set_permissions(
               <<"{USER}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"testkit">>)"#
    ))?;
    ensure!(outcome == "ok", "no virtual host {name}: {outcome}");
    Ok(())
}

/// An empty virtual host that goes when it is dropped, with its queues and whoever is still connected.
#[derive(Debug)]
#[must_use = "the virtual host goes when this is dropped"]
pub struct PassingVhost<'a> {
    server: &'a PrivateRabbit,
    name: String,
    url: String,
}

impl<'a> PassingVhost<'a> {
    pub(super) fn create(server: &'a PrivateRabbit) -> anyhow::Result<Self> {
        let name = format!("fresh-{}", server.vhosts.fetch_add(1, Ordering::Relaxed));
        create(server, &name)?;
        let url = server.url_of(&name);
        Ok(Self { server, name, url })
    }

    /// Its name, as `rabbitmqctl --vhost` takes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its URL, as [`PrivateRabbit::url`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PassingVhost<'_> {
    fn drop(&mut self) {
        // The server may be down, and a destructor has nobody to tell.
        let deleted = format!(r#"rabbit_vhost:delete(<<"{}">>, <<"testkit">>)"#, self.name);
        let _ = self.server.node(0).eval(&deleted);
    }
}
