//! The use cases: each one reads, decides, writes and audits in one transaction.

pub mod audit;
pub mod first_run;
pub mod invitation;
pub mod key;
pub mod login;
pub mod password;
pub mod second_factor;
pub mod session;
pub mod sweep;
pub(crate) mod throttle;
pub mod user;

use base::{Code, Problem};

use crate::rules::password::weakness;

/// An e-mail address as it is kept: trimmed, in lower case. A problem when it cannot be one.
pub(crate) fn email(text: &str) -> Result<String, Problem> {
    let email = text.trim().to_lowercase();
    let plausible = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(l, d)| !l.is_empty() && !d.is_empty() && !d.contains('@'));
    if plausible {
        return Ok(email);
    }
    let message = "is not an e-mail address";
    Err(Problem::new(Code::InvalidInput, format!("\"{text}\" {message}")).field("email", message))
}

/// A name that can be shown: 1 to 200 characters on one line.
pub(crate) fn name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    if (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    let message = "must have 1 to 200 characters on one line";
    Err(Problem::new(Code::InvalidInput, format!("the name {message}")).field("name", message))
}

/// Refuses a weak password, naming the field it came in.
pub(crate) fn strong(field: &str, password: &str, email: &str, name: &str) -> Result<(), Problem> {
    match weakness(password, email, name) {
        None => Ok(()),
        Some(message) => {
            Err(Problem::new(Code::InvalidInput, format!("the new password {message}")).field(field, message))
        }
    }
}
