// SPDX-License-Identifier: EUPL-1.2
//! Whether an installation went elsewhere (`campanella copy`): then it is worked on there, and nowhere else.
//!
//! The mark is in the database and not in the folder: it goes where the file goes, and the folder may serve on with the new
//! database.

use anyhow::Result;
use campanella_store::{
    Store, Tx,
    transfer::mark::{self, Moved},
};

use crate::wording;

/// The database was copied to another one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("questa installazione è stata trasferita in «{}» ({})", .0.to, wording::moment(.0.at))]
pub struct MovedAway(pub Moved);

impl MovedAway {
    /// What to do about it, in Italian.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        "indicare il nuovo database (database.url nella configurazione, o --database); se il trasferimento si è interrotto, \
        ripetere lo stesso «campanella copy --to …»; se la copia è stata cancellata e nessuno la userà: «campanella copy \
        --undo»"
    }
}

/// Lets nobody work on a database that was moved: its mails are sent from the copy.
///
/// # Errors
/// [`MovedAway`].
pub(crate) async fn require_here(store: &Store) -> Result<()> {
    let mut tx = store.read().await?;
    require_not_moved(&mut tx).await?;
    Ok(tx.rollback().await?)
}

/// The same in a transaction that is open, for one that is to write: nobody moves the database before it ends.
///
/// # Errors
/// [`MovedAway`].
pub(crate) async fn require_not_moved(tx: &mut Tx) -> Result<()> {
    mark::moved(tx).await?.map_or(Ok(()), |moved| Err(MovedAway(moved).into()))
}
