// SPDX-License-Identifier: EUPL-1.2
//! How the processes of a distributed installation are told where everything is. `compose/compose.yaml` tells them the
//! same, and a test compares the two.

/// Where everything is, for one process.
#[derive(Debug, Clone, Copy)]
pub struct Wiring<'a> {
    /// `postgres://…`; it may hold a password.
    pub database: &'a str,
    /// `amqp://…`; it holds a password.
    pub broker: &'a str,
    /// `http://…`: its management interface.
    pub management: &'a str,
    /// Where mails go, as `mail.transport` of the settings.
    pub mails: &'a str,
    /// Whom they come from.
    pub sender: &'a str,
    /// The process's own address for `/metrics` and `/status`.
    pub listen: &'a str,
}

impl Wiring<'_> {
    /// As environment: a command line could be read by others on the machine.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let pairs = [
            ("CAMPANELLA_DATABASE__URL", self.database),
            ("CAMPANELLA_BROKER__URL", self.broker),
            ("CAMPANELLA_BROKER__MANAGEMENT", self.management),
            ("CAMPANELLA_HTTP__LISTEN", self.listen),
            ("CAMPANELLA_LOG__FORMAT", "json"),
            ("CAMPANELLA_MAIL__TRANSPORT", self.mails),
            ("CAMPANELLA_MAIL__SENDER", self.sender),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }
}
