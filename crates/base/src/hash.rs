//! Hashes that are stored and therefore must never change between versions: XXH3, 64 bits.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};
use xxhash_rust::xxh64;

/// The hash of one byte string.
pub fn stable(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The hash that the Bloom filters of Parquet are made with: XXH64 with the seed 0.
pub fn xxh64(bytes: &[u8]) -> u64 {
    xxh64::xxh64(bytes, 0)
}

/// The hash of several fields, each ended so that `("ab","c")` and `("a","bc")` differ.
pub fn stable_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut state = Xxh3::new();
    for part in parts {
        state.update(&(part.len() as u64).to_le_bytes());
        state.update(part);
    }
    state.digest()
}

/// [`stable`] of content that comes in pieces.
#[derive(Clone, Default)]
pub struct Running(Xxh3);

impl Running {
    /// Adds the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all pieces so far.
    pub fn hash(&self) -> u64 {
        self.0.digest()
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.hash())
    }
}

/// Spreads the bits of an integer (the finaliser of SplitMix64, Steele et al. 2014).
pub const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_hashes_keep_their_values() {
        assert_eq!(stable(b"536365"), 10_207_775_651_369_626_982);
        let mut running = Running::default();
        for piece in [b"53".as_slice(), b"", b"6365"] {
            running.update(piece);
        }
        assert_eq!(running.hash(), stable(b"536365"));
        assert_ne!(stable_parts([b"ab".as_slice(), b"c"]), stable_parts([b"a".as_slice(), b"bc"]));
    }
}
