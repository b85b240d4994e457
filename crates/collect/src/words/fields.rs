//! What the fields of files are called.

use web::Text;

use crate::mapping::{Field, FileKind};

/// The name of a field.
pub(crate) fn field_label(field: Field) -> Text {
    use Field as F;
    let (en, zh) = match field {
        F::OrderId => ("Order number", "订单号"),
        F::Time => ("Time", "时间"),
        F::TimeOfDay => ("Time of day", "钟点"),
        F::Customer => ("Customer number", "客户编号"),
        F::CustomerEmail => ("Customer's e-mail", "客户邮箱"),
        F::CustomerPhone => ("Customer's phone", "客户电话"),
        F::CustomerName => ("Customer's name", "客户姓名"),
        F::Product => ("Product code", "商品编码"),
        F::ProductName => ("Product name", "商品名称"),
        F::Category => ("Category", "类别"),
        F::Quantity => ("Quantity", "数量"),
        F::UnitPrice => ("Unit price", "单价"),
        F::Amount => ("Amount", "金额"),
        F::Discount => ("Discount", "折扣"),
        F::Currency => ("Currency", "货币"),
        F::Store => ("Store", "门店"),
        F::Channel => ("Channel", "渠道"),
        F::Device => ("Device", "设备"),
        F::Country => ("Country", "国家"),
        F::Coupon => ("Coupon", "优惠券"),
        F::Type => ("Kind of line", "行类型"),
        F::Name => ("Name", "名称"),
        F::GivenName => ("Given name", "名"),
        F::FamilyName => ("Family name", "姓"),
        F::Email => ("E-mail", "邮箱"),
        F::Phone => ("Phone", "电话"),
        F::Gender => ("Gender", "性别"),
        F::Birthday => ("Birthday", "生日"),
        F::City => ("City", "城市"),
        F::Address => ("Address", "地址"),
        F::Joined => ("Joined", "入会时间"),
        F::Language => ("Language", "语言"),
        F::ReferredBy => ("Referred by", "推荐人"),
        F::NameEn => ("English name", "英文名称"),
        F::NameZh => ("Chinese name", "中文名称"),
        F::Brand => ("Brand", "品牌"),
        F::Price => ("List price", "标价"),
        F::Cost => ("Cost", "成本"),
    };
    Text::new(en, zh)
}

/// The name of a field in files of a kind: what people are called has another word in Chinese than what goods are called.
pub(crate) fn field_label_in(kind: FileKind, field: Field) -> Text {
    match (kind, field) {
        (FileKind::Customers, Field::Name) => Text::new("Name", "姓名"),
        _ => field_label(field),
    }
}

/// What a field means.
pub(crate) fn field_about(field: Field) -> Text {
    use Field as F;
    let (en, zh) = match field {
        F::OrderId => ("Number of the receipt, invoice or order.", "小票、发票或订单的编号。"),
        F::Time => ("When it was bought: a date, or date and time.", "购买的日期，或日期和时间。"),
        F::TimeOfDay => ("The time of day, where it has a column of its own.", "单独成列的钟点。"),
        F::Customer => ("Card, member or external number of the customer.", "客户的卡号、会员号或外部编号。"),
        F::CustomerEmail => ("E-mail address of who ordered.", "下单客户的电子邮箱。"),
        F::CustomerPhone => ("Telephone number of who ordered.", "下单客户的电话。"),
        F::CustomerName => ("Name of who ordered.", "下单客户的姓名。"),
        F::Product => ("Code of the product.", "商品的编码。"),
        F::ProductName => ("Name of the product as printed on the receipt.", "小票上的商品名称。"),
        F::Category => ("Category of the product.", "商品的类别。"),
        F::Quantity => ("How many; negative on returns in some systems.", "数量；有的系统退货为负数。"),
        F::UnitPrice => ("Price of one piece.", "单件价格。"),
        F::Amount => ("What was paid for the line, after discount.", "该行折后实付金额。"),
        F::Discount => ("How much was taken off the line.", "该行优惠的金额。"),
        F::Currency => ("Currency of the line (ISO 4217).", "该行的货币（ISO 4217）。"),
        F::Store => ("Store of the order; for a customer the home store.", "订单的门店；对客户为所属门店。"),
        F::Channel => ("Shop, web, app, marketplace.", "门店、网站、应用或平台。"),
        F::Device => ("Device of an online order.", "线上订单的设备。"),
        F::Country => ("Country.", "国家或地区。"),
        F::Coupon => ("Code of a coupon or promotion.", "优惠券或促销代码。"),
        F::Type => ("Sale, return, cancellation: what the line is.", "销售、退货或取消：该行是什么。"),
        F::Name => ("Full name of the customer, or name of the product.", "客户的全名，或商品的名称。"),
        F::GivenName => ("Given name.", "客户的名。"),
        F::FamilyName => ("Family name.", "客户的姓。"),
        F::Email => ("E-mail address.", "电子邮箱。"),
        F::Phone => ("Telephone number.", "电话号码。"),
        F::Gender => ("Gender.", "性别。"),
        F::Birthday => ("Birthday, with or without the year.", "生日，年份可有可无。"),
        F::City => ("City.", "所在城市。"),
        F::Address => ("Postal address.", "邮寄地址。"),
        F::Joined => ("When the customer joined.", "客户入会的时间。"),
        F::Language => ("Preferred language.", "偏好的语言。"),
        F::ReferredBy => ("Number of the customer who brought this one.", "推荐该客户的客户编号。"),
        F::NameEn => ("English name of the product.", "商品的英文名称。"),
        F::NameZh => ("Chinese name of the product.", "商品的中文名称。"),
        F::Brand => ("Brand.", "商品的品牌。"),
        F::Price => ("List price.", "商品的标价。"),
        F::Cost => ("Cost of purchase.", "商品的进货成本。"),
    };
    Text::new(en, zh)
}
