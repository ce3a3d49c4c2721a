//! Random bytes, and keys at rest.
//!
//! Campaign keys lie in the database sealed under the master key, which does not: a copy of the database alone opens
//! no sheet. HPKE (see `domain::seal`) is used here too, so that there is one construction to trust.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::seal::{self, CountingKey};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::settings::Settings;

/// Environment variable with the master key: 32 bytes, base64. Without it `data/master.key` is read or made.
pub const MASTER_KEY_VARIABLE: &str = "SHIRUBE_MASTER_KEY";

/// `N` random bytes from the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Error::Damaged(format!("no random bytes: {e}")))?;
    Ok(bytes)
}

/// A random name of 128 bits, in 32 hexadecimal digits.
pub fn random_id() -> Result<String> {
    Ok(hex::encode(random::<16>()?))
}

/// True for what can be a name made by [`random_id`]. Anything else names nothing and goes into no query: PostgreSQL
/// would refuse a text with a NUL in it as a fault of ours.
pub fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// SHA-256 in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The key that campaign keys are sealed under.
pub struct MasterKey(CountingKey);

impl MasterKey {
    /// Reads the master key from the environment or from its file; makes the file where there is neither.
    pub fn load(settings: &Settings) -> Result<Self> {
        let text = match std::env::var(MASTER_KEY_VARIABLE) {
            Ok(text) => text,
            Err(_) => Self::read_or_make(&settings.data.join("master.key"))?,
        };
        let bytes: [u8; 32] = STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| Error::Damaged("the master key is not 32 bytes in base64".into()))?;
        Self::from_bytes(&bytes)
    }

    /// The master key that follows from 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        CountingKey::derive(bytes).map(Self).map_err(|e| Error::Damaged(e.to_string()))
    }

    fn read_or_make(path: &std::path::Path) -> Result<String> {
        use std::io::Write;
        if let Ok(text) = std::fs::read_to_string(path) {
            return Ok(text);
        }
        let text = STANDARD.encode(random::<32>()?);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(text)
    }

    /// Seals a campaign's key; `purpose` names campaign and key, so that one cannot be put in another's place.
    pub fn seal(&self, purpose: &str, secret: &[u8; 32]) -> Result<Vec<u8>> {
        seal::seal(&self.0.public(), purpose.as_bytes(), secret, seal::size_class(secret.len()), random()?)
            .map_err(|e| Error::Damaged(e.to_string()))
    }

    /// Opens what [`MasterKey::seal`] sealed.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<[u8; 32]> {
        let bytes = self.0.open(sealed, purpose.as_bytes());
        bytes
            .ok()
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| Error::Damaged("a campaign key does not open with this master key".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_opens_only_for_its_purpose() {
        let master = MasterKey::from_bytes(&[1; 32]).expect("a key");
        let sealed = master.seal("c1/ballot", &[2; 32]).expect("a sealed key");
        assert_eq!(master.open("c1/ballot", &sealed).expect("the key"), [2; 32]);
        assert!(master.open("c2/ballot", &sealed).is_err());
        assert!(MasterKey::from_bytes(&[3; 32]).expect("a key").open("c1/ballot", &sealed).is_err());
    }

    #[test]
    fn only_32_hexadecimal_digits_are_an_id() {
        assert!(is_id(&random_id().expect("an id")));
        for text in ["", "0", "\0", &"0".repeat(31), &"0".repeat(33), &"g".repeat(32), &"ア".repeat(11)] {
            assert!(!is_id(text), "{text:?}");
        }
    }

    #[test]
    fn the_key_file_is_made_once() {
        let folder = std::env::temp_dir().join(format!("shirube-key-{}", random_id().expect("an id")));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("master.key");
        let first = MasterKey::read_or_make(&path).expect("a key");
        assert_eq!(MasterKey::read_or_make(&path).expect("the key"), first);
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
