//! What every crate shares: identifiers, time, money, hashing, randomness, the shape of an error and the Chinese of what the product
//! says. Pure: no I/O.
//!
//! Time, randomness and ids are arguments everywhere else in the workspace; the only places that touch the ambient ones
//! are [`SystemClock`] and [`seeded`].

pub mod amount;
pub mod clock;
pub mod hash;
pub mod id;
pub mod problem;
pub mod random;
pub mod words;
pub mod zone;

pub use amount::{Amount, Quantity};
pub use clock::{Clock, FixedClock, Micros, SystemClock};
pub use id::{ApiKeyId, AuditId, BatchId, CustomerId, ImportId, InvitationId, QuestionId, SessionId, UploadId, UserId};
pub use problem::{Code, FieldProblem, Problem};
pub use random::{Rng, seeded};
pub use zone::Zone;
