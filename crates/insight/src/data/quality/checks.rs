//! What is checked.

use web::Text;

/// A side of quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QualityDimension)]
pub(crate) enum Dimension {
    Complete,
    Valid,
    Unique,
    Consistent,
    Fresh,
}

impl Dimension {
    pub(crate) const ALL: [Self; 5] = [Self::Complete, Self::Valid, Self::Unique, Self::Consistent, Self::Fresh];

    pub(crate) fn label(self) -> Text {
        let (en, zh) = match self {
            Self::Complete => ("Complete", "完整"),
            Self::Valid => ("Valid", "有效"),
            Self::Unique => ("Unique", "唯一"),
            Self::Consistent => ("Consistent", "一致"),
            Self::Fresh => ("Fresh", "及时"),
        };
        Text::new(en, zh)
    }
}

/// How a check is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Order lines: of which it is asked, and which fail. `{now}` and `{currency}` are filled in.
    Lines(&'static str, &'static str),
    /// Customers or products: of which it is asked, and which fail.
    Rows(&'static str, &'static str),
    /// Orders whose lines name several customers.
    Orders,
    /// Lines that an order has twice.
    Repeats,
    /// Customers without a telephone number or an e-mail address.
    Reach,
    /// Customers of one name and birthday.
    Alike,
    /// The last thirty days without a sale.
    Days,
    /// Computed tables that are older than the history.
    Derived,
}

/// One check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check {
    pub name: &'static str,
    pub dimension: Dimension,
    pub table: &'static str,
    pub of: Of,
    label: (&'static str, &'static str),
    about: (&'static str, &'static str),
    hint: (&'static str, &'static str),
}

impl Check {
    pub(crate) fn label(&self) -> Text {
        self.label.into()
    }

    pub(crate) fn about(&self) -> Text {
        self.about.into()
    }

    pub(crate) fn hint(&self) -> Text {
        self.hint.into()
    }

    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        CHECKS.iter().find(|c| c.name == name)
    }
}

