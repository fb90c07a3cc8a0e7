// SPDX-License-Identifier: EUPL-1.2
//! Whose a virtual host is.
//!
//! AMQP has no place for a word of one's own. But a broker refuses to declare an exchange that is there with another
//! alternate exchange: an exchange nobody publishes to, whose alternate is called after the installation, is a mark that
//! anybody can compare with their own and nobody can overwrite.
//!
//! It is looked at on every new connection, before anything is declared: an address may name several hosts, a name may
//! come to mean another machine, a virtual host may be emptied while the connection is away.

use lapin::{
    Connection, ExchangeKind,
    options::ExchangeDeclareOptions,
    types::{AMQPValue, FieldTable, ShortString},
};
use uuid::Uuid;

use super::{
    RabbitSettings,
    dialer::Dialer,
    fault::{fault, is_not_found, is_precondition_failed, within},
};
use crate::BusError;

/// The exchange that is the mark.
const EXCHANGE: &str = "campanella.installation";

/// Whose a virtual host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It bears the mark of the installation asked for.
    Ours,
    /// It bears another's.
    Foreign,
    /// It bears none: it was never used, or it was emptied.
    None,
}

/// What a virtual host must be for anything to be done in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It bears the mark of this installation.
    Held(Uuid),
    /// It bears this mark or none, and bears it from then on.
    New(Uuid),
}

impl Claim {
    /// Looks whether it holds, and leaves the mark where it may.
    pub(super) async fn settle(self, connection: &Connection) -> lapin::Result<Mark> {
        match self {
            Self::Held(installation) => look(connection, installation).await,
            Self::New(installation) => match look(connection, installation).await? {
                Mark::None => leave(connection, installation).await,
                mark => Ok(mark),
            },
        }
    }

    /// The claim on a virtual host that bears the mark.
    pub(super) const fn held(self) -> Self {
        let (Self::Held(installation) | Self::New(installation)) = self;
        Self::Held(installation)
    }
}

/// Whose the virtual host is. Nothing is declared there; of several hosts the first that answers is asked.
///
/// # Errors
/// [`BusError::Unavailable`]; [`BusError::Refused`] when the broker does not let us in or look.
pub async fn whose(settings: &RabbitSettings, installation: Uuid) -> Result<Mark, BusError> {
    let connection = Dialer::looking(settings).dial().await?;
    let mark = within(settings.call_timeout, look(&connection, installation)).await;
    // A broker that does not answer any more finds out by itself.
    drop(within(settings.call_timeout, connection.close(200, "OK".into())).await);
    mark.map_err(|error| fault("the mark of the virtual host", &error))
}

async fn look(connection: &Connection, installation: Uuid) -> lapin::Result<Mark> {
    let passive = ExchangeDeclareOptions { passive: true, ..durable() };
    match declare(connection, passive, None).await {
        Ok(()) => leave(connection, installation).await,
        Err(error) if is_not_found(&error) => Ok(Mark::None),
        Err(error) => Err(error),
    }
}

/// Leaves the mark, or finds the one that is there.
async fn leave(connection: &Connection, installation: Uuid) -> lapin::Result<Mark> {
    match declare(connection, durable(), Some(installation)).await {
        Ok(()) => Ok(Mark::Ours),
        Err(error) if is_precondition_failed(&error) => Ok(Mark::Foreign),
        Err(error) => Err(error),
    }
}

/// On a channel of its own, which the broker closes when it says no.
async fn declare(
    connection: &Connection,
    options: ExchangeDeclareOptions,
    installation: Option<Uuid>,
) -> lapin::Result<()> {
    let channel = connection.create_channel().await?;
    let mut arguments = FieldTable::default();
    if let Some(installation) = installation {
        let alternate = AMQPValue::LongString(format!("{EXCHANGE}.{installation}").into());
        arguments.insert(ShortString::from("alternate-exchange"), alternate);
    }
    channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Fanout, options, arguments).await?;
    channel.close(200, "OK".into()).await
}

fn durable() -> ExchangeDeclareOptions {
    ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() }
}
