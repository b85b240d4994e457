//! Orders that are sent, and what came of them.

use base::{BatchId, Code, Micros, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use web::{Instant, Mask};

use super::super::intake::of_order;
use crate::import::IntakeReport;
use crate::import::events::{LINES, MEMBERS, members};
use crate::store::intake::IntakeState;

/// The most orders of one request.
const MOST: usize = 1000;

/// Orders to take in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "till", "orders": [{"order_id": "T-1001", "time": "2026-05-01 10:15", "customer": "C0001234",
    "lines": [{"product": "DR-002", "quantity": 2, "unit_price": 3.5}, {"product": "DR-007", "amount": "12.00"}]}]}))]
pub(crate) struct IntakeNew {
    /// Order numbers are unique within a source; `api` unless given.
    #[schema(max_length = 100)]
    pub(crate) source: Option<String>,
    /// 1 to 1000 orders.
    #[schema(min_items = 1, max_items = 1000)]
    pub(crate) orders: Vec<IntakeOrder>,
}

/// An order, as sent.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct IntakeOrder(Map<String, Value>);

impl IntakeNew {
    /// The source, and the orders as JSON, one per line; refused when a member is unknown.
    pub(crate) fn lines(&self) -> Result<(String, String), Problem> {
        let source = self.source.as_deref().unwrap_or("api").trim();
        if source.is_empty() || source.chars().count() > 100 {
            let message = "must have 1 to 100 characters";
            return Err(Problem::new(Code::InvalidInput, format!("source {message}")).field("source", message));
        }
        if self.orders.is_empty() || self.orders.len() > MOST {
            let message = format!("must be 1 to {MOST}");
            return Err(Problem::new(Code::InvalidInput, format!("orders {message}")).field("orders", message));
        }
        let mut text = String::new();
        for (at, IntakeOrder(order)) in self.orders.iter().enumerate() {
            members(order).map_err(|problem| of_order(at, problem))?;
            text.push_str(
                &serde_json::to_string(order).map_err(|e| Problem::internal("an order cannot be written", e))?,
            );
            text.push('\n');
        }
        Ok((source.to_owned(), text))
    }
}

/// The members of a line; all of them may also stand on the order, for all of its lines.
fn line(about: &str) -> ObjectBuilder {
    let value = || ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Null]));
    let mut object = ObjectBuilder::new().schema_type(Type::Object).description(Some(about));
    for field in MEMBERS {
        object = object.property(field.as_str(), value().build());
    }
    object.additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

impl PartialSchema for IntakeOrder {
    fn schema() -> RefOr<Schema> {
        let lines = ArrayBuilder::new().items(line("A line.")).min_items(Some(1));
        line("An order: of one line, or with its lines. Times without an offset are those of the business.")
            .property(LINES, lines.build())
            .into()
    }
}

impl ToSchema for IntakeOrder {}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BatchState {
    /// Its lines count.
    Applied,
    /// It is kept and will be applied.
    Waiting,
    /// It is kept, but cannot be applied: `problem` says why.
    SetAside,
}

/// An order that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct BadOrder {
    /// Which of those sent, from 1.
    order: u64,
    /// Why; left out for who may not see personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// What came of orders that were sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"batch": "bat_1", "state": "applied", "lines": 2, "orders_unchanged": 0, "orders_changed": 0, "customers_added": 1, "bad": []}))]
pub(crate) struct Intake {
    #[schema(value_type = String)]
    batch: BatchId,
    state: BatchState,
    /// Lines added.
    lines: u64,
    /// Orders known before with exactly these lines.
    orders_unchanged: u64,
    /// Orders known before with other lines, which were replaced.
    orders_changed: u64,
    /// Customers made.
    customers_added: u64,
    /// Orders that were not taken.
    bad: Vec<BadOrder>,
    /// Why it was set aside; left out for who may not see personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Why a batch was set aside: it may quote what was sent.
fn aside(why: String, mask: Mask) -> Option<String> {
    (mask == Mask::Off).then(|| web::told(why))
}

impl Intake {
    pub(crate) fn of(batch: BatchId, state: IntakeState, mask: Mask) -> Result<Self, Problem> {
        let (state, report, problem) = match state {
            IntakeState::Waiting => (BatchState::Waiting, IntakeReport::default(), None),
            IntakeState::SetAside(why) => (BatchState::SetAside, IntakeReport::default(), aside(why, mask)),
            IntakeState::Applied(report) => {
                let report = serde_json::from_str(&report);
                let report = report.map_err(|e| Problem::internal("the report of a batch cannot be read", e))?;
                (BatchState::Applied, report, None)
            }
        };
        let bad = report.bad.into_iter();
        let bad =
            bad.map(|(order, why)| BadOrder { order, why: (mask == Mask::Off).then(|| web::told(why)) }).collect();
        let IntakeReport { lines, orders_unchanged, orders_changed, customers_added, .. } = report;
        Ok(Self { batch, state, lines, orders_unchanged, orders_changed, customers_added, bad, problem })
    }

    /// Whether it quotes what was sent.
    pub(crate) fn quotes_rows(&self) -> bool {
        self.problem.is_some() || self.bad.iter().any(|bad| bad.why.is_some())
    }

    pub(crate) fn is_applied(&self) -> bool {
        self.state == BatchState::Applied
    }
}

/// A batch that was set aside.
#[derive(Debug, Serialize, ToSchema)]
struct SetAside {
    #[schema(value_type = String)]
    batch: BatchId,
    /// Why; left out for who may not see personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What is not applied yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"waiting": 0, "set_aside": [{"batch": "bat_7", "problem": "the disk is full"}]}))]
pub(crate) struct IntakeOpen {
    /// How many batches wait.
    waiting: i64,
    /// Since when the oldest of them does.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Instant>,
    /// The oldest hundred that were set aside.
    set_aside: Vec<SetAside>,
}

impl IntakeOpen {
    pub(crate) fn of(waiting: i64, oldest: Option<Micros>, list: Vec<(i64, String)>, mask: Mask) -> Self {
        let set_aside =
            list.into_iter().map(|(id, why)| SetAside { batch: BatchId(id), problem: aside(why, mask) }).collect();
        Self { waiting, since: oldest.map(Instant), set_aside }
    }
}

/// How many batches wait again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"batches": 1}))]
pub(crate) struct IntakeRetried {
    pub(crate) batches: u64,
}
