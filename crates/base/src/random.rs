//! Randomness as an argument: one generator, seeded, the same on every machine.

use rand::SeedableRng;

/// The generator used throughout: ChaCha with 8 rounds, reproducible by seed across platforms and versions.
pub type Rng = rand_chacha::ChaCha8Rng;

/// A generator from a seed and a stream; different streams of one seed are independent.
pub fn seeded(seed: u64, stream: u64) -> Rng {
    let mut rng = Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}
