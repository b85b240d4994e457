//! One receipt line in its compact form: 28 bytes, so that a month of a large business sorts in memory.

/// Channels by number, as in `CHANNELS`.
pub(crate) const STORE: u8 = 0;
pub(crate) const WEB: u8 = 1;
pub(crate) const APP: u8 = 2;
pub(crate) const CHANNEL_PHONE: u8 = 3;
pub(crate) const CHANNELS: [&str; 4] = ["store", "web", "app", "phone"];

/// Devices by number, as in `DEVICES`; 0 = none.
pub(crate) const MOBILE: u8 = 1;
pub(crate) const DESKTOP: u8 = 2;
pub(crate) const TABLET: u8 = 3;
pub(crate) const DEVICES: [&str; 4] = ["", "mobile", "desktop", "tablet"];

/// Bytes of a stored line.
pub(crate) const BYTES: usize = 28;

/// A receipt line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Seconds on the wall clock since the first day began.
    pub(crate) second: u32,
    /// Index of the customer; from `Scenario::customers` on: orders without a card.
    pub(crate) customer: u32,
    /// Position of the order among those of the customer, and of the line within it.
    pub(crate) order: u16,
    pub(crate) number: u8,
    /// A return.
    pub(crate) comes_back: bool,
    pub(crate) product: u16,
    /// Negative on returns.
    pub(crate) quantity: i16,
    /// 1/100 CNY; on returns what was paid per piece.
    pub(crate) unit_price: u32,
    /// 1/100 CNY off the whole line.
    pub(crate) discount: u32,
    pub(crate) coupon: u8,
    /// Position in `plan::STORES`; beyond it: none.
    pub(crate) store: u8,
    pub(crate) channel: u8,
    pub(crate) device: u8,
}

impl Line {
    /// What was paid, in 1/100 CNY; negative on returns.
    pub(crate) fn amount(&self) -> i64 {
        i64::from(self.quantity) * i64::from(self.unit_price) - i64::from(self.discount)
    }

    /// The day since the start.
    pub(crate) const fn day(&self) -> i32 {
        (self.second / 86_400) as i32
    }

    /// Position in the file: by time, the lines of an order together. Unique.
    pub(crate) fn key(&self) -> (u64, u32) {
        let order = u32::from(self.order) << 8 | u32::from(self.number);
        (u64::from(self.second) << 32 | u64::from(self.customer), order)
    }

    /// Whether `other` is a line of the same order.
    pub(crate) const fn same_order(&self, other: &Self) -> bool {
        self.customer == other.customer && self.order == other.order
    }

    pub(crate) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[0..4].copy_from_slice(&self.second.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.customer.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.order.to_le_bytes());
        bytes[10] = self.number;
        bytes[11] = u8::from(self.comes_back);
        bytes[12..14].copy_from_slice(&self.product.to_le_bytes());
        bytes[14..16].copy_from_slice(&self.quantity.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.unit_price.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.discount.to_le_bytes());
        bytes[24..28].copy_from_slice(&[self.coupon, self.store, self.channel, self.device]);
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let four = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let two = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self {
            second: four(0),
            customer: four(4),
            order: two(8),
            number: bytes[10],
            comes_back: bytes[11] == 1,
            product: two(12),
            quantity: two(14).cast_signed(),
            unit_price: four(16),
            discount: four(20),
            coupon: bytes[24],
            store: bytes[25],
            channel: bytes[26],
            device: bytes[27],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_line_comes_back_whole() {
        let line = Line {
            second: 63_000_001,
            customer: 10_000_019,
            order: 513,
            number: 3,
            comes_back: true,
            product: 151,
            quantity: -2,
            unit_price: 498_000,
            discount: 10,
            coupon: 1,
            store: u8::MAX,
            channel: APP,
            device: TABLET,
        };
        assert_eq!(Line::from_bytes(&line.to_bytes()), line);
    }
}
