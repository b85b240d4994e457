//! What a list of customers can show, be sorted and filtered by.

use profile::ops::CustomerField;
use profile::traits::{Trait, TraitType, Traits};
use profile::{AttributeDef, AttributeType, IdentityKind};

use super::column::Shape;
use crate::model::{Dimension, Text};
use crate::rules::book::Book;

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Identity,
    Attribute,
    Trait,
    Segment,
    System,
}

/// Where the values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A field of the table `customer`.
    Customer(CustomerField),
    /// Identities of a kind.
    Identity(IdentityKind),
    /// A column of the lake table `trait`.
    Trait,
    /// A column of the lake table `rfm`.
    Place,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Define {
    pub(crate) name: String,
    pub(crate) group: Group,
    pub(crate) label: Text,
    pub(crate) description: Option<Text>,
    pub(crate) unit: &'static str,
    pub(crate) shape: Shape,
    pub(crate) source: Source,
    pub(crate) personal: bool,
    /// The possible values, where they are few.
    pub(crate) options: Vec<(String, Text)>,
}

/// Attributes that are shown as identities.
pub(crate) const AS_IDENTITY: [&str; 2] = ["email", "phone"];

pub(crate) fn text(en: &str, zh: &str) -> Text {
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

/// All columns: name, identities, attributes, places, traits, then what the product itself knows.
pub(crate) fn columns(
    attributes: &[AttributeDef],
    kinds: &[IdentityKind],
    traits: &Traits,
    book: &Book,
) -> Vec<Define> {
    let mut all = vec![system("name", "Name", "姓名", Shape::Text, CustomerField::Name)];
    all[0].group = Group::Identity;
    all[0].personal = true;
    let mut shown: Vec<IdentityKind> = vec![IdentityKind::PHONE, IdentityKind::EMAIL, IdentityKind::CARD];
    shown.extend(
        kinds.iter().filter(|k| ![IdentityKind::PHONE, IdentityKind::EMAIL, IdentityKind::CARD].contains(k)).cloned(),
    );
    all.extend(shown.iter().map(identity));
    let plain = attributes.iter().filter(|a| a.name != "name" && !AS_IDENTITY.contains(&a.name.as_ref()));
    all.extend(plain.map(attribute));
    all.extend(places(book));
    all.extend(traits.list().iter().map(of_trait));
    all.extend([
        system("first_seen", "First seen", "首次出现", Shape::Time, CustomerField::FirstSeen),
        system("last_seen", "Last seen", "最近出现", Shape::Time, CustomerField::LastSeen),
        system("created_at", "Known since", "建档时间", Shape::Time, CustomerField::CreatedAt),
        system("updated_at", "Changed", "更新时间", Shape::Time, CustomerField::UpdatedAt),
        system("import", "Import", "导入批次", Shape::Import, CustomerField::Import),
        system("id", "Id", "编号", Shape::Id, CustomerField::Id),
    ]);
    // Traits and places have their names; whoever else wants one of them gets another.
    let taken: Vec<String> = all.iter().filter(|c| own(c.group)).map(|c| c.name.clone()).collect();
    for column in all.iter_mut().filter(|c| !own(c.group)) {
        if taken.contains(&column.name) {
            let prefix = if column.group == Group::Identity { "id" } else { "attribute" };
            column.name = format!("{prefix}_{}", column.name);
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|c| seen.insert(c.name.clone()));
    all
}

const fn own(group: Group) -> bool {
    matches!(group, Group::Trait | Group::Segment | Group::System)
}

fn system(name: &str, en: &str, zh: &str, shape: Shape, field: CustomerField) -> Define {
    let unit = if shape == Shape::Time { "time" } else { "text" };
    Define {
        name: name.to_owned(),
        group: Group::System,
        label: text(en, zh),
        description: None,
        unit,
        shape,
        source: Source::Customer(field),
        personal: false,
        options: Vec::new(),
    }
}

/// What a kind of identity is called.
pub(crate) fn identity_label(kind: &IdentityKind) -> Text {
    match kind.as_str() {
        "phone" => text("Telephone", "手机号"),
        "email" => text("E-mail", "邮箱"),
        "card" => text("Card", "会员卡"),
        "external" => text("Customer id", "客户编号"),
        other => text(other, other),
    }
}

fn identity(kind: &IdentityKind) -> Define {
    Define {
        group: Group::Identity,
        label: identity_label(kind),
        source: Source::Identity(kind.clone()),
        shape: Shape::Several,
        personal: true,
        ..system(kind.as_str(), "", "", Shape::Text, CustomerField::Id)
    }
}

/// The unit of an attribute's values.
pub(crate) const fn attribute_unit(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::Text => "text",
        AttributeType::Number => "count",
        AttributeType::Date => "date",
        AttributeType::Bool => "bool",
        AttributeType::List => "list",
    }
}

/// The words for values that the product itself knows.
pub(crate) fn attribute_options(name: &str) -> Vec<(String, Text)> {
    if name != "gender" {
        return Vec::new();
    }
    [("female", "Female", "女"), ("male", "Male", "男"), ("other", "Other", "其他")]
        .map(|(value, en, zh)| (value.to_owned(), text(en, zh)))
        .into()
}

fn attribute(def: &AttributeDef) -> Define {
    let shape = match def.kind {
        AttributeType::Text => Shape::Text,
        AttributeType::Number => Shape::Number,
        AttributeType::Date => Shape::Date,
        AttributeType::Bool => Shape::Bool,
        AttributeType::List => Shape::List,
    };
    Define {
        group: Group::Attribute,
        unit: attribute_unit(def.kind),
        personal: def.personal,
        options: attribute_options(&def.name),
        ..system(&def.name, &def.label_en, &def.label_zh, shape, CustomerField::Attribute(def.name.to_string()))
    }
}

fn places(book: &Book) -> Vec<Define> {
    let options = |dimension| book.titles(dimension).into_iter().map(|t| (t.name.clone(), t.label.clone())).collect();
    let place = |dimension: Dimension, en: &str, zh: &str| Define {
        group: Group::Segment,
        source: Source::Place,
        options: options(dimension),
        ..system(dimension.column(), en, zh, Shape::Text, CustomerField::Id)
    };
    let score = |name: &str, en: &str, zh: &str, shape| Define {
        group: Group::Segment,
        source: Source::Place,
        unit: "count",
        ..system(name, en, zh, shape, CustomerField::Id)
    };
    vec![
        place(Dimension::Group, "RFM group", "RFM 分组"),
        place(Dimension::Tier, "Value tier", "价值层级"),
        place(Dimension::Stage, "Life-cycle stage", "生命周期阶段"),
        score("r", "Recency score", "最近一次消费得分", Shape::Count),
        score("f", "Frequency score", "频次得分", Shape::Count),
        score("m", "Monetary score", "金额得分", Shape::Count),
        score("score", "RFM score", "RFM 综合得分", Shape::Number),
    ]
}

/// How the values of a trait read.
pub(crate) const fn trait_shape(kind: TraitType) -> Shape {
    match kind {
        TraitType::Count => Shape::Count,
        TraitType::Money => Shape::Money,
        TraitType::Number => Shape::Number,
        TraitType::Text => Shape::Text,
        TraitType::Time => Shape::Time,
    }
}

/// The unit of a trait, of those that the API knows.
pub(crate) fn trait_unit(t: &Trait) -> &'static str {
    const KNOWN: [&str; 9] = ["count", "share", "days", "orders", "lines", "pieces", "products", "text", "time"];
    match t.kind {
        TraitType::Money => "money",
        TraitType::Text => "text",
        TraitType::Time => "time",
        _ => KNOWN.into_iter().find(|k| *k == t.unit).unwrap_or("count"),
    }
}

fn of_trait(t: &Trait) -> Define {
    Define {
        group: Group::Trait,
        description: Some(text(&t.description.en, &t.description.zh)),
        unit: trait_unit(t),
        source: Source::Trait,
        ..system(&t.name, &t.label.en, &t.label.zh, trait_shape(t.kind), CustomerField::Id)
    }
}
