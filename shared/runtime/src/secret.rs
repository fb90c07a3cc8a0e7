// SPDX-License-Identifier: EUPL-1.2
//! What must not be guessed comes from the operating system.

use campanella_domain::identity_key::IdentityKey;
use rand::{TryRng as _, rngs::SysRng};

/// Draws a key for a new installation.
///
/// # Errors
/// When the operating system has no random numbers to give.
pub fn draw_identity_key() -> std::io::Result<IdentityKey> {
    let mut bytes = [0; 32];
    SysRng.try_fill_bytes(&mut bytes).map_err(std::io::Error::other)?;
    Ok(IdentityKey::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_drawn_twice() {
        assert_ne!(draw_identity_key().unwrap(), draw_identity_key().unwrap());
    }
}
