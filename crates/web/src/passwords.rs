//! Hashing passwords: argon2id on threads of its own, a few at a time, as slow for users that do not exist.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base::Problem;
use tokio::sync::Semaphore;

use crate::entropy::{Entropy, bytes};
use crate::settings::Settings;

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    params: Params,
    /// Each hash takes 19 MiB and a processor: a flood of log-ins must not take them all.
    turns: Semaphore,
    /// The hash of nobody's password, of the same cost as the others.
    nobody: String,
}

impl Passwords {
    pub(crate) fn new(settings: &Settings, entropy: &dyn Entropy) -> Result<Self, Problem> {
        let params = Params::new(settings.password_memory_kib, settings.password_passes, 1, None)
            .map_err(|e| Problem::internal("the settings of password hashing are not valid", e))?;
        let nobody = hash(&params, bytes(entropy), &bytes::<16>(entropy))?;
        let turns = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2);
        Ok(Self { params, turns: Semaphore::new(turns), nobody })
    }

    /// The PHC text of a password's hash.
    pub(crate) async fn hash(&self, entropy: &dyn Entropy, password: &str) -> Result<String, Problem> {
        let (params, salt, password) = (self.params.clone(), bytes(entropy), password.to_owned());
        self.blocking(move || hash(&params, salt, password.as_bytes())).await
    }

    /// Whether a password is the one of `stored`; for nobody it takes as long and is no.
    pub(crate) async fn verify(&self, stored: Option<String>, password: &str) -> Result<bool, Problem> {
        let known = stored.is_some();
        let (stored, password) = (stored.unwrap_or_else(|| self.nobody.clone()), password.to_owned());
        let right = self
            .blocking(move || {
                let stored = PasswordHash::new(&stored)
                    .map_err(|e| Problem::internal("a stored password hash is damaged", e))?;
                Ok(Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && right)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.turns.acquire().await.map_err(|e| Problem::internal("password hashing has stopped", e))?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(turn);
        done.map_err(|e| Problem::internal("password hashing failed", e))?
    }
}

fn hash(params: &Params, salt: [u8; 16], password: &[u8]) -> Result<String, Problem> {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hash: argon2::password_hash::phc::PasswordHash = argon
        .hash_password_with_salt(password, &salt)
        .map_err(|e| Problem::internal("a password cannot be hashed", e))?;
    Ok(hash.to_string())
}
