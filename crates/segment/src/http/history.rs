//! What one customer did, and why he is where he is.

use axum::extract::State;
use base::{Code, CustomerId, ImportId, Problem};
use lake::order::{Kind, Order};
use profile::ops::{customer_get, customer_history};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::api::page::{cursor_decode, cursor_encode, cursor_wrong, limit};
use web::api::{Instant, Text};
use web::rules::permission::may;
use web::{Allowed, ApiError, Json, Path, Query, Routes};

use super::shapes::{Named, both, in_field};
use crate::explain::Step;
use crate::model::Lang;
use crate::rules::rfm::Axis;
use crate::stage::Stage;

/// Months back that changes of stage are told of.
const MONTHS: i32 = 36;

/// A clause of a rule with the numbers it was judged by.
#[expect(clippy::struct_field_names, reason = "the contract calls it so")]
#[derive(Serialize, ToSchema)]
struct Clause {
    /// As written.
    clause: String,
    /// The value of its left side; nothing when there is none.
    left: Option<f64>,
    /// The value of its right side.
    right: Option<f64>,
    /// Whether it holds.
    holds: bool,
}

/// One step on the way to group, tier and stage, in words and in numbers.
#[derive(Serialize, ToSchema)]
struct ExplainStep {
    /// values, outside, score, combined, scale, group, tier, rhythm, limit, stage or changed.
    kind: &'static str,
    /// In words.
    text: Text,
    /// Of a group, tier, stage or limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Text>,
    /// The condition as written; none takes the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    /// Its clauses.
    #[serde(skip_serializing_if = "Option::is_none")]
    clauses: Option<Vec<Clause>>,
    /// Whether the rule took him.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
    /// A score.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u8>,
    /// The best score.
    #[serde(skip_serializing_if = "Option::is_none")]
    bins: Option<u8>,
    /// recency, frequency or monetary.
    #[serde(skip_serializing_if = "Option::is_none")]
    axis: Option<&'static str>,
}

/// Why a customer is where he is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"customer": "cus_12", "as_of": "2026-03-31", "run": "run_7", "steps": [{"kind": "group", "text": {"en": "Champions: r >= 4 and fm >= 4 holds",
    "zh": "冠军客户：r >= 4 and fm >= 4 成立"}, "name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}, "condition": "r >= 4 and fm >= 4",
    "clauses": [{"clause": "r >= 4", "left": 5.0, "right": 4.0, "holds": true}, {"clause": "fm >= 4", "left": 4.5, "right": 4.0, "holds": true}],
    "holds": true}]}))]
struct Explanation {
    #[schema(value_type = String)]
    customer: CustomerId,
    /// The day of the run.
    #[schema(format = Date)]
    as_of: String,
    /// The run.
    run: String,
    /// In order.
    steps: Vec<ExplainStep>,
}

/// An order in short; `GET /orders/{id}` gives it whole.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ord_00000000000003e9", "order_id": "20260101-0007", "amount": "37.00", "currency": "CNY", "pieces": "2", "line_count": 1,
    "store": "S01", "channel": "shop"
}))]
struct Receipt {
    /// Its id.
    id: String,
    /// As the source calls it.
    order_id: String,
    /// What was paid in all, net of what was given back, without adjustments.
    amount: String,
    /// ISO 4217.
    currency: String,
    /// Pieces in all, net.
    pieces: String,
    /// How many lines.
    line_count: usize,
    /// The shop.
    store: Option<String>,
    /// The channel.
    channel: Option<String>,
}

impl Receipt {
    fn new(order: Order) -> Self {
        Self {
            id: order.id(),
            order_id: order.order_id,
            amount: order.amount.to_string(),
            currency: order.currency,
            pieces: order.pieces.to_string(),
            line_count: order.lines.len(),
            store: order.store,
            channel: order.channel,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({"id": "ord_00000000000003e9", "at": "2026-01-01T02:15:00Z", "kind": "order", "text": {"en": "Bought Green tea", "zh": "购买Green tea"},
    "order": {"id": "ord_00000000000003e9", "order_id": "20260101-0007", "amount": "37.00", "currency": "CNY", "pieces": "2", "line_count": 1,
    "store": "S01", "channel": "shop"}}))]
struct Entry {
    /// Its id.
    id: String,
    /// When.
    at: Instant,
    /// order, return, adjustment, moved, changed or import.
    kind: &'static str,
    /// In words.
    text: Text,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Receipt>,
    /// The stage he left.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Named>,
    /// The stage he came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Named>,
    /// The import that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    import: Option<ImportId>,
}

/// A page of what happened.
#[derive(Serialize, ToSchema)]
struct EntryPage {
    /// The newest first.
    items: Vec<Entry>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TimelineParams {
    /// Only this: order, return, adjustment, moved, changed or import.
    #[param(value_type = Option<String>, example = "order")]
    kind: Option<String>,
    /// From this day on.
    #[param(value_type = Option<String>, format = Date, example = "2026-01-01")]
    from: Option<String>,
    /// Until the end of this day.
    #[param(value_type = Option<String>, format = Date, example = "2026-03-31")]
    to: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<String>,
    /// How many to give at most: 1 to 500.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, example = 50)]
    limit: Option<u32>,
}

pub(super) fn routes() -> Routes<Stage> {
    Routes::new().with(web::routes![customer_explain, customer_timeline])
}

/// Why he is where he is
#[utoipa::path(get, path = "/customers/{id}/explanation", tag = "customers",
    params(("id" = String, Path, example = "cus_1", pattern = "^cus_[1-9][0-9]{0,17}$")),
    responses((status = 200, description = "Step by step.", body = Explanation)))]