/// All of them.
pub(crate) const CHECKS: [Check; 16] = [
    Check {
        name: "lines_with_customer",
        dimension: Dimension::Complete,
        table: "order_line",
        of: Of::Lines("TRUE", "customer_id IS NULL"),
        label: ("Lines have a customer", "订单行有客户"),
        about: ("Order lines that name a customer.", "标明客户的订单行。"),
        hint: (
            "Ask for the card at the till; map the column of the customer.",
            "收银时请出示会员卡；导入时指定客户列。",
        ),
    },
    Check {
        name: "lines_with_product",
        dimension: Dimension::Complete,
        table: "order_line",
        of: Of::Lines("TRUE", "product IS NULL AND product_name IS NULL"),
        label: ("Lines have a product", "订单行有商品"),
        about: ("Order lines with the code or the name of a product.", "带商品编码或名称的订单行。"),
        hint: ("Map the column of the product, if the file has one.", "如文件中有商品列，请指定。"),
    },
    Check {
        name: "sales_with_price",
        dimension: Dimension::Complete,
        table: "order_line",
        of: Of::Lines("kind = 'sale'", "unit_price IS NULL"),
        label: ("Sales have a price", "销售行有单价"),
        about: ("Lines of sales with the price of one piece.", "带单价的销售行。"),
        hint: ("Map the column of the unit price, if the file has one.", "如文件中有单价列，请指定。"),
    },
    Check {
        name: "customers_with_name",
        dimension: Dimension::Complete,
        table: "customer",
        of: Of::Rows("TRUE", "name IS NULL OR name = ''"),
        label: ("Customers have a name", "客户有姓名"),
        about: ("Customers whose name is known.", "已知姓名的客户。"),
        hint: ("Import the list of customers.", "请导入客户名单。"),
    },
    Check {
        name: "customers_reachable",
        dimension: Dimension::Complete,
        table: "customer",
        of: Of::Reach,
        label: ("Customers can be reached", "客户可联系"),
        about: ("Customers with a telephone number or an e-mail address.", "有电话或电子邮箱的客户。"),
        hint: ("Import the list of customers with phone and e-mail.", "请导入含电话和邮箱的客户名单。"),
    },
    Check {
        name: "products_with_name",
        dimension: Dimension::Complete,
        table: "product",
        of: Of::Rows("TRUE", "name IS NULL AND name_zh IS NULL AND name_en IS NULL"),
        label: ("Products have a name", "商品有名称"),
        about: ("Products whose name is known.", "已知名称的商品。"),
        hint: ("Import the list of products.", "请导入商品目录。"),
    },
    Check {
        name: "products_with_category",
        dimension: Dimension::Complete,
        table: "product",
        of: Of::Rows("TRUE", "category IS NULL"),
        label: ("Products have a category", "商品有类别"),
        about: ("Products that belong to a category.", "已归类的商品。"),
        hint: ("Import the list of products with categories.", "请导入含类别的商品目录。"),
    },
    Check {
        name: "lines_not_in_future",
        dimension: Dimension::Valid,
        table: "order_line",
        of: Of::Lines("TRUE", "time > {now}"),
        label: ("Lines are not in the future", "订单时间不在未来"),
        about: ("Order lines whose time has come.", "时间不晚于现在的订单行。"),
        hint: (
            "Check the clock of the till, and the form of dates of the import.",
            "请检查收银机时钟和导入的日期格式。",
        ),
    },
    Check {
        name: "sales_not_negative",
        dimension: Dimension::Valid,
        table: "order_line",
        of: Of::Lines("kind = 'sale'", "amount < 0"),
        label: ("Sales are not negative", "销售金额不为负"),
        about: ("Lines of sales with an amount of zero or more.", "金额不小于零的销售行。"),
        hint: ("Say in the mapping what marks a return.", "请在导入映射中说明退货标记。"),
    },
    Check {
        name: "lines_in_currency",
        dimension: Dimension::Valid,
        table: "order_line",
        of: Of::Lines("TRUE", "currency <> {currency}"),
        label: ("Lines are in one currency", "订单行为同一货币"),
        about: ("Order lines in the currency of the business.", "使用企业货币的订单行。"),
        hint: (
            "Amounts of other currencies cannot be added up: import them converted.",
            "不同货币不能相加：请换算后导入。",
        ),
    },
    Check {
        name: "lines_not_repeated",
        dimension: Dimension::Unique,
        table: "order_line",
        of: Of::Repeats,
        label: ("Lines are not repeated", "订单行不重复"),
        about: ("Order lines that their order has once.", "在同一订单中只出现一次的订单行。"),
        hint: (
            "The same thing scanned twice is no fault; the same file joined twice is.",
            "同一商品扫描两次不算错误；同一文件合并两次则是。",
        ),
    },
    Check {
        name: "customers_not_alike",
        dimension: Dimension::Unique,
        table: "customer",
        of: Of::Alike,
        label: ("Customers are not alike", "客户不重复"),
        about: (
            "Of customers with name and birthday: those who share them with nobody.",
            "姓名和生日均已知且不与他人相同的客户。",
        ),
        hint: ("They may be the same person with two cards.", "可能是持有两张卡的同一人。"),
    },
    Check {
        name: "orders_of_one_customer",
        dimension: Dimension::Consistent,
        table: "order_line",
        of: Of::Orders,
        label: ("Orders have one customer", "订单只有一位客户"),
        about: ("Orders whose lines name no more than one customer.", "所有行不超过一位客户的订单。"),
        hint: (
            "Two shops may use the same numbers: import each as a source of its own.",
            "两家店可能用了相同编号：请按不同来源导入。",
        ),
    },
    Check {
        name: "returns_linked",
        dimension: Dimension::Consistent,
        table: "order_line",
        of: Of::Lines("kind = 'return'", "return_of IS NULL"),
        label: ("Returns know their purchase", "退货有对应购买"),
        about: ("Lines of returns whose purchase is known.", "已找到对应购买的退货行。"),
        hint: ("Import the time before the first return, too.", "请同时导入首次退货之前的数据。"),
    },
    Check {
        name: "days_with_sales",
        dimension: Dimension::Fresh,
        table: "order_line",
        of: Of::Days,
        label: ("Sales of every day are there", "每天都有销售数据"),
        about: ("Of the last thirty days: those with a sale.", "最近三十天中有销售的日子。"),
        hint: ("Import what the till has sold since.", "请导入最近的收银数据。"),
    },
    Check {
        name: "computed_after_changes",
        dimension: Dimension::Fresh,
        table: "trait",
        of: Of::Derived,
        label: ("Computed tables are up to date", "计算表为最新"),
        about: (
            "Traits and groups that were computed after the history last changed.",
            "在历史数据最近一次变化之后计算的特征和分组。",
        ),
        hint: ("Compute the traits anew and make a run.", "请重新计算特征并运行分组。"),
    },
];
