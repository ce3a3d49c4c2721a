//! Ballots (回答券): the anonymous right to answer once.
//!
//! RFC 9497, mode POPRF, suite ristretto255-SHA512. The browser blinds a secret nonce; the registry evaluates it
//! under the public `info` (campaign, terms, stratum) without seeing it; the browser checks the proof and unblinds.
//! The result, the ballot, can be recognised by the holder of the key, but not linked to the evaluation: the
//! blinded element is uniformly random whatever the nonce is (RFC 9497, section 7.2).

use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::SeedableRng;
use sha2::{Digest, Sha256};
use voprf::{BlindedElement, EvaluationElement, Group, PoprfClient, PoprfServer, Proof, Ristretto255};

/// Bytes of a seed, a nonce, a blinded element and a public key.
pub const SEED_LEN: usize = 32;

/// Why a ballot cannot be made or is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BallotError {
    /// Not the encoding of a group element, scalar or proof.
    #[error("not a valid encoding")]
    Encoding,
    /// The evaluation was not made with the key the terms name.
    #[error("the evaluation was made with another key than the terms name")]
    Proof,
    /// The protocol cannot be completed with these values (probability about 2⁻²⁵²).
    #[error("the protocol cannot be completed")]
    Protocol,
}

/// The public part of a ballot: what it is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The campaign's id.
    pub campaign: String,
    /// SHA-256 of the canonical terms.
    pub terms: [u8; 32],
    /// The stratum's number in the terms.
    pub stratum: u32,
}

impl Binding {
    /// The `info` of RFC 9497: `"shirube-ballot/1"`, then the campaign's id with its length (u16, big-endian), the
    /// terms hash, and the stratum (u32, big-endian). Unambiguous, since every part has a known length.
    pub fn info(&self) -> Vec<u8> {
        let mut info = b"shirube-ballot/1".to_vec();
        let length = u16::try_from(self.campaign.len()).unwrap_or(u16::MAX);
        info.extend_from_slice(&length.to_be_bytes());
        info.extend_from_slice(self.campaign.as_bytes());
        info.extend_from_slice(&self.terms);
        info.extend_from_slice(&self.stratum.to_be_bytes());
        info
    }
}

/// The registry's secret key for one campaign. The collector holds it too: POPRF outputs are checked with it.
pub struct IssuingKey(PoprfServer<Ristretto255>);

/// What the registry answers to a blinded element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The evaluated element.
    pub element: [u8; 32],
    /// The DLEQ proof that it was evaluated with the public key of the terms.
    pub proof: [u8; 64],
}

impl IssuingKey {
    /// DeriveKeyPair of RFC 9497, section 3.2.1, from 32 secret random bytes.
    pub fn derive(seed: &[u8; SEED_LEN]) -> Result<Self, BallotError> {
        Self::derive_with(seed, b"shirube-campaign")
    }

    fn derive_with(seed: &[u8], key_info: &[u8]) -> Result<Self, BallotError> {
        PoprfServer::new_from_seed(seed, key_info).map(Self).map_err(|_| BallotError::Protocol)
    }

    /// The public key that goes into the terms.
    pub fn public(&self) -> [u8; 32] {
        Ristretto255::serialize_elem(self.0.get_public_key()).into()
    }

    /// Evaluates a blinded element. `entropy` must be 32 fresh random bytes: it hides the key inside the proof.
    pub fn evaluate(
        &self,
        blinded: &[u8; 32],
        binding: &Binding,
        entropy: [u8; 32],
    ) -> Result<Evaluation, BallotError> {
        self.evaluate_info(blinded, &binding.info(), entropy)
    }

    fn evaluate_info(
        &self,
        blinded: &[u8; 32],
        info: &[u8],
        entropy: [u8; 32],
    ) -> Result<Evaluation, BallotError> {
        let blinded = BlindedElement::deserialize(blinded).map_err(|_| BallotError::Encoding)?;
        let result = self
            .0
            .blind_evaluate(&mut ChaCha20Rng::from_seed(entropy), &blinded, Some(info))
            .map_err(|_| BallotError::Protocol)?;
        Ok(Evaluation {
            element: result.message.serialize().into(),
            proof: into_array(&result.proof.serialize())?,
        })
    }

