// SPDX-License-Identifier: EUPL-1.2
//! What must not be guessed comes from the operating system.

use campanella_domain::identity_key::IdentityKey;
use campanella_store::{Tx, installation};
use rand::{TryRng as _, rngs::SysRng};

use crate::Failure;

/// Draws a key for a new installation.
///
/// # Errors
/// When the operating system has no random numbers to give.
pub fn draw_identity_key() -> std::io::Result<IdentityKey> {
    let mut bytes = [0; 32];
    SysRng.try_fill_bytes(&mut bytes).map_err(std::io::Error::other)?;
    Ok(IdentityKey::new(bytes))
}

/// The key of the installation; one is drawn where there is none yet.
///
/// # Errors
/// [`Failure::Unavailable`] when the operating system has no random numbers to give; any store error.
pub async fn identity_key(tx: &mut Tx) -> Result<IdentityKey, Failure> {
    if let Some(key) = installation::known_identity_key(tx).await? {
        return Ok(key);
    }
    let drawn = draw_identity_key().map_err(|error| Failure::Unavailable(error.to_string()))?;
    Ok(installation::identity_key(tx, &drawn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_drawn_twice() {
        assert_ne!(draw_identity_key().unwrap(), draw_identity_key().unwrap());
    }
}
