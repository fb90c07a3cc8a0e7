// SPDX-License-Identifier: EUPL-1.2
//! Asks the management interface. A few questions a day by a person: blocking calls on a thread of their own, no pool.

use std::{fs, io, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use campanella_bus::rabbitmq::RabbitSettings;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use ureq::{
    Agent,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};
use url::Url;

use super::{ManagedQueue, ManagementAddress, Policy};

/// No answer is longer, bytes: a queue or a policy takes half a kilobyte.
const LARGEST: u64 = 4 << 20;

/// What is wanted of a queue; the rest, its statistics above all, is long.
const OF_A_QUEUE: &str = "name,policy,operator_policy,effective_policy_definition";

/// Why nothing was seen. No password is in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManagementError {
    /// The file of the certificate authority cannot be read.
    #[error("{file}: {source}")]
    Authority {
        /// Its path.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// No connection, no TLS, no answer in time.
    #[error("{0}")]
    Unreachable(String),
    /// User or password are wrong, or the user may not see it.
    #[error("HTTP {0}")]
    Refused(u16),
    /// There is no such virtual host; or no management interface.
    #[error("HTTP 404")]
    Unknown,
    /// An answer that no management interface gives.
    #[error("{0}")]
    Strange(String),
}

/// The management interface of the broker that has our queues.
#[derive(Debug, Clone)]
pub(crate) struct Management {
    agent: Agent,
    address: ManagementAddress,
    virtual_host: String,
    /// The header: user and password, readable for whoever has it.
    authorization: SecretString,
}

impl Management {
    /// Whom to ask, about the virtual host of the broker's address, as its user where the interface's address names none.
    /// Certificates are trusted as on the broker's own connections. Nothing is connected yet.
    ///
    /// # Errors
    /// [`ManagementError::Authority`].
    pub(crate) fn of(address: ManagementAddress, broker: &RabbitSettings) -> Result<Self, ManagementError> {
        let (user, password) = match address.user() {
            Some((user, password)) => (user.as_str(), password.expose_secret()),
            None => broker.address.credentials(),
        };
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
        let roots = if address.is_encrypted() { trusted(broker)? } else { Vec::new() };
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::from(roots))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(broker.connect_timeout))
            // A password goes where it was meant to go, and nowhere else.
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build()
            .new_agent();
        let virtual_host = broker.address.virtual_host().to_owned();
        Ok(Self { agent, address, virtual_host, authorization: basic.into() })
    }

    /// The virtual host that is asked about.
    pub(crate) fn virtual_host(&self) -> &str {
        &self.virtual_host
    }

    /// All queues of the virtual host. For users with the tag `management`.
    ///
    /// # Errors
    /// All but [`ManagementError::Authority`].
    pub(crate) async fn queues(&self) -> Result<Vec<ManagedQueue>, ManagementError> {
        let mut url = self.address.api(&["queues", &self.virtual_host]);
        url.query_pairs_mut().append_pair("columns", OF_A_QUEUE);
        self.get(url).await
    }

    /// All policies of the virtual host. By the manual for users with the tag `policymaker`; 3.10 shows them to `management`.
    ///
    /// # Errors
    /// As [`Management::queues`].
    pub(crate) async fn policies(&self) -> Result<Vec<Policy>, ManagementError> {
        self.get(self.address.api(&["policies", &self.virtual_host])).await
    }

    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, ManagementError> {
        let (agent, authorization) = (self.agent.clone(), self.authorization.clone());
        let asked = tokio::task::spawn_blocking(move || ask(&agent, &url, &authorization)).await;
        let body = asked.map_err(|error| ManagementError::Unreachable(error.to_string()))??;
        // The reader's own words would quote the answer.
        serde_json::from_slice(&body)
            .map_err(|error| ManagementError::Strange(format!("{:?}", error.classify())))
    }
}

fn ask(agent: &Agent, url: &Url, authorization: &SecretString) -> Result<Vec<u8>, ManagementError> {
    let unreachable = |error: ureq::Error| ManagementError::Unreachable(error.to_string());
    let asking = agent.get(url.as_str()).header("Authorization", authorization.expose_secret());
    let mut answer = asking.call().map_err(unreachable)?;
    match answer.status().as_u16() {
        200 => answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(unreachable),
        code @ (401 | 403) => Err(ManagementError::Refused(code)),
        404 => Err(ManagementError::Unknown),
        code => Err(ManagementError::Strange(format!("HTTP {code}"))),
    }
}

/// The authorities the system trusts, and the broker's own.
fn trusted(broker: &RabbitSettings) -> Result<Vec<Certificate<'static>>, ManagementError> {
    let system = rustls_native_certs::load_native_certs().certs;
    let mut trusted: Vec<_> = system.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
    if let Some(file) = &broker.certificate_authority {
        let failed = |source| ManagementError::Authority { file: file.display().to_string(), source };
        let pem = fs::read(file).map_err(failed)?;
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(one) = item.map_err(|error| failed(io::Error::other(error)))? {
                trusted.push(one);
            }
        }
    }
    Ok(trusted)
}