    /// True where the ballot was made with this key for this binding.
    pub fn accepts(&self, ballot: &Ballot, binding: &Binding) -> bool {
        match self.0.evaluate(&ballot.nonce, Some(&binding.info())) {
            // Not secret-dependent timing: whoever asks already knows the output they sent.
            Ok(output) => output[..] == ballot.output,
            Err(_) => false,
        }
    }
}

/// The browser's secret, from which everything about its ballot follows.
///
/// Kept on the device only; whoever has it can replace the sheet until closing.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; SEED_LEN]);

impl Seed {
    /// A seed from 32 random bytes.
    pub fn new(bytes: [u8; SEED_LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes, for keeping on the device.
    pub fn bytes(&self) -> &[u8; SEED_LEN] {
        &self.0
    }

    fn derive(&self, purpose: &[u8], binding: &Binding) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"shirube-seed/1");
        hash.update([u8::try_from(purpose.len()).unwrap_or(u8::MAX)]);
        hash.update(purpose);
        hash.update(self.0);
        hash.update(binding.info());
        hash.finalize().into()
    }

    /// The transfer code: the seed with a two-byte check, in Crockford's base 32, in groups of four characters.
    pub fn transfer_code(&self) -> String {
        let mut bytes = self.0.to_vec();
        bytes.extend_from_slice(&Sha256::digest(self.0)[..2]);
        let mut code = String::new();
        let (mut buffer, mut bits) = (0u32, 0u32);
        for byte in bytes {
            buffer = (buffer << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                code.push(char::from(ALPHABET[((buffer >> bits) & 31) as usize]));
            }
            buffer &= (1 << bits) - 1;
        }
        if bits > 0 {
            code.push(char::from(ALPHABET[((buffer << (5 - bits)) & 31) as usize]));
        }
        let groups: Vec<&str> =
            code.as_bytes().chunks(4).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        groups.join("-")
    }

    /// Reads a transfer code; case, spaces and hyphens do not matter, and O, I, L are read as 0, 1, 1.
    pub fn from_transfer_code(code: &str) -> Option<Self> {
        let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0u32);
        for c in code.chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '‐' && *c != 'ー') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let value = ALPHABET.iter().position(|a| char::from(*a) == c)?;
            buffer = (buffer << 5) | u32::try_from(value).ok()?;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from((buffer >> bits) & 255).ok()?);
                buffer &= (1 << bits) - 1;
            }
        }
        let (seed, check) = bytes.split_at_checked(SEED_LEN)?;
        (check == &Sha256::digest(seed)[..2] && buffer == 0).then(|| into_array(seed).ok().map(Self))?
    }
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A ballot that has been blinded but not yet evaluated. Made anew from the seed whenever it is needed.
pub struct BallotRequest {
    nonce: [u8; 32],
    client: PoprfClient<Ristretto255>,
    blinded: [u8; 32],
    binding: Binding,
}

impl BallotRequest {
    /// Derives nonce and blind from the seed: the same seed and binding give the same request, so that a lost reply
    /// can be asked for again.
    pub fn new(seed: &Seed, binding: Binding) -> Result<Self, BallotError> {
        let nonce = seed.derive(b"nonce", &binding);
        let mut rng = ChaCha20Rng::from_seed(seed.derive(b"blind", &binding));
        let result = PoprfClient::blind(&nonce, &mut rng).map_err(|_| BallotError::Protocol)?;
        Ok(Self { nonce, client: result.state, blinded: result.message.serialize().into(), binding })
    }

    /// What the registry gets to see.
    pub fn blinded(&self) -> [u8; 32] {
        self.blinded
    }

    /// Checks the proof against the public key of the terms and unblinds.
    pub fn finish(&self, evaluation: &Evaluation, public_key: &[u8; 32]) -> Result<Ballot, BallotError> {
        let element =
            EvaluationElement::deserialize(&evaluation.element).map_err(|_| BallotError::Encoding)?;
        let proof = Proof::deserialize(&evaluation.proof).map_err(|_| BallotError::Encoding)?;
        let public = Ristretto255::deserialize_elem(public_key).map_err(|_| BallotError::Encoding)?;
        let output = self
            .client
            .finalize(&self.nonce, &element, &proof, public, Some(&self.binding.info()))
            .map_err(|_| BallotError::Proof)?;
        Ok(Ballot { nonce: self.nonce, output: into_array(&output)? })
    }
}

