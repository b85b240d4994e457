//! The fields a file can fill, per kind of file.

use std::fmt;

use base::{Code, Problem, problem::did_you_mean};

/// What a row of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Order lines, or whole orders.
    Orders,
    /// Customers.
    Customers,
    /// Products.
    Products,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of our own that a column can be mapped to. The text form is stable: saved mappings use it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Field {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Field {
            /// Every field of every kind of file.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable text form, `snake_case`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

fields! {
    /// The receipt, invoice or order number.
    OrderId = "order_id",
    /// When it was bought: date, or date and time.
    Time = "time",
    /// Time of day, where it has a column of its own.
    TimeOfDay = "time_of_day",
    /// The key of the customer: card, member or external number.
    Customer = "customer",
    /// E-mail of the order's customer.
    CustomerEmail = "customer_email",
    /// Phone of the order's customer.
    CustomerPhone = "customer_phone",
    /// Name of the order's customer.
    CustomerName = "customer_name",
    /// Product code.
    Product = "product",
    /// Product name as printed on the receipt.
    ProductName = "product_name",
    /// Product category.
    Category = "category",
    /// How many, negative on returns in some systems.
    Quantity = "quantity",
    /// Price of one piece.
    UnitPrice = "unit_price",
    /// What was paid for the line, after discount.
    Amount = "amount",
    /// How much was taken off the line.
    Discount = "discount",
    /// Currency of the line.
    Currency = "currency",
    /// Store; for a customer the home store.
    Store = "store",
    /// Channel: shop, web, app, marketplace.
    Channel = "channel",
    /// Device of an online order.
    Device = "device",
    /// Country.
    Country = "country",
    /// Coupon or promotion code.
    Coupon = "coupon",
    /// Sale, return, cancellation …
    Type = "type",
    /// Full name of a customer, or the name of a product.
    Name = "name",
    /// Given name.
    GivenName = "given_name",
    /// Family name.
    FamilyName = "family_name",
    /// E-mail of a customer.
    Email = "email",
    /// Phone of a customer.
    Phone = "phone",
    /// Gender.
    Gender = "gender",
    /// Birthday, with or without the year.
    Birthday = "birthday",
    /// City.
    City = "city",
    /// Postal address.
    Address = "address",
    /// When the customer joined.
    Joined = "joined",
    /// Preferred language.
    Language = "language",
    /// Key of the customer who referred this one.
    ReferredBy = "referred_by",
    /// English name of a product.
    NameEn = "name_en",
    /// Chinese name of a product.
    NameZh = "name_zh",
    /// Brand.
    Brand = "brand",
    /// List price.
    Price = "price",
    /// Cost of purchase.
    Cost = "cost",
}

impl FileKind {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Products => "products",
        }
    }

    /// The fields a file of this kind can fill, in the order they are shown.
    pub const fn fields(self) -> &'static [Field] {
        use Field::{
            Address, Amount, Birthday, Brand, Category, Channel, City, Cost, Country, Coupon, Currency, Customer,
            CustomerEmail, CustomerName, CustomerPhone, Device, Discount, Email, FamilyName, Gender, GivenName, Joined,
            Language, Name, NameEn, NameZh, OrderId, Phone, Price, Product, ProductName, Quantity, ReferredBy, Store,
            Time, TimeOfDay, Type, UnitPrice,
        };
        match self {
            Self::Orders => &[
                OrderId,
                Time,
                TimeOfDay,
                Customer,
                CustomerEmail,
                CustomerPhone,
                CustomerName,
                Product,
                ProductName,
                Category,
                Quantity,
                UnitPrice,
                Amount,
                Discount,
                Currency,
                Store,
                Channel,
                Device,
                Country,
                Coupon,
                Type,
            ],
            Self::Customers => &[
                Customer, Name, GivenName, FamilyName, Email, Phone, Gender, Birthday, City, Country, Address, Joined,
                Store, Language, ReferredBy,
            ],
            Self::Products => &[Product, Name, NameEn, NameZh, Category, Brand, Price, Cost],
        }
    }

    /// The fields without which a file of this kind cannot be read; see [`Mapping::missing`](super::Mapping::missing).
    pub const fn required(self) -> &'static [Field] {
        match self {
            Self::Orders => &[Field::OrderId, Field::Time],
            Self::Customers => &[Field::Customer],
            Self::Products => &[Field::Product],
        }
    }

    /// Reads the name of a field of this kind; `date` is taken for `time`.
    ///
    /// # Errors
    /// `invalid_argument` that names the nearest field and lists all.
    pub fn field(self, name: &str) -> Result<Field, Problem> {
        let wanted = name.trim().to_lowercase().replace(['-', ' '], "_");
        let wanted = if self == Self::Orders && wanted == "date" { "time".to_owned() } else { wanted };
        let known = || self.fields().iter().map(|f| f.as_str());
        if let Some(field) = self.fields().iter().find(|f| f.as_str() == wanted) {
            return Ok(*field);
        }
        let near = did_you_mean(&wanted, known()).map_or(String::new(), |near| format!("{near} "));
        let all = known().collect::<Vec<_>>().join(", ");
        Err(Problem::new(Code::InvalidArgument, format!("\"{}\" is not a field of {self}", name.trim()))
            .hint(format!("{near}fields of {self}: {all}")))
    }
}

impl std::str::FromStr for FileKind {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let kinds = [Self::Orders, Self::Customers, Self::Products];
        kinds.into_iter().find(|k| k.as_str() == text.trim().to_lowercase()).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a kind of file"))
                .hint("use orders, customers or products")
        })
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
