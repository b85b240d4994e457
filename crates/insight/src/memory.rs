//! Answers that took a look at the lines, kept as long as the data stays the same.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes of answers are kept.
const KEEP: usize = 32 << 20;

struct Entry {
    stamp: u64,
    question: String,
    bytes: usize,
    answer: Arc<dyn Any + Send + Sync>,
}

/// The answers, the one used last at the end.
#[derive(Default)]
pub(crate) struct Memory {
    entries: Mutex<VecDeque<Entry>>,
}

impl Memory {
    /// The answer to a question about this data.
    pub(crate) fn get<T: Any + Send + Sync>(&self, stamp: u64, question: &str) -> Option<Arc<T>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|e| e.stamp == stamp && e.question == question)?;
        let entry = entries.remove(at)?;
        let answer = Arc::clone(&entry.answer);
        entries.push_back(entry);
        drop(entries);
        answer.downcast().ok()
    }

    /// Keeps an answer of about `bytes`. What was said about other data goes first, then what was not asked for longest.
    pub(crate) fn put<T: Any + Send + Sync>(&self, stamp: u64, question: String, bytes: usize, answer: &Arc<T>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|e| e.stamp == stamp && e.question != question);
        let answer = Arc::clone(answer) as Arc<dyn Any + Send + Sync>;
        // Every entry costs something, so that there are not many of them.
        entries.push_back(Entry { stamp, question, bytes: bytes + (KEEP >> 9), answer });
        while entries.iter().map(|e| e.bytes).sum::<usize>() > KEEP && entries.len() > 1 {
            entries.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_other_data_and_what_is_too_much() {
        let memory = Memory::default();
        memory.put(1, "a".into(), 10, &Arc::new(1i64));
        assert_eq!(memory.get::<i64>(1, "a").as_deref(), Some(&1));
        assert!(memory.get::<i64>(2, "a").is_none() && memory.get::<String>(1, "a").is_none());
        memory.put(2, "b".into(), KEEP, &Arc::new(2i64));
        assert!(memory.get::<i64>(1, "a").is_none());
        memory.put(2, "c".into(), 10, &Arc::new(3i64));
        assert!(memory.get::<i64>(2, "b").is_none());
        assert_eq!(memory.get::<i64>(2, "c").as_deref(), Some(&3));
    }
}
