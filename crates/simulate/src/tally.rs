//! Sums over lines: of one customer for the truth, and of the whole business for the check of an import.

use crate::line::Line;

/// Sums of one customer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) orders: u64,
    /// Return orders.
    pub(crate) returns: u64,
    pub(crate) sale_lines: u64,
    pub(crate) return_lines: u64,
    /// 1/100 CNY.
    pub(crate) sales: i64,
    /// 1/100 CNY, negative.
    pub(crate) returned: i64,
    /// What he would have spent in the coupon's window without it.
    pub(crate) window: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, line: &Line) {
        if line.comes_back {
            self.return_lines += 1;
            self.returned += line.amount();
        } else {
            self.sale_lines += 1;
            self.sales += line.amount();
        }
    }
}

/// Lines and money of one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// Lines of sales.
    pub sale_lines: u64,
    /// Lines of returns.
    pub return_lines: u64,
    /// Sum of the amounts of sales, 1/100 CNY.
    pub sales: i64,
    /// Sum of the amounts of returns, 1/100 CNY: zero or negative.
    pub returned: i64,
}

/// What the files hold in all: what an import must find again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Customers with a card.
    pub customers: u64,
    /// Of these, with at least one sale.
    pub buyers: u64,
    /// Sale orders, those without a card included.
    pub sale_orders: u64,
    /// Return orders.
    pub return_orders: u64,
    /// Orders without a card.
    pub anonymous_orders: u64,
    /// Lines of orders without a card.
    pub anonymous_lines: u64,
    /// Customers who left within the span.
    pub churned: u64,
    /// Booked appointments.
    pub appointments: u64,
    /// Complaints.
    pub complaints: u64,
    /// Customers who were referred by another one.
    pub referrals: u64,
    /// Coupons sent.
    pub coupons: u64,
    /// By month since the start.
    pub months: Vec<Month>,
}

impl Totals {
    /// Zeros for `months` months.
    pub(crate) fn new(months: u32) -> Self {
        Self { months: vec![Month::default(); months as usize], ..Self::default() }
    }

    /// Sale and return lines in all.
    pub fn lines(&self) -> u64 {
        self.months.iter().map(|m| m.sale_lines + m.return_lines).sum()
    }

    /// Lines of sales.
    pub fn sale_lines(&self) -> u64 {
        self.months.iter().map(|m| m.sale_lines).sum()
    }

    /// Lines of returns.
    pub fn return_lines(&self) -> u64 {
        self.months.iter().map(|m| m.return_lines).sum()
    }

    /// Sum of the amounts of sales, 1/100 CNY.
    pub fn sales(&self) -> i64 {
        self.months.iter().map(|m| m.sales).sum()
    }

    /// Sum of the amounts of returns, 1/100 CNY: zero or negative.
    pub fn returned(&self) -> i64 {
        self.months.iter().map(|m| m.returned).sum()
    }

    pub(crate) fn add_line(&mut self, month: u16, line: &Line) {
        let month = &mut self.months[usize::from(month)];
        if line.comes_back {
            month.return_lines += 1;
            month.returned += line.amount();
        } else {
            month.sale_lines += 1;
            month.sales += line.amount();
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.customers, other.customers),
            (&mut self.buyers, other.buyers),
            (&mut self.sale_orders, other.sale_orders),
            (&mut self.return_orders, other.return_orders),
            (&mut self.anonymous_orders, other.anonymous_orders),
            (&mut self.anonymous_lines, other.anonymous_lines),
            (&mut self.churned, other.churned),
            (&mut self.appointments, other.appointments),
            (&mut self.complaints, other.complaints),
            (&mut self.referrals, other.referrals),
            (&mut self.coupons, other.coupons),
        ] {
            *sum += part;
        }
        for (sum, part) in self.months.iter_mut().zip(&other.months) {
            sum.sale_lines += part.sale_lines;
            sum.return_lines += part.return_lines;
            sum.sales += part.sales;
            sum.returned += part.returned;
        }
    }
}