/// The anonymous right to answer once.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The input of the POPRF, chosen by the browser.
    pub nonce: [u8; 32],
    /// Its output.
    pub output: [u8; 64],
}

impl Ballot {
    /// The name under which the collector keeps the sheet: SHA-256 over binding and ballot. It tells nothing about
    /// the ballot itself and cannot be guessed.
    pub fn key(&self, binding: &Binding) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"shirube-ballot-key/1");
        hash.update(binding.info());
        hash.update(self.nonce);
        hash.update(self.output);
        hash.finalize().into()
    }

    /// The receipt a person keeps: the first 40 bits of the key's hash, as eight characters.
    pub fn receipt(&self, binding: &Binding) -> String {
        let digest = Sha256::digest(self.key(binding));
        let mut value = digest[..5].iter().fold(0u64, |acc, b| (acc << 8) | u64::from(*b));
        let mut code = Vec::with_capacity(8);
        for _ in 0..8 {
            code.push(char::from(ALPHABET[(value & 31) as usize]));
            value >>= 5;
        }
        code.iter().collect()
    }
}

fn into_array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], BallotError> {
    bytes.try_into().map_err(|_| BallotError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn binding(campaign: &str, stratum: u32) -> Binding {
        Binding { campaign: campaign.into(), terms: [7; 32], stratum }
    }

    fn issue(key: &IssuingKey, seed: u8, binding: &Binding) -> Ballot {
        let request = BallotRequest::new(&Seed::new([seed; 32]), binding.clone()).expect("a request");
        let evaluation = key.evaluate(&request.blinded(), binding, [9; 32]).expect("an evaluation");
        request.finish(&evaluation, &key.public()).expect("a ballot")
    }

    /// RFC 9497, appendix A.1.3 (ristretto255-SHA512, POPRF mode): key, test vectors 1 and 2.
    #[test]
    fn rfc_9497_poprf_vectors() {
        let seed = [0xa3; 32];
        let key = IssuingKey::derive_with(&seed, b"test key").expect("a key");
        assert_eq!(
            hex::encode(&key.0.serialize()[..32]),
            "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07"
        );
        assert_eq!(
            hex::encode(key.public()),
            "c647bef38497bc6ec077c22af65b696efa43bff3b4a1975a3e8e0a1c5a79d631"
        );
        const BLIND: &str = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706";
        let vectors = [
            [
                "00",
                "c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715",
                "1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874",
                "41ad1a291aa02c80b0915fbfbb0c0afa15a57e2970067a602ddb9e8fd6b7100de32e1ecff943a36f0b10e3dae6bd266cdeb8adf825d86ef27dbc6c0e30c52206",
                "ca688351e88afb1d841fde4401c79efebb2eb75e7998fa9737bd5a82a152406d38bd29f680504e54fd4587eddcf2f37a2617ac2fbd2993f7bdf45442ace7d221",
            ],
            [
                "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
                "f0f0b209dd4d5f1844dac679acc7761b91a2e704879656cb7c201e82a99ab07d",
                "8c3c9d064c334c6991e99f286ea2301d1bde170b54003fb9c44c6d7bd6fc1540",
                "4c39992d55ffba38232cdac88fe583af8a85441fefd7d1d4a8d0394cd1de77018bf135c174f20281b3341ab1f453fe72b0293a7398703384bed822bfdeec8908",
                "7c6557b276a137922a0bcfc2aa2b35dd78322bd500235eb6d6b6f91bc5b56a52de2d65612d503236b321f5d0bebcbc52b64b92e426f29c9b8b69f52de98ae507",
            ],
        ];
        for vector in vectors {
            let [input, blinded, evaluated, proof, output] =
                vector.map(|text| hex::decode(text).expect("hexadecimal"));
            let evaluation = key
                .evaluate_info(&into_array(&blinded).expect("32 bytes"), b"test info", [1; 32])
                .expect("an evaluation");
            assert_eq!(evaluation.element[..], evaluated);
            let direct = key.0.evaluate(&input, Some(b"test info")).expect("an output");
            assert_eq!(direct[..], output);
            // The browser's side: the state is blind ‖ blinded element, the proof is the RFC's own.
            let state = [hex::decode(BLIND).expect("hexadecimal"), blinded].concat();
            let client = PoprfClient::<Ristretto255>::deserialize(&state).expect("a client");
            let element = EvaluationElement::deserialize(&evaluated).expect("an element");
            let proof = Proof::deserialize(&proof).expect("a proof");
            let unblinded = client
                .finalize(&input, &element, &proof, key.0.get_public_key(), Some(b"test info"))
                .expect("an output");
            assert_eq!(unblinded[..], output);
        }
    }

    #[test]
    fn a_ballot_is_accepted_once_made_and_only_for_its_binding() {
        let key = IssuingKey::derive(&[1; 32]).expect("a key");
        let here = binding("c1", 3);
        let ballot = issue(&key, 5, &here);
        assert!(key.accepts(&ballot, &here));
        assert!(!key.accepts(&ballot, &binding("c1", 4)), "another stratum");
        assert!(!key.accepts(&ballot, &binding("c2", 3)), "another campaign");
        assert!(!key.accepts(&ballot, &Binding { terms: [8; 32], ..here.clone() }), "other terms");
        let other = IssuingKey::derive(&[2; 32]).expect("a key");
        assert!(!other.accepts(&ballot, &here), "another key");
        let forged = Ballot { output: [0; 64], ..ballot };
        assert!(!key.accepts(&forged, &here), "a forged output");
    }

    #[test]
    fn a_key_of_ones_own_is_noticed_by_the_browser() {
        let (named, other) = (IssuingKey::derive(&[1; 32]).unwrap(), IssuingKey::derive(&[2; 32]).unwrap());
        let here = binding("c", 0);
        let request = BallotRequest::new(&Seed::new([5; 32]), here.clone()).unwrap();
        let evaluation = other.evaluate(&request.blinded(), &here, [9; 32]).unwrap();
        assert!(matches!(request.finish(&evaluation, &named.public()), Err(BallotError::Proof)));
        let elsewhere = named.evaluate(&request.blinded(), &binding("c", 1), [9; 32]).unwrap();
        assert!(matches!(request.finish(&elsewhere, &named.public()), Err(BallotError::Proof)));
    }

    #[test]
    fn the_same_seed_asks_the_same_and_another_seed_asks_otherwise() {
        let here = binding("c", 0);
        let a = BallotRequest::new(&Seed::new([5; 32]), here.clone()).unwrap().blinded();
        let b = BallotRequest::new(&Seed::new([5; 32]), here.clone()).unwrap().blinded();
        let c = BallotRequest::new(&Seed::new([6; 32]), here).unwrap().blinded();
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn malformed_elements_are_refused() {
        let key = IssuingKey::derive(&[1; 32]).unwrap();
        assert_eq!(key.evaluate(&[0xff; 32], &binding("c", 0), [0; 32]).unwrap_err(), BallotError::Encoding);
        assert_eq!(key.evaluate(&[0; 32], &binding("c", 0), [0; 32]).unwrap_err(), BallotError::Encoding);
    }

    proptest! {
        #[test]
        fn a_transfer_code_carries_the_seed(bytes in any::<[u8; 32]>()) {
            let seed = Seed::new(bytes);
            let code = seed.transfer_code();
            prop_assert!(Seed::from_transfer_code(&code) == Some(seed.clone()));
            prop_assert!(Seed::from_transfer_code(&code.to_lowercase().replace('-', " ")) == Some(seed));
        }

        #[test]
        fn a_mistyped_transfer_code_is_noticed(bytes in any::<[u8; 32]>(), at in 0usize..54) {
            let seed = Seed::new(bytes);
            let mut code: Vec<char> = seed.transfer_code().replace('-', "").chars().collect();
            code[at] = if code[at] == 'A' { 'B' } else { 'A' };
            let typed: String = code.iter().collect();
            prop_assert!(Seed::from_transfer_code(&typed) != Some(seed));
        }

        #[test]
        fn any_text_as_transfer_code_is_read_without_panic(text in ".{0,80}") {
            let _ = Seed::from_transfer_code(&text);
        }
    }
}
