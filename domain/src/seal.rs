//! Sealing of answer sheets: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305, single shot, with padding to a size class before sealing.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::SeedableRng;

use crate::ballot::Binding;

const INFO: &[u8] = b"shirube-sheet/1";

/// Sizes that plaintexts are padded to, in bytes. All sheets of a campaign are padded to the same one, which follows
/// from its questionnaire ([`size_class`]): a sealed sheet's length tells nothing about what is in it.
pub const SIZE_CLASSES: [usize; 4] = [4 << 10, 16 << 10, 64 << 10, 256 << 10];

/// Bytes that sealing adds: encapsulated key (32) and authentication tag (16).
pub const OVERHEAD: usize = 32 + 16;

/// The largest size class.
const LARGEST: usize = SIZE_CLASSES[SIZE_CLASSES.len() - 1];

/// Bytes of the length that stands before the content.
const LENGTH: usize = 4;

/// Largest sealed sheet, in bytes.
pub const MAX_SEALED: usize = LARGEST + OVERHEAD;

/// Largest sheet that can be sealed, in bytes: the largest class, less the length that stands before the content.
pub const MAX_SHEET: usize = LARGEST - LENGTH;

/// Why a sheet cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is not a valid X25519 key.
    #[error("the key is not valid")]
    Key,
    /// More than the size class holds.
    #[error("the sheet is too large")]
    TooLarge,
    /// Not sealed to this key for this purpose, or altered on the way.
    #[error("the sealed sheet cannot be opened")]
    Open,
    /// Opened, but the padding is not as this software writes it.
    #[error("the padding is not valid")]
    Padding,
}

/// The secret counting key of a campaign.
pub struct CountingKey(<X25519HkdfSha256 as Kem>::PrivateKey, [u8; 32]);

impl CountingKey {
    /// DeriveKeyPair of RFC 9180, section 7.1.3, from 32 secret random bytes.
    pub fn derive(seed: &[u8; 32]) -> Result<Self, SealError> {
        let (secret, public) = X25519HkdfSha256::derive_keypair(seed);
        let public = public.to_bytes()[..].try_into().map_err(|_| SealError::Key)?;
        Ok(Self(secret, public))
    }

    /// The public key that goes into the terms.
    pub fn public(&self) -> [u8; 32] {
        self.1
    }

    /// Opens what [`seal`] sealed under the same `aad`, and removes the padding.
    pub fn open(&self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let (encapped, ciphertext) = sealed.split_at_checked(32).ok_or(SealError::Open)?;
        let encapped =
            <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapped).map_err(|_| SealError::Open)?;
        let padded = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &encapped,
            INFO,
            ciphertext,
            aad,
        )
        .map_err(|_| SealError::Open)?;
        unpad(&padded)
    }
}

/// Pads to `class`, one of [`SIZE_CLASSES`], and seals to the counting key. `aad` binds a sheet to campaign, stratum and
/// ballot; `entropy` must be 32 fresh random bytes.
pub fn seal(
    public: &[u8; 32],
    aad: &[u8],
    plaintext: &[u8],
    class: usize,
    entropy: [u8; 32],
) -> Result<Vec<u8>, SealError> {
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).map_err(|_| SealError::Key)?;
    let padded = pad(plaintext, class)?;
    let mut rng = ChaCha20Rng::from_seed(entropy);
    let (encapped, ciphertext) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256, _>(
        &OpModeS::Base,
        &public,
        INFO,
        &padded,
        aad,
        &mut rng,
    )
    .map_err(|_| SealError::Key)?;
    let mut sealed = encapped.to_bytes().to_vec();
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

/// The additional data a sheet is sealed with: what its ballot is bound to and the ballot's hash, so that a sealed
/// sheet cannot be moved to another campaign, stratum or ballot.
pub fn aad(binding: &Binding, ballot_key: &[u8]) -> Vec<u8> {
    let mut aad = binding.info();
    aad.extend_from_slice(ballot_key);
    aad
}

/// The smallest size class that holds `largest` bytes of plaintext; the largest class where none does.
pub fn size_class(largest: usize) -> usize {
    SIZE_CLASSES.into_iter().find(|class| *class >= largest.saturating_add(LENGTH)).unwrap_or(LARGEST)
}

