// SPDX-License-Identifier: EUPL-1.2
//! Whose a virtual host is.
//!
//! AMQP has no place for a word of one's own. But a broker refuses to declare an exchange that is there with another
//! alternate exchange: an exchange nobody publishes to, whose alternate is called after the installation, is a mark that
//! anybody can compare with their own and nobody can overwrite.

use lapin::{
    ExchangeKind,
    options::ExchangeDeclareOptions,
    types::{AMQPValue, FieldTable, ShortString},
};
use uuid::Uuid;

use super::{
    RabbitBus,
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

impl RabbitBus {
    /// Whether the virtual host bears the mark of `installation`.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; [`BusError::Refused`] when we may not declare exchanges.
    pub async fn mark_of(&self, installation: Uuid) -> Result<Mark, BusError> {
        match self.declare_mark(ExchangeDeclareOptions { passive: true, ..durable() }, None).await? {
            Ok(()) => {}
            Err(error) if is_not_found(&error) => return Ok(Mark::None),
            Err(error) => return Err(failed(&error)),
        }
        match self.declare_mark(durable(), Some(installation)).await? {
            Ok(()) => Ok(Mark::Ours),
            Err(error) if is_precondition_failed(&error) => Ok(Mark::Foreign),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Leaves the mark of `installation`; one that is there stays.
    ///
    /// # Errors
    /// As [`RabbitBus::mark_of`]; [`BusError::Refused`] too when another's is there.
    pub async fn mark(&self, installation: Uuid) -> Result<(), BusError> {
        self.declare_mark(durable(), Some(installation)).await?.map_err(|error| failed(&error))
    }

    /// On a channel of its own, which the broker closes when it says no: what it said is told apart from having no broker.
    async fn declare_mark(
        &self,
        options: ExchangeDeclareOptions,
        installation: Option<Uuid>,
    ) -> Result<lapin::Result<()>, BusError> {
        let connection = self.office.consuming.session()?.connection;
        let declaring = async {
            let channel = connection.create_channel().await?;
            let mut arguments = FieldTable::default();
            if let Some(installation) = installation {
                let alternate = AMQPValue::LongString(format!("{EXCHANGE}.{installation}").into());
                arguments.insert(ShortString::from("alternate-exchange"), alternate);
            }
            channel.exchange_declare(EXCHANGE.into(), ExchangeKind::Fanout, options, arguments).await?;
            channel.close(200, "OK".into()).await
        };
        Ok(within(self.office.settings.call_timeout, declaring).await)
    }
}

fn durable() -> ExchangeDeclareOptions {
    ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() }
}

fn failed(error: &lapin::Error) -> BusError {
    fault("the mark of the virtual host", error)
}