async fn customer_explain(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Explanation>, ApiError> {
    customer_get(&mut stage.app.db.read().await?, id).await?;
    let classifier = stage.classifier().await?.ok_or_else(crate::table::no_run)?;
    let snapshot = stage.lake.snapshot().await?;
    let run = classifier.run().id;
    let told = crate::list::frame::blocking(move || classifier.explain(&snapshot, id)).await?;
    stage.app.audit_read(&actor, "customer.read", id).await;
    let (en, zh) = (told.lines(Lang::En), told.lines(Lang::Zh));
    let steps = told.steps.iter().zip(en.into_iter().zip(zh)).map(|(s, (en, zh))| step(s, Text::new(en, zh)));
    Ok(Json(Explanation {
        customer: id,
        as_of: stage.day(told.as_of),
        run: format!("run_{run}"),
        steps: steps.collect(),
    }))
}

fn plain(kind: &'static str, text: Text) -> ExplainStep {
    ExplainStep {
        kind,
        text,
        name: None,
        label: None,
        condition: None,
        clauses: None,
        holds: None,
        score: None,
        bins: None,
        axis: None,
    }
}

fn step(step: &Step, text: Text) -> ExplainStep {
    match step {
        Step::Values { .. } => plain("values", text),
        Step::Outside { .. } => plain("outside", text),
        Step::Score { axis, score, bins, .. } => ExplainStep {
            score: Some(*score),
            bins: Some(*bins),
            axis: Some(Axis::as_str(*axis)),
            ..plain("score", text)
        },
        Step::Combined { .. } => plain("combined", text),
        Step::Scale { .. } => plain("scale", text),
        Step::Group(r) => rule(r, plain("group", text)),
        // The words say more than the label: the console shows a label first.
        Step::Tier { name, .. } => ExplainStep { name: Some(name.clone()), ..plain("tier", text) },
        Step::Rhythm { .. } => plain("rhythm", text),
        Step::Limit { name, .. } => ExplainStep { name: Some(name.clone()), ..plain("limit", text) },
        Step::Stage(r) => rule(r, plain("stage", text)),
        Step::Changed => plain("changed", text),
    }
}

fn rule(rule: &crate::explain::Rule, step: ExplainStep) -> ExplainStep {
    let number = |x: f64| x.is_finite().then_some(x);
    let clauses = rule.clauses.iter().map(|c| Clause {
        clause: c.clause.clone(),
        left: number(c.left),
        right: number(c.right),
        holds: c.holds,
    });
    ExplainStep {
        name: Some(rule.name.clone()),
        label: Some(both(&rule.label)),
        condition: rule.condition.clone(),
        clauses: Some(clauses.collect()),
        holds: Some(rule.holds),
        ..step
    }
}

/// What happened, newest first
#[utoipa::path(get, path = "/customers/{id}/timeline", tag = "customers",
    params(("id" = String, Path, example = "cus_1", pattern = "^cus_[1-9][0-9]{0,17}$"), TimelineParams),
    responses((status = 200, description = "A page of it.", body = EntryPage)))]
async fn customer_timeline(
    actor: Allowed<may::CustomersRead>,
    State(stage): State<Stage>,
    Path(id): Path<CustomerId>,
    Query(params): Query<TimelineParams>,
) -> Result<Json<EntryPage>, ApiError> {
    const KINDS: [&str; 6] = ["order", "return", "adjustment", "moved", "changed", "import"];
    let limit = limit(params.limit, 50, 500)? as usize;
    if let Some(kind) = params.kind.as_deref().filter(|k| !KINDS.contains(k) && *k != "seen") {
        let message = format!("\"{kind}\" is not a kind of entry");
        let problem = Problem::new(Code::InvalidArgument, &message).hint(format!("use one of {}", KINDS.join(", ")));
        return Err(problem.field("kind", message).into());
    }
    let day = |text: &Option<String>, name: &str| {
        text.as_deref().map(|t| stage.end_of(t).map_err(in_field(name))).transpose()
    };
    let from = day(&params.from, "from")?.map(|end| end - base::clock::DAY);
    let to = day(&params.to, "to")?;
    let mut all = entries(&stage, id).await?;
    all.retain(|e| {
        params.kind.as_deref().is_none_or(|k| k == e.kind)
            && from.is_none_or(|f| e.at.0 > f)
            && to.is_none_or(|t| e.at.0 <= t)
    });
    let mark = mark(&[&id.to_string(), params.kind.as_deref().unwrap_or_default(), "timeline"]);
    let (items, next) = cut(all, params.cursor.as_deref(), limit, mark, |e| (e.at.0, e.id.clone()))?;
    stage.app.audit_read(&actor, "customer.read", id).await;
    Ok(Json(EntryPage { items, next }))
}

