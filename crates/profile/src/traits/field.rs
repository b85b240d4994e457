//! What a definition may look at: the columns of `order_line` and what follows from the time on the business's clock.

/// A decimal column; the fold sees its unscaled integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Number {
    Amount,
    Quantity,
    UnitPrice,
    Discount,
}

/// A categorical column: text of the lake, or a small whole number read off the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attr {
    Kind,
    Product,
    ProductName,
    Category,
    Store,
    Channel,
    Device,
    Country,
    Coupon,
    Currency,
    Hour,
    Weekday,
    PartOfDay,
    Month,
}

/// Any name a definition may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Number(Number),
    Attr(Attr),
    /// The order a line belongs to.
    Order,
    /// The day on the wall.
    Day,
    /// The instant.
    Time,
    /// Saturday or Sunday: a condition by itself.
    Weekend,
}

/// How many decimal columns there are.
pub(super) const NUMBERS: usize = 4;
/// How many categorical columns there are.
pub(super) const ATTRS: usize = 14;
/// How many of them are text of the lake; they come first.
pub(super) const TEXTS: usize = 10;
/// Parts of the day by `hour / 6`.
pub(super) const PARTS: [&str; 4] = ["night", "morning", "afternoon", "evening"];
/// The kinds of a line.
pub(super) const KINDS: [&str; 3] = ["sale", "return", "adjustment"];

const FIELDS: [(&str, Field); 22] = [
    ("kind", Field::Attr(Attr::Kind)),
    ("product", Field::Attr(Attr::Product)),
    ("product_name", Field::Attr(Attr::ProductName)),
    ("category", Field::Attr(Attr::Category)),
    ("store", Field::Attr(Attr::Store)),
    ("channel", Field::Attr(Attr::Channel)),
    ("device", Field::Attr(Attr::Device)),
    ("country", Field::Attr(Attr::Country)),
    ("coupon", Field::Attr(Attr::Coupon)),
    ("currency", Field::Attr(Attr::Currency)),
    ("hour", Field::Attr(Attr::Hour)),
    ("weekday", Field::Attr(Attr::Weekday)),
    ("part_of_day", Field::Attr(Attr::PartOfDay)),
    ("month", Field::Attr(Attr::Month)),
    ("amount", Field::Number(Number::Amount)),
    ("quantity", Field::Number(Number::Quantity)),
    ("unit_price", Field::Number(Number::UnitPrice)),
    ("discount", Field::Number(Number::Discount)),
    ("order", Field::Order),
    ("day", Field::Day),
    ("time", Field::Time),
    ("weekend", Field::Weekend),
];

impl Field {
    /// Looks a name up.
    pub(super) fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(n, _)| *n == name).map(|(_, field)| *field)
    }

    /// All names, for suggestions.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(name, _)| *name)
    }
}

impl Number {
    pub(super) const ALL: [Self; NUMBERS] = [Self::Amount, Self::Quantity, Self::UnitPrice, Self::Discount];

    /// The column of `order_line`, also the name in a definition.
    pub(super) const fn column(self) -> &'static str {
        ["amount", "quantity", "unit_price", "discount"][self as usize]
    }

    /// Digits after the point in the lake.
    pub(super) const fn scale(self) -> u32 {
        if matches!(self, Self::Quantity) { base::Quantity::SCALE } else { base::Amount::SCALE }
    }

    pub(super) const fn is_money(self) -> bool {
        !matches!(self, Self::Quantity)
    }

    pub(super) const fn nullable(self) -> bool {
        matches!(self, Self::UnitPrice | Self::Discount)
    }
}

impl Attr {
    pub(super) const TEXT: [Self; TEXTS] = [
        Self::Kind,
        Self::Product,
        Self::ProductName,
        Self::Category,
        Self::Store,
        Self::Channel,
        Self::Device,
        Self::Country,
        Self::Coupon,
        Self::Currency,
    ];

    /// The name in a definition; for text also the column of `order_line`.
    pub(super) const fn name(self) -> &'static str {
        FIELDS[self as usize].0
    }

    /// Text of the lake, as opposed to the clock's.
    pub(super) const fn is_text(self) -> bool {
        (self as usize) < TEXTS
    }

    pub(super) const fn nullable(self) -> bool {
        self.is_text() && !matches!(self, Self::Kind | Self::Currency)
    }

    /// The smallest and largest value of a field of the clock.
    pub(super) const fn bounds(self) -> (i64, i64) {
        match self {
            Self::Hour => (0, 23),
            Self::Weekday => (1, 7),
            Self::Month => (1, 12),
            _ => (0, 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_names_is_in_the_order_of_the_fields() {
        for (i, attr) in Attr::TEXT.into_iter().enumerate() {
            assert_eq!((attr as usize, Field::named(attr.name())), (i, Some(Field::Attr(attr))));
        }
        for attr in [Attr::Hour, Attr::Weekday, Attr::PartOfDay, Attr::Month] {
            assert_eq!(Field::named(attr.name()), Some(Field::Attr(attr)));
        }
        for number in Number::ALL {
            assert_eq!(Field::named(number.column()), Some(Field::Number(number)));
        }
    }
}