/// True for the lengths a sealed sheet can have.
pub fn is_sealed_length(length: usize) -> bool {
    SIZE_CLASSES.iter().any(|class| class + OVERHEAD == length)
}

/// Length (u32, big-endian), content, zeros up to the size class.
fn pad(plaintext: &[u8], class: usize) -> Result<Vec<u8>, SealError> {
    let length = u32::try_from(plaintext.len()).map_err(|_| SealError::TooLarge)?;
    if plaintext.len().saturating_add(LENGTH) > class {
        return Err(SealError::TooLarge);
    }
    let mut padded = Vec::with_capacity(class);
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(plaintext);
    padded.resize(class, 0);
    Ok(padded)
}

fn unpad(padded: &[u8]) -> Result<Vec<u8>, SealError> {
    let (length, rest) = padded.split_first_chunk::<4>().ok_or(SealError::Padding)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (content, zeros) = rest.split_at_checked(length).ok_or(SealError::Padding)?;
    if !SIZE_CLASSES.contains(&padded.len()) || zeros.iter().any(|b| *b != 0) {
        return Err(SealError::Padding);
    }
    Ok(content.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence 0.
    #[test]
    fn rfc_9180_base_vector() {
        let hex = |text: &str| hex::decode(text).expect("hexadecimal");
        let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&hex(
            "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        ))
        .expect("a key");
        let encapped = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&hex(
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        ))
        .expect("an encapsulated key");
        let plaintext = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &secret,
            &encapped,
            &hex("4f6465206f6e2061204772656369616e2055726e"),
            &hex(
                "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
            ),
            &hex("436f756e742d30"),
        )
        .expect("the plaintext of the vector");
        assert_eq!(plaintext, hex("4265617574792069732074727574682c20747275746820626561757479"),);
        let (derived, public) = X25519HkdfSha256::derive_keypair(&hex(
            "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
        ));
        assert_eq!(derived.to_bytes().to_vec(), secret.to_bytes().to_vec());
        assert_eq!(
            hex::encode(public.to_bytes()),
            "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        );
    }

    #[test]
    fn a_sheet_opens_only_with_its_key_and_its_binding() {
        let key = CountingKey::derive(&[1; 32]).expect("a key");
        let sealed =
            seal(&key.public(), b"here", b"answers", SIZE_CLASSES[0], [2; 32]).expect("a sealed sheet");
        assert!(is_sealed_length(sealed.len()));
        assert_eq!(key.open(&sealed, b"here").expect("the sheet"), b"answers");
        assert_eq!(key.open(&sealed, b"there"), Err(SealError::Open));
        let other = CountingKey::derive(&[3; 32]).expect("a key");
        assert_eq!(other.open(&sealed, b"here"), Err(SealError::Open));
        assert_eq!(key.open(&sealed[..10], b"here"), Err(SealError::Open));
    }

    #[test]
    fn too_large_a_sheet_is_refused() {
        let key = CountingKey::derive(&[1; 32]).expect("a key");
        for class in SIZE_CLASSES {
            let seal = |length: usize| seal(&key.public(), b"", &vec![0; length], class, [2; 32]);
            assert_eq!(seal(class - 3), Err(SealError::TooLarge));
            assert_eq!(seal(class - 4).map(|sealed| sealed.len()), Ok(class + OVERHEAD));
        }
    }

    #[test]
    fn the_size_class_is_the_smallest_that_holds_the_largest_sheet() {
        assert_eq!([0, 4092, 4093, 65_532, MAX_SHEET].map(size_class), [4096, 4096, 16_384, 65_536, LARGEST]);
        assert_eq!(size_class(usize::MAX), LARGEST);
    }

    proptest! {
        #[test]
        fn padding_keeps_the_content_and_hides_its_length(content in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let padded = pad(&content, SIZE_CLASSES[1]).expect("it fits");
            prop_assert_eq!(padded.len(), SIZE_CLASSES[1]);
            prop_assert_eq!(unpad(&padded).expect("the content"), content);
        }

        #[test]
        fn arbitrary_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..6000)) {
            let key = CountingKey::derive(&[1; 32]).expect("a key");
            prop_assert_eq!(key.open(&bytes, b""), Err(SealError::Open));
        }
    }
}