fn mark(parts: &[&str]) -> u64 {
    base::hash::stable_parts(parts.iter().map(|p| p.as_bytes())) >> 12
}

/// A page out of a list in order, behind a cursor.
fn cut<T>(
    all: Vec<T>,
    cursor: Option<&str>,
    limit: usize,
    mark: u64,
    key: impl Fn(&T) -> (i64, String),
) -> Result<(Vec<T>, Option<String>), Problem> {
    let mut rest = all.into_iter().peekable();
    if let Some(cursor) = cursor {
        let values = cursor_decode(cursor, mark)?;
        let [at, id] = &values[..] else { return Err(cursor_wrong()) };
        let (at, id) = at.as_i64().zip(id.as_str()).ok_or_else(cursor_wrong)?;
        while rest
            .next_if(|e| {
                let (a, i) = key(e);
                a > at || (a == at && i.as_str() <= id)
            })
            .is_some()
        {}
    }
    let items: Vec<T> = rest.by_ref().take(limit).collect();
    let more = rest.peek().is_some();
    let next = items.last().filter(|_| more).map(|last| {
        let (at, id) = key(last);
        cursor_encode(mark, vec![at.into(), id.into()])
    });
    Ok((items, next))
}

/// Everything that happened to him, the newest first.
async fn entries(stage: &Stage, id: CustomerId) -> Result<Vec<Entry>, Problem> {
    let mut tx = stage.app.db.read().await?;
    let customer = customer_get(&mut tx, id).await?;
    let changes = customer_history(&mut tx, id).await?;
    let attributes = profile::ops::attribute_list(&mut tx).await?;
    drop(tx);
    let orders = stage.orders_of(id).await?;
    let plain = |id: String, at: i64, kind, text| Entry {
        id,
        at: Instant(at),
        kind,
        text,
        order: None,
        from: None,
        to: None,
        import: None,
    };
    let mut all: Vec<Entry> = Vec::with_capacity(orders.len() + changes.len() + 1);
    for order in orders {
        let (at, kind, text) = (order.time, order.kind, bought(&order));
        let order = Receipt::new(order);
        let kind = match kind {
            Kind::Sale => "order",
            Kind::Return => "return",
            Kind::Adjustment => "adjustment",
        };
        let id = order.id.clone();
        all.push(Entry { order: Some(order), ..plain(id, at, kind, text) });
    }
    for change in changes {
        let label = attributes.iter().find(|a| a.name == change.field);
        let (en, zh) = label.map_or((change.field.as_str(), change.field.as_str()), |a| (&a.label_en, &a.label_zh));
        let text = Text::new(format!("{en} was changed"), format!("{zh}已更改"));
        all.push(Entry { import: change.import, ..plain(format!("chg_{}", change.id), change.at, "changed", text) });
    }
    if let Some(import) = customer.created_import.filter(|i| i.0 > 0) {
        let text = Text::new("Became known by an import", "由导入建立档案");
        all.push(Entry { import: Some(import), ..plain(format!("new_{}", id.0), customer.created_at, "import", text) });
    }
    for (at, from, to) in stage.stages_of(id, MONTHS).await? {
        let text = Text::new(
            format!("Now {}, was {}", to.label.en, from.label.en),
            format!("从{}变为{}", from.label.zh, to.label.zh),
        );
        all.push(Entry {
            from: Some(named(&from)),
            to: Some(named(&to)),
            ..plain(format!("moved_{at}"), at, "moved", text)
        });
    }
    all.sort_by(|a, b| b.at.0.cmp(&a.at.0).then_with(|| a.id.cmp(&b.id)));
    Ok(all)
}

fn named(title: &crate::Title) -> Named {
    Named { name: title.name.clone(), label: both(&title.label) }
}

/// What was bought or came back, by the names of the first goods.
fn bought(order: &Order) -> Text {
    let named = order.lines.iter().filter_map(|l| l.product_name.as_deref().or(l.product.as_deref()));
    let mut names: Vec<&str> = Vec::new();
    named.for_each(|n| {
        if !names.contains(&n) {
            names.push(n);
        }
    });
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let (en_more, zh_more) =
        if more > 0 { (format!(" and {more} more"), format!("等 {} 种", more + 3)) } else { Default::default() };
    let (en, zh) = (names.join(", ") + &en_more, names.join("、") + &zh_more);
    match order.kind {
        Kind::Sale => Text::new(format!("Bought {en}"), format!("购买{zh}")),
        Kind::Return => Text::new(format!("Returned {en}"), format!("退回{zh}")),
        Kind::Adjustment => Text::new(format!("Adjustment {en}").trim_end(), format!("调整{zh}")),
    }
}
