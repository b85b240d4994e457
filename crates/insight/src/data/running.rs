//! Questions that run, by the name that their asker gave them, so that he can end them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Code, Problem, UserId};
use tokio::sync::Notify;

/// All that run.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<HashMap<String, (UserId, Arc<Notify>)>>);

/// One that runs; it is forgotten when this is dropped.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    running: &'a Running,
    id: String,
    end: Arc<Notify>,
}

impl Running {
    /// Notes a question of somebody.
    pub(crate) fn enter(&self, id: &str, user: UserId) -> Result<Entry<'_>, Problem> {
        check(id)?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.contains_key(id) {
            return Err(Problem::new(Code::Conflict, format!("a query runs already as {id}"))
                .hint("give every query an id of its own"));
        }
        let end = Arc::new(Notify::new());
        all.insert(id.to_owned(), (user, Arc::clone(&end)));
        drop(all);
        Ok(Entry { running: self, id: id.to_owned(), end })
    }

    /// Ends a question of somebody.
    pub(crate) fn end(&self, id: &str, user: UserId) -> Result<(), Problem> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(id) {
            Some((of, end)) if *of == user => {
                end.notify_one();
                Ok(())
            }
            _ => {
                Err(Problem::new(Code::NotFound, format!("you have no query {id} that runs"))
                    .hint("it has ended already"))
            }
        }
    }
}

impl Entry<'_> {
    /// Is over when somebody ended the question.
    pub(crate) async fn ended(&self) -> Problem {
        self.end.notified().await;
        Problem::new(Code::Cancelled, "the query was cancelled")
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// `qry_` and 20 letters or digits.
fn check(id: &str) -> Result<(), Problem> {
    let rest = id.strip_prefix("qry_").unwrap_or_default();
    if rest.len() >= 20 && rest.len() <= 60 && rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(());
    }
    let message = "must be qry_ and 20 letters or digits that you choose at random";
    Err(Problem::new(Code::InvalidInput, format!("id {message}")).field("id", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_is_ended_by_its_asker_alone() {
        let running = Running::default();
        let id = format!("qry_{}", "a".repeat(20));
        let entry = running.enter(&id, UserId(1)).unwrap();
        assert_eq!(running.enter(&id, UserId(1)).unwrap_err().code, Code::Conflict);
        assert_eq!(running.end(&id, UserId(2)).unwrap_err().code, Code::NotFound);
        running.end(&id, UserId(1)).unwrap();
        assert_eq!(entry.ended().await.code, Code::Cancelled);
        drop(entry);
        assert!(running.enter(&id, UserId(1)).is_ok());
        assert!(running.enter("qry_short", UserId(1)).is_err());
    }
}
