//! Names of columns in Chinese and English, most telling first within a field.

use super::{Field, FileKind};

/// How well a column's name fits a field: the share of certainty and the synonym that matched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameMatch {
    /// 0 … 1.
    pub score: f64,
    /// The synonym that matched.
    pub synonym: &'static str,
    /// Whether the whole name matched, not only a part of it.
    pub whole: bool,
}

/// The canonical spelling of a column name: half width, lower case, without spaces, marks and bracketed units.
pub fn normalise(name: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(name.len());
    for c in name.chars().map(half_width) {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// The half-width form of a full-width character; others as they are.
pub const fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(half) => half,
            None => c,
        },
        _ => c,
    }
}

/// How well a column name fits a field of a kind of file.
pub fn name_match(kind: FileKind, field: Field, name: &str) -> Option<NameMatch> {
    let name = normalise(name);
    let own = normalise(field.as_str());
    if name == own {
        return Some(NameMatch { score: 1.0, synonym: field.as_str(), whole: true });
    }
    let synonyms = of(kind, field);
    if let Some((at, synonym)) = synonyms.split_ascii_whitespace().enumerate().find(|(_, s)| *s == name) {
        return Some(NameMatch { score: 0.98 - 0.004 * at as f64, synonym, whole: true });
    }
    let parts = synonyms.split_ascii_whitespace().filter(|s| long_enough(s) && name.contains(s));
    let part = parts.max_by_key(|s| s.len())?;
    let share = part.chars().count() as f64 / name.chars().count() as f64;
    Some(NameMatch { score: 0.45 + 0.35 * share, synonym: part, whole: false })
}

/// Whether a column's name says a day, so that a neighbour's `时间` or `Time` means the time of that day.
pub fn names_a_day(name: &str) -> bool {
    let name = normalise(name);
    name.contains("日期") || name.contains("date") || name == "day"
}

/// Short ASCII words hide in other words ("no" in "notes"); two Chinese characters do not.
fn long_enough(synonym: &str) -> bool {
    if synonym.is_ascii() { synonym.len() >= 4 } else { synonym.chars().count() >= 2 }
}

/// Synonyms of a field, normalised, separated by spaces.
fn of(kind: FileKind, field: Field) -> &'static str {
    match kind {
        FileKind::Orders => of_orders(field),
        FileKind::Customers => of_customers(field),
        FileKind::Products => of_products(field),
    }
}

fn of_orders(field: Field) -> &'static str {
    match field {
        Field::OrderId => {
            "订单号 订单编号 单号 小票号 发票号 交易号 流水号 交易单号 交易流水号 销售单号 单据编号 单据号 \
             订单id 主订单编号 发票号码 invoiceno invoice invoiceid invoicenumber orderid orderno ordernumber \
             order receiptno receipt receiptid transactionid transactionno transaction txnid basketid basket \
             ticketno billno salesid documentno"
        }
        Field::Time => {
            "下单时间 交易时间 销售时间 付款时间 支付时间 订单创建时间 创建时间 订单时间 成交时间 消费时间 \
             时间 下单日期 交易日期 销售日期 订单日期 成交日期 消费日期 单据日期 开票日期 购买时间 购买日期 \
             日期 invoicedate orderdate ordertime orderedat orderdatetime transactiondate transactiontime \
             purchasedate purchasetime saledate salesdate datetime timestamp createdat paidat date time day"
        }
        Field::TimeOfDay => "时刻 时分 时分秒 钟点 timeofday clock hour time 时间",
        Field::Customer => {
            "会员卡号 会员号 会员编号 会员id 卡号 客户编号 客户号 客户id 客户代码 顾客编号 顾客号 用户id \
             用户编号 买家id 会员代码 会员 客户 customerid customer customerno customernumber customercode \
             custid custno clientid memberid memberno membernumber membercard member card cardno cardnumber cardid \
             loyaltycard loyaltyid userid user buyerid accountid masterid householdkey externalid"
        }
        Field::CustomerEmail => "邮箱 电子邮箱 电子邮件 email emailaddress mail buyeremail",
        Field::CustomerPhone => {
            "手机号 手机 手机号码 联系电话 电话 联系方式 电话号码 phone mobile phonenumber mobilephone tel \
             telephone cellphone"
        }
        Field::CustomerName => {
            "客户姓名 会员姓名 顾客姓名 客户名称 会员名 买家姓名 收货人 收货人姓名 收件人 姓名 昵称 \
             customername buyername clientname membername shippingname billingname recipient"
        }
        Field::Product => {
            "商品编码 商品编号 货号 商品代码 商品id 款号 sku sku编码 商品条码 条形码 条码 产品编号 产品编码 \
             产品id 物料编码 商家编码 规格编码 商品货号 stockcode productid productcode product productno \
             itemcode itemid itemno itemnumber articleno article articleid skuid skucode barcode ean upc \
             lineitemsku variantid item"
        }
        Field::ProductName => {
            "商品名称 商品名 产品名称 品名 货品名称 商品标题 宝贝标题 商品 产品 菜品 菜品名称 商品描述 \
             description productname producttitle itemname itemdescription productdescription lineitemname \
             articlename title"
        }
        Field::Category => {
            "商品分类 商品类别 品类 类别 分类 类目 大类 中类 小类 品类名称 category productcategory \
             categoryname department productgroup itemgroup subcategory"
        }
        Field::Quantity => {
            "数量 件数 销售数量 购买数量 商品数量 销量 个数 商品件数 quantity qty units pieces pcs count \
             quantitysold lineitemquantity cds itemcount totalqty"
        }
        Field::UnitPrice => {
            "单价 商品单价 销售单价 售价 成交单价 价格 商品价格 零售价 unitprice price itemprice priceperunit \
             sellingprice lineitemprice"
        }
        Field::Amount => {
            "实付金额 实付 实收金额 实收 实付款 成交金额 支付金额 付款金额 实际支付金额 买家实际支付金额 \
             销售金额 销售额 交易金额 消费金额 金额 小计 合计 总金额 总价 订单金额 应付金额 amountpaid \
             paidamount netamount lineamount linetotal salesamount amount totalamount totalprice total \
             netsales sales salesvalue revenue subtotal dollars spend value ordertotal grandtotal"
        }
        Field::Discount => {
            "折扣金额 优惠金额 优惠 折扣 减免 减免金额 让利 让利金额 优惠合计 折让 discountamount discount \
             discountvalue markdown lineitemdiscount rebate"
        }
        Field::Currency => "币种 货币 币别 结算币种 currency currencycode ccy",
        Field::Store => {
            "门店 店铺 门店名称 门店编号 店铺名称 店名 分店 网点 柜台 专柜 门店编码 店号 store storeid \
             storename storecode shop shopname shopid branch outlet location warehouse"
        }
        Field::Channel => {
            "渠道 销售渠道 订单来源 来源 平台 来源渠道 下单渠道 channel saleschannel platform ordersource \
             source"
        }
        Field::Device => "设备 终端 下单终端 设备类型 device devicetype terminal",
        Field::Country => "国家 国家地区 country countrycode countryname shippingcountry nation",
        Field::Coupon => {
            "优惠券 优惠码 券码 优惠券码 优惠券编号 促销码 活动编号 coupon couponcode promocode promotioncode \
             discountcode voucher vouchercode"
        }
        Field::Type => {
            "类型 交易类型 订单类型 单据类型 订单状态 销售类型 业务类型 退货标志 是否退货 状态 type ordertype \
             transactiontype linetype saletype orderstatus status documenttype"
        }
        _ => "",
    }
}

