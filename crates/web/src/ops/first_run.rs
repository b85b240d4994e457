//! The first start: somebody must be able to sign in.

use base::{Code, Problem, UserId};

use super::email;
use crate::App;
use crate::entropy::bytes;
use crate::model::{Event, Who};
use crate::rules::password::readable;
use crate::rules::role::Role;
use crate::store::user::{user_count, user_insert};

/// The owner that was made, with a password that is nowhere else: print it once.
#[derive(Clone, Debug)]
pub struct FirstOwner {
    /// Number.
    pub id: UserId,
    /// What he signs in with.
    pub email: String,
    /// The password.
    pub password: String,
}

/// Makes an owner when there are no users at all.
pub async fn first_run(app: &App, address: &str) -> Result<Option<FirstOwner>, Problem> {
    let mut tx = app.db.read().await?;
    let count = user_count(&mut tx).await?;
    drop(tx);
    if count > 0 {
        return Ok(None);
    }
    create(app, address, "Owner", Role::Owner, true).await
}

/// Makes a user with a generated password, for the command line.
pub async fn user_create(app: &App, address: &str, name: &str, role: Role) -> Result<FirstOwner, Problem> {
    let made = create(app, address, name, role, false).await?;
    made.ok_or_else(|| Problem::new(Code::Internal, "the user was not made"))
}

async fn create(
    app: &App,
    address: &str,
    name: &str,
    role: Role,
    only_first: bool,
) -> Result<Option<FirstOwner>, Problem> {
    let (email, name) = (email(address)?, super::name(name)?);
    let password = readable(bytes(app.entropy.as_ref()));
    let hash = app.passwords.hash(app.entropy.as_ref(), &password).await?;
    let mut tx = app.db.write().await?;
    if only_first && user_count(&mut tx).await? > 0 {
        return Ok(None);
    }
    let id = user_insert(&mut tx, app.now(), (&email, &name, role), &hash).await.map_err(super::user::taken)?;
    let detail = serde_json::json!({"role": role});
    app.audit(&mut tx, Event::new(Who::system(), "user.create", id).detail(detail)).await?;
    tx.commit().await?;
    Ok(Some(FirstOwner { id, email, password }))
}
