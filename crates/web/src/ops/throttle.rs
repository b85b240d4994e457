//! Counts tries to sign in before they are made, so that many at once are counted too; a success takes the count back.

use base::Problem;
use store::Tx;

use crate::App;
use crate::entropy::token_hash;
use crate::model::Caller;
use crate::rules::address::subscriber;
use crate::rules::throttle::{Of, blocked_to, failures};
use crate::store::throttle::{Tries, throttle_delete, throttle_get, throttle_set};

/// The buckets of a try. Hashed: who tried to sign in is nobody's business but the audit log's.
pub(crate) struct Buckets {
    account: String,
    address: String,
}

impl Buckets {
    pub(crate) fn new(email: &str, caller: &Caller) -> Self {
        Self {
            account: token_hash(&format!("account:{email}")),
            address: token_hash(&format!("address:{}", subscriber(caller.ip))),
        }
    }
}

/// Counts a try. `Some`: it is refused, for so many seconds.
pub(crate) async fn begin(app: &App, buckets: &Buckets) -> Result<Option<u64>, Problem> {
    let now = app.now();
    let mut tx = app.db.write().await?;
    let mut wait = 0;
    // Always in the same order: two tries at once must not wait for each other.
    for (of, bucket) in [(Of::Account, &buckets.account), (Of::Address, &buckets.address)] {
        let tries = throttle_get(&mut tx, bucket).await?;
        wait = wait.max(tries.blocked_to - now);
        let failures = failures(tries.failures, tries.failed_at, now);
        throttle_set(&mut tx, bucket, Tries { failures, blocked_to: blocked_to(of, failures, now), failed_at: now })
            .await?;
    }
    if wait > 0 {
        // A refused try does not count, or waiting would never end.
        tx.rollback().await?;
        return Ok(Some(u64::try_from(wait).unwrap_or(0).div_ceil(1_000_000)));
    }
    tx.commit().await?;
    Ok(None)
}

/// Forgets the account's failures, and of the address the one that was none.
pub(crate) async fn success(tx: &mut Tx, buckets: &Buckets) -> Result<(), Problem> {
    throttle_delete(tx, &buckets.account).await?;
    less_one(tx, &buckets.address).await
}

/// Takes back the last try: it was right, but there is a second step to come.
pub(crate) async fn half_way(tx: &mut Tx, buckets: &Buckets) -> Result<(), Problem> {
    less_one(tx, &buckets.account).await?;
    less_one(tx, &buckets.address).await
}

async fn less_one(tx: &mut Tx, bucket: &str) -> Result<(), Problem> {
    let tries = throttle_get(tx, bucket).await?;
    let failures = (tries.failures - 1).max(0);
    throttle_set(tx, bucket, Tries { failures, blocked_to: 0, ..tries }).await
}

/// Forgets an account's failures: its password was set anew.
pub(crate) async fn forget(tx: &mut Tx, email: &str) -> Result<(), Problem> {
    throttle_delete(tx, &token_hash(&format!("account:{email}"))).await
}
