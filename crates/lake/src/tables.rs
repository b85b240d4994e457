//! What tables the lake has: columns with stable field ids, the order of the rows, how files are split by month.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::{Code, Problem};

/// The type of a column. The stored form is the DuckLake name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// 64-bit integer.
    Int64,
    /// 32-bit integer.
    Int32,
    /// UTF-8 text.
    Text,
    /// Microseconds since 1970 UTC.
    Time,
    /// Exact decimal of 18 digits with this many after the point.
    Decimal(i8),
    /// 64-bit floating number.
    Float64,
    /// True or false.
    Bool,
}

impl ColumnType {
    /// As written to Parquet and seen by queries.
    pub fn storage(self) -> DataType {
        match self {
            Self::Int64 => DataType::Int64,
            Self::Int32 => DataType::Int32,
            Self::Text => DataType::Utf8,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Decimal(scale) => DataType::Decimal128(18, scale),
            Self::Float64 => DataType::Float64,
            Self::Bool => DataType::Boolean,
        }
    }

    /// As the reading functions give it: text with its dictionary, decimals as 64-bit integers with a scale.
    pub fn read(self) -> DataType {
        match self {
            Self::Text => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::Decimal(scale) => DataType::Decimal64(18, scale),
            other => other.storage(),
        }
    }

    /// The name in the catalog.
    pub fn name(self) -> String {
        match self {
            Self::Int64 => "int64".into(),
            Self::Int32 => "int32".into(),
            Self::Text => "varchar".into(),
            Self::Time => "timestamptz".into(),
            Self::Decimal(scale) => format!("decimal(18,{scale})"),
            Self::Float64 => "float64".into(),
            Self::Bool => "boolean".into(),
        }
    }

    /// Reads [`ColumnType::name`].
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let plain = [Self::Int64, Self::Int32, Self::Text, Self::Time, Self::Float64, Self::Bool];
        let decimal = || {
            let scale = name.strip_prefix("decimal(18,")?.strip_suffix(')')?;
            scale.parse().ok().map(Self::Decimal)
        };
        plain.into_iter().find(|t| t.name() == name).or_else(decimal).ok_or_else(|| {
            Problem::new(Code::IncompatibleStore, format!("the lake has a column of the unknown type \"{name}\""))
                .hint("it was written by a newer version: update this one")
        })
    }
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDef {
    /// The Parquet field id; never used for another column of the table.
    pub field_id: i32,
    /// The name, in `snake_case`.
    pub name: String,
    /// The type.
    pub kind: ColumnType,
    /// Whether values may be missing.
    pub nullable: bool,
}

/// A table of the lake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDef {
    /// The number in the catalog.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The columns, in the order of their field ids.
    pub columns: Vec<ColumnDef>,
    /// Whether files are split by the UTC month of `time`; otherwise all are in `month=all`.
    pub monthly: bool,
    /// The columns that order the rows of a file; missing values come first.
    pub sort: Vec<String>,
}

impl TableDef {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The column of this name; the error lists what exists.
    pub fn require(&self, name: &str) -> Result<&ColumnDef, Problem> {
        self.column(name).ok_or_else(|| {
            let known = self.columns.iter().map(|c| c.name.as_str());
            let near = base::problem::did_you_mean(name, known.clone());
            let list = known.collect::<Vec<_>>().join(", ");
            Problem::new(Code::InvalidArgument, format!("the table {} has no column \"{name}\"", self.name))
                .hint(near.unwrap_or_else(|| format!("it has {list}")))
        })
    }

    /// The names of all columns.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|c| c.name.as_str()).collect()
    }

    /// The schema as stored and queried.
    pub fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().map(|c| c.field(c.kind.storage())).collect::<Vec<_>>()))
    }

    /// The schema of `columns` as the reading functions give it.
    pub fn read_schema(&self, columns: &[&str]) -> Result<SchemaRef, Problem> {
        let fields = columns.iter().map(|name| {
            let column = self.require(name)?;
            // An older file may lack any column that was added later, so readers see all but the first ones as nullable.
            Ok(Field::new(&column.name, column.kind.read(), column.nullable))
        });
        Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<_>, Problem>>()?)))
    }
}

impl ColumnDef {
    /// The Arrow field with the Parquet field id.
    pub fn field(&self, data_type: DataType) -> Field {
        let id = (parquet::arrow::PARQUET_FIELD_ID_META_KEY.to_owned(), self.field_id.to_string());
        Field::new(&self.name, data_type, self.nullable).with_metadata([id].into())
    }
}

/// One row per receipt line: the history of all sales.
pub static ORDER_LINE: LazyLock<Arc<TableDef>> = LazyLock::new(|| {
    use ColumnType::{Decimal, Int32, Int64, Text, Time};
    let columns = [
        ("customer_id", Int64, true),
        ("time", Time, false),
        ("order_id", Text, false),
        ("order_key", Int64, false),
        ("line_no", Int32, false),
        ("kind", Text, false),
        ("product", Text, true),
        ("product_name", Text, true),
        ("category", Text, true),
        ("quantity", Decimal(3), false),
        ("unit_price", Decimal(4), true),
        ("amount", Decimal(4), false),
        ("discount", Decimal(4), true),
        ("currency", Text, false),
        ("store", Text, true),
        ("channel", Text, true),
        ("device", Text, true),
        ("country", Text, true),
        ("coupon", Text, true),
        ("return_of", Text, true),
        ("line_hash", Int64, false),
        ("import_id", Int64, false),
    ];
    let columns = columns.into_iter().zip(1..).map(|((name, kind, nullable), field_id)| ColumnDef {
        field_id,
        name: name.into(),
        kind,
        nullable,
    });
    Arc::new(TableDef {
        id: 1,
        name: "order_line".into(),
        columns: columns.collect(),
        monthly: true,
        sort: ["customer_id", "time", "order_key", "line_no"].map(Into::into).into(),
    })
});
