//! Distinct texts of a column of a chunk.

use base::hash::stable;

/// The code of "no value".
pub const NULL: u32 = u32::MAX;

const EMPTY: u32 = u32::MAX;

/// Distinct texts, each with a code from 0 in order of appearance. Open addressing over the stable hash, which is kept.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    text: String,
    ends: Vec<u32>,
    hashes: Vec<u64>,
    slots: Vec<u32>,
}

impl Dictionary {
    /// The code of a text, a new one when it was not met before. Bytes that are not UTF-8 count as empty text.
    #[inline]
    pub fn intern(&mut self, bytes: &[u8]) -> u32 {
        if self.ends.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = stable(bytes);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let code = self.slots[slot];
            if code == EMPTY {
                return self.insert(bytes, hash, slot);
            }
            if self.hashes[code as usize] == hash && self.bytes(code) == bytes {
                return code;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The text of a code; `None` for [`NULL`].
    pub fn get(&self, code: u32) -> Option<&str> {
        ((code as usize) < self.ends.len()).then(|| &self.text[self.range(code)])
    }

    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes that it takes in memory, about.
    pub fn memory(&self) -> usize {
        self.text.capacity() + 4 * self.ends.capacity() + 8 * self.hashes.capacity() + 4 * self.slots.capacity()
    }

    /// The texts in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|code| &self.text[self.range(code as u32)])
    }

    /// [`base::hash::stable`] of each text, in the order of the codes.
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    #[inline]
    fn range(&self, code: u32) -> std::ops::Range<usize> {
        let at = code as usize;
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        from..self.ends[at] as usize
    }

    #[inline]
    fn bytes(&self, code: u32) -> &[u8] {
        &self.text.as_bytes()[self.range(code)]
    }

    fn insert(&mut self, bytes: &[u8], hash: u64, slot: usize) -> u32 {
        let code = self.ends.len() as u32;
        self.text.push_str(std::str::from_utf8(bytes).unwrap_or_default());
        self.ends.push(self.text.len() as u32);
        self.hashes.push(hash);
        self.slots[slot] = code;
        code
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let mask = size - 1;
        self.slots.clear();
        self.slots.resize(size, EMPTY);
        for (code, hash) in self.hashes.iter().enumerate() {
            let mut slot = *hash as usize & mask;
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = code as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_texts_share_a_code_and_come_back(texts in prop::collection::vec("[a-c]{0,3}|\\PC{0,8}", 0..90)) {
            let mut dictionary = Dictionary::default();
            let codes: Vec<u32> = texts.iter().map(|t| dictionary.intern(t.as_bytes())).collect();
            let distinct: std::collections::BTreeSet<&String> = texts.iter().collect();
            prop_assert_eq!(dictionary.len(), distinct.len());
            for (text, code) in texts.iter().zip(codes) {
                prop_assert_eq!(dictionary.get(code), Some(text.as_str()));
                prop_assert_eq!(dictionary.hashes()[code as usize], stable(text.as_bytes()));
            }
            prop_assert_eq!(dictionary.get(NULL), None);
        }
    }
}
