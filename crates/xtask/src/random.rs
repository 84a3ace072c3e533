//! Numbers that look random and are the same every time: what is done by chance can be done again.

/// Numbers that look random and are the same every time (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `end`, each as often.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Below `end`, the small ones more often: half of them are in the first eighth.
    pub(crate) const fn skewed(&mut self, end: u64) -> u64 {
        let (a, b, c) = (self.below(end), self.below(end), end);
        // The product of two fractions, and of three for one in two.
        let product = a * b / c;
        if self.next().is_multiple_of(2) {
            product * self.below(end) / c
        } else {
            product
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_have_most() {
        let mut random = Random::new(1);
        let low = (0..10_000).filter(|_| random.skewed(800) < 100).count();
        assert!((4_000..9_000).contains(&low), "{low}");
    }
}
