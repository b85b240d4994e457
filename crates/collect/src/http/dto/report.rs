//! What an import says afterwards.

use base::{ImportId, amount::format_scaled};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Instant, Mask, Text};

use crate::decode::{BadReason, LineKind};
use crate::import::{self, Sum};
use crate::words;

/// One sum over the lines of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "sales", "label": {"en": "Sales", "zh": "销售"}, "lines": 1200, "amount": "34567.80", "sql": "SELECT count(*), sum(amount) FROM order_line WHERE import_id = 7 AND kind = 'sale'"}))]
pub(crate) struct ImportSum {
    name: &'static str,
    label: Text,
    lines: u64,
    amount: String,
    /// How to check it, while all of its lines are new.
    sql: String,
}

/// What a file of orders holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    sums: Vec<ImportSum>,
    orders: u64,
    return_orders: u64,
    products: u64,
    customers: u64,
    customers_with_sale: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Instant>,
}

impl Figures {
    fn of(id: ImportId, f: &import::Figures) -> Self {
        let sum = |name, en, zh, sum: Sum, condition: &str| ImportSum {
            name,
            label: Text::new(en, zh),
            lines: sum.lines,
            amount: format_scaled(sum.amount, 4, 2),
            sql: format!("SELECT count(*), sum(amount) FROM order_line WHERE import_id = {}{condition}", id.0),
        };
        let sums = vec![
            sum("sales", "Sales", "销售", f.of(LineKind::Sale), " AND kind = 'sale'"),
            sum("returns", "Returns", "退货", f.of(LineKind::Return), " AND kind = 'return'"),
            sum("revenue", "Sales less returns", "销售减退货", f.revenue(), " AND kind IN ('sale', 'return')"),
            sum("adjustments", "Adjustments", "调整", f.of(LineKind::Adjustment), " AND kind = 'adjustment'"),
            sum("all", "All lines", "全部行", f.all(), ""),
            sum("without_returns", "All but returns", "除退货外", f.without_returns(), " AND kind <> 'return'"),
            sum("of_customers", "With a customer", "有客户的行", f.of_customers(), " AND customer_id IS NOT NULL"),
            sum(
                "of_customers_without_returns",
                "With a customer, but returns",
                "有客户且非退货",
                f.of_customers_without_returns(),
                " AND customer_id IS NOT NULL AND kind <> 'return'",
            ),
        ];
        let (from, to) = f.span.map_or((None, None), |(a, b)| (Some(Instant(a)), Some(Instant(b))));
        Self {
            sums,
            orders: f.orders,
            return_orders: f.return_orders,
            products: f.products,
            customers: f.customers,
            customers_with_sale: f.customers_with_sale,
            from,
            to,
        }
    }
}

/// What an import changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Applied {
    lines_added: u64,
    lines_removed: u64,
    orders_unchanged: u64,
    orders_changed: u64,
    orders_removed: u64,
    returns_linked: u64,
    customers_added: u64,
    customers_changed: u64,
    products_added: u64,
    products_changed: u64,
}

impl From<import::Applied> for Applied {
    fn from(a: import::Applied) -> Self {
        Self {
            lines_added: a.lines_added,
            lines_removed: a.lines_removed,
            orders_unchanged: a.orders_unchanged,
            orders_changed: a.orders_changed,
            orders_removed: a.orders_removed,
            returns_linked: a.returns_linked,
            customers_added: a.customers_added,
            customers_changed: a.customers_changed,
            products_added: a.products_added,
            products_changed: a.products_changed,
        }
    }
}

/// How many rows are bad for one reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"reason": "missing_date", "label": {"en": "No date", "zh": "缺少日期"}, "rows": 3}))]
pub(crate) struct ReasonCount {
    reason: String,
    label: Text,
    rows: u64,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Report {
    /// Good and bad, without the header.
    rows: u64,
    bad_rows: u64,
    bad_by_reason: Vec<ReasonCount>,
    /// Of orders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<Figures>,
    applied: Applied,
    notes: Vec<Text>,
}

impl Report {
    pub(super) fn of(id: ImportId, r: &import::Report, mask: Mask) -> Self {
        let count = |(reason, rows): (&String, &u64)| ReasonCount {
            reason: reason.clone(),
            label: BadReason::parse(reason).map_or_else(|_| words::phrase(reason), words::reason),
            rows: *rows,
        };
        let erased = (r.erased_rows > 0).then(|| format!("{} rows are of people who were erased", r.erased_rows));
        let told = r.notes.iter().filter(|n| mask == Mask::Off || !import::note_quotes(n));
        let notes = erased.iter().chain(told).map(|n| words::phrase(n));
        Self {
            rows: r.rows,
            bad_rows: r.bad_rows,
            bad_by_reason: r.bad_by_reason.iter().map(count).collect(),
            figures: r.figures.as_ref().map(|f| Figures::of(id, f)),
            applied: r.applied.into(),
            notes: notes.collect(),
        }
    }
}
