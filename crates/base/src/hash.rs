//! Hashes that are stored and therefore must never change between versions: XXH3, 64 bits.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// The hash of one byte string.
pub fn stable(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
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
        assert_ne!(stable_parts([b"ab".as_slice(), b"c"]), stable_parts([b"a".as_slice(), b"bc"]));
    }
}
