//! Customers, their identities and attributes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base::{CustomerId, ImportId, Micros};

/// What sort of identity: an e-mail address, a telephone number, a card number, the id of a source, or a source of its own name
/// (`wechat`, `erp`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKind(Cow<'static, str>);

impl IdentityKind {
    /// E-mail address, lower case.
    pub const EMAIL: Self = Self(Cow::Borrowed("email"));
    /// Telephone number in E.164.
    pub const PHONE: Self = Self(Cow::Borrowed("phone"));
    /// Membership card, upper case without separators.
    pub const CARD: Self = Self(Cow::Borrowed("card"));
    /// The customer's id in the source, as it is.
    pub const EXTERNAL: Self = Self(Cow::Borrowed("external"));

    /// The kind of this name; any name but the four above is an external id of that source. Letters, digits and `_` are kept.
    pub fn named(name: &str) -> Self {
        let name: String = crate::rules::fold(name).replace(' ', "_");
        match name.as_str() {
            "email" | "e_mail" => Self::EMAIL,
            "phone" | "mobile" => Self::PHONE,
            "card" => Self::CARD,
            "" | "external" | "id" => Self::EXTERNAL,
            _ => Self(Cow::Owned(name)),
        }
    }

    /// The kind of a stored name.
    pub(crate) fn stored(name: String) -> Self {
        [Self::EMAIL, Self::PHONE, Self::CARD, Self::EXTERNAL]
            .into_iter()
            .find(|k| k.0 == name)
            .unwrap_or(Self(Cow::Owned(name)))
    }

    /// The stored name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdentityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.as_str() {
            "email" => "e-mail address",
            "phone" => "telephone number",
            "card" => "card number",
            "external" => "customer id",
            name => name,
        })
    }
}

/// An identity in its normal form (see [`crate::rules::normalise`]): equal identities are one customer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// What sort.
    pub kind: IdentityKind,
    /// The normalised value.
    pub value: String,
}

/// Attribute values by attribute name: text, number, `"YYYY-MM-DD"`, bool or a list of texts, as the definition says. The name
/// of the customer is not among them, it has its own place.
pub type Attributes = BTreeMap<String, serde_json::Value>;

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A calendar day.
    Date,
    /// Yes or no.
    Bool,
    /// Several texts.
    List,
}

impl AttributeType {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Bool => "bool",
            Self::List => "list",
        }
    }

    /// Reads the stored name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Text, Self::Number, Self::Date, Self::Bool, Self::List].into_iter().find(|t| t.as_str() == name)
    }
}

/// What an attribute is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDef {
    /// The name: lower case, letters, digits and `_`.
    pub name: Cow<'static, str>,
    /// The type of its values.
    pub kind: AttributeType,
    /// Label in English.
    pub label_en: Cow<'static, str>,
    /// Label in Chinese.
    pub label_zh: Cow<'static, str>,
    /// Whether the product brings it; others were made by an import or a person.
    pub built_in: bool,
    /// Whether it says who somebody is, or how to reach him: who may not see that sees a part of it.
    pub personal: bool,
}

/// The attribute with the birthday of who did not tell the year: `--05-20`, as ISO 8601 has it.
pub const BIRTHDAY_WITHOUT_YEAR: &str = "birthday_without_year";

/// The attributes that the product brings, in the order they are shown.
pub static BUILT_IN: [AttributeDef; 13] = [
    personal("name", AttributeType::Text, "Name", "姓名"),
    built_in("gender", AttributeType::Text, "Gender", "性别"),
    personal("birthday", AttributeType::Date, "Birthday", "生日"),
    personal(BIRTHDAY_WITHOUT_YEAR, AttributeType::Text, "Birthday without year", "生日（无年份）"),
    personal("email", AttributeType::Text, "E-mail", "邮箱"),
    personal("phone", AttributeType::Text, "Phone", "手机号"),
    built_in("city", AttributeType::Text, "City", "城市"),
    built_in("country", AttributeType::Text, "Country", "国家"),
    personal("address", AttributeType::Text, "Address", "地址"),
    built_in("joined", AttributeType::Date, "Joined", "入会日期"),
    built_in("store", AttributeType::Text, "Store", "所属门店"),
    built_in("language", AttributeType::Text, "Language", "语言"),
    personal("referred_by", AttributeType::Text, "Referred by", "推荐人"),
];

impl AttributeDef {
    /// One that an import or a person makes. A file may hold anything, so it is personal until somebody says that it is not; yes and no
    /// name nobody.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: AttributeType, label: impl Into<Cow<'static, str>>) -> Self {
        let label = label.into();
        let personal = kind != AttributeType::Bool;
        Self { name: name.into(), kind, label_en: label.clone(), label_zh: label, built_in: false, personal }
    }
}

const fn built_in(name: &'static str, kind: AttributeType, en: &'static str, zh: &'static str) -> AttributeDef {
    let (name, label_en, label_zh) = (Cow::Borrowed(name), Cow::Borrowed(en), Cow::Borrowed(zh));
    AttributeDef { name, kind, label_en, label_zh, built_in: true, personal: false }
}

const fn personal(name: &'static str, kind: AttributeType, en: &'static str, zh: &'static str) -> AttributeDef {
    let mut def = built_in(name, kind, en, zh);
    def.personal = true;
    def
}

/// Who makes a change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The import, if it is one; what it does can be undone.
    pub import: Option<ImportId>,
    /// The instant of the change.
    pub at: Micros,
}

/// A customer to be made. Identities must be in their normal form; the first is the one he is known by in the source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewCustomer {
    /// His identities, none of which belongs to a known customer.
    pub ids: Vec<Identity>,
    /// His name.
    pub name: Option<String>,
    /// His attributes, values as their definitions say. `email` and `phone` are taken from the identities when missing.
    pub attributes: Attributes,
    /// The first thing known of him, if his history is known.
    pub first_seen: Option<Micros>,
    /// The last thing known of him.
    pub last_seen: Option<Micros>,
}

/// A customer as he is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// His id.
    pub id: CustomerId,
    /// His name.
    pub name: Option<String>,
    /// His attributes.
    pub attributes: Attributes,
    /// His identities, by kind and value.
    pub identities: Vec<Identity>,
    /// The first event of his history.
    pub first_seen: Option<Micros>,
    /// The last event of his history.
    pub last_seen: Option<Micros>,
    /// When he was made.
    pub created_at: Micros,
    /// The import that made him.
    pub created_import: Option<ImportId>,
    /// When his name or an attribute last changed.
    pub updated_at: Micros,
}
