//! Product files.

use base::Amount;

use super::bad::BadRow;
use super::decoder::Decoder;
use super::number::parse_scaled;
use super::record::Row;
use crate::mapping::{Field, FileKind};
use crate::source::RawChunk;

/// One product of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "texts are the fields of the same name")]
pub struct ProductRecord {
    /// Number of the row in the file, from 1.
    pub row: u64,
    /// Product code.
    pub product: String,
    pub name: Option<String>,
    pub name_en: Option<String>,
    pub name_zh: Option<String>,
    pub category: Option<String>,
    pub brand: Option<String>,
    /// List price.
    pub price: Option<Amount>,
    /// Cost of purchase.
    pub cost: Option<Amount>,
}

/// The products of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductBatch {
    /// Products in the order of the file.
    pub records: Vec<ProductRecord>,
    /// Rows that could not be taken.
    pub bad: Vec<BadRow>,
    /// Values that could not be taken, of rows that were.
    pub dropped: Vec<BadRow>,
}

impl Decoder {
    /// Reads the rows of a product file. A row without a code is bad; a price that cannot be read is left out and listed.
    pub fn decode_products(&self, chunk: &RawChunk) -> ProductBatch {
        self.expect_kind(FileKind::Products);
        let mut batch = ProductBatch::default();
        for at in 0..chunk.len() {
            let mut row = Row { decoder: self, chunk, at, dropped: &mut batch.dropped };
            match row.key(Field::Product) {
                Ok(product) => batch.records.push(self.product(product, &mut row)),
                Err(bad) => batch.bad.push(bad),
            }
        }
        batch
    }

    fn product(&self, product: String, row: &mut Row<'_>) -> ProductRecord {
        let money = |cell: &[u8]| Ok(parse_scaled(cell, Amount::SCALE, self.decimal())?.map(Amount));
        ProductRecord {
            row: row.chunk.first_row + row.at as u64,
            product,
            name: row.text(Field::Name),
            name_en: row.text(Field::NameEn),
            name_zh: row.text(Field::NameZh),
            category: row.text(Field::Category),
            brand: row.text(Field::Brand),
            price: row.read(Field::Price, money),
            cost: row.read(Field::Cost, money),
        }
    }
}