fn of_customers(field: Field) -> &'static str {
    match field {
        Field::Customer => of_orders(Field::Customer),
        Field::Name => {
            "姓名 客户姓名 会员姓名 顾客姓名 名称 客户名称 会员名 昵称 fullname customername membername \
             displayname nickname"
        }
        Field::GivenName => "名 名字 firstname givenname forename",
        Field::FamilyName => "姓 姓氏 lastname familyname surname",
        Field::Email => of_orders(Field::CustomerEmail),
        Field::Phone => of_orders(Field::CustomerPhone),
        Field::Gender => "性别 gender sex",
        Field::Birthday => "生日 出生日期 出生年月日 出生年月 birthday birthdate dateofbirth dob",
        Field::City => "城市 所在城市 市 常住城市 city town",
        Field::Country => "国家 国家地区 country countrycode countryname nation",
        Field::Address => "地址 详细地址 联系地址 收货地址 住址 address streetaddress street address1 postaladdress",
        Field::Joined => {
            "注册时间 注册日期 入会时间 入会日期 开卡日期 开卡时间 加入时间 创建时间 办卡日期 joined joinedat \
             joindate signupdate registrationdate registered registeredat membersince createdat enrolmentdate \
             enrollmentdate"
        }
        Field::Store => {
            "门店 所属门店 开卡门店 注册门店 归属门店 店铺 主门店 store homestore storename storeid shop \
             branch"
        }
        Field::Language => "语言 首选语言 language lang locale preferredlanguage",
        Field::ReferredBy => {
            "推荐人 介绍人 邀请人 推荐人卡号 推荐人编号 推荐会员 referredby referrer referrerid invitedby"
        }
        _ => "",
    }
}

fn of_products(field: Field) -> &'static str {
    match field {
        Field::Product => of_orders(Field::Product),
        Field::Name => of_orders(Field::ProductName),
        Field::NameEn => "英文名称 英文名 商品英文名 nameen englishname descriptionen",
        Field::NameZh => "中文名称 中文名 商品中文名 namezh namecn chinesename",
        Field::Category => of_orders(Field::Category),
        Field::Brand => "品牌 品牌名称 brand brandname manufacturer vendor",
        Field::Price => {
            "售价 零售价 单价 价格 吊牌价 标价 原价 销售价 price unitprice listprice retailprice sellingprice \
             rrp msrp"
        }
        Field::Cost => "成本 成本价 进价 进货价 采购价 cost unitcost costprice purchaseprice",
        _ => "",
    }
}
