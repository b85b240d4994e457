//! Questions that people save.

use base::{Code, Micros, Problem, QuestionId, UserId};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, args, next_ids};
use utoipa::ToSchema;
use web::{Actor, Event, IfMatch, Object};

use super::Data;

/// How an answer is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChartSpec, example = json!({"kind": "bar", "x": "month", "y": ["revenue"]}))]
pub(crate) struct Chart {
    /// As what.
    pub kind: ChartKind,
    /// The column along the bottom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The columns that are drawn.
    #[serde(default)]
    pub y: Vec<String>,
}

/// As what an answer is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChartKind {
    #[default]
    None,
    Line,
    Bar,
    Scatter,
}

/// What a question says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saying {
    pub name: String,
    pub description: String,
    pub sql: String,
    pub chart: Chart,
    /// Whether everybody sees it.
    pub shared: bool,
}

/// A saved question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub id: QuestionId,
    pub saying: Saying,
    pub user: UserId,
    pub by: String,
    pub version: i64,
    pub updated_at: Micros,
}

const COLUMNS: &str = "id, name, description, text, chart, shared, user_id, made_by, version, updated_at";
/// How many a person may have.
const MOST: i64 = 500;

impl Saying {
    /// Refuses what cannot be kept.
    fn check(&self) -> Result<(), Problem> {
        let mut wrong = Problem::new(Code::InvalidInput, "the question cannot be saved");
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            wrong = wrong.field("name", "must have 1 to 100 characters");
        }
        if self.description.chars().count() > 2_000 {
            wrong = wrong.field("description", "must have at most 2000 characters");
        }
        if self.sql.trim().is_empty() || self.sql.len() > 100_000 {
            wrong = wrong.field("sql", "must have 1 to 100000 characters");
        }
        if self.chart.y.len() > 20 {
            wrong = wrong.field("chart.y", "must name at most 20 columns");
        }
        if wrong.fields.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

impl Data {
    /// The questions of somebody and those that others share, by name.
    pub(crate) async fn questions(&self, actor: &Actor) -> Result<Vec<Question>, Problem> {
        let sql = format!("SELECT {COLUMNS} FROM question WHERE user_id = $1 OR shared = 1 ORDER BY name, id");
        let rows = self.app.db.read().await?.fetch_all(&sql, args![actor.user.0]).await?;
        rows.iter().map(read).collect()
    }

    /// Id and name of those questions that somebody sees and whose name has `text` in it.
    pub async fn question_names(&self, actor: &Actor, text: &str) -> Result<Vec<(String, String)>, Problem> {
        let text = text.to_lowercase();
        let found = self.questions(actor).await?.into_iter().filter(|q| q.saying.name.to_lowercase().contains(&text));
        Ok(found.map(|q| (q.id.to_string(), q.saying.name)).collect())
    }

    /// Saves a question.
    pub(crate) async fn question_add(&self, actor: &Actor, saying: Saying) -> Result<Question, Problem> {
        saying.check()?;
        let mut tx = self.app.db.write().await?;
        let sql = "SELECT CAST(count(*) AS BIGINT) AS n FROM question WHERE user_id = $1";
        if tx.fetch_one(sql, args![actor.user.0]).await?.get::<i64>("n")? >= MOST {
            return Err(Problem::new(Code::InvalidInput, format!("nobody can save more than {MOST} questions"))
                .hint("delete some that are not needed any more"));
        }
        let id = QuestionId(next_ids(&mut tx, "question", 1).await?);
        let question =
            Question { id, saying, user: actor.user, by: actor.name.clone(), version: 1, updated_at: self.app.now() };
        let s = &question.saying;
        let sql = format!("INSERT INTO question ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        let (user, by) = (actor.user.0, &actor.name);
        let row =
            args![id.0, &s.name, &s.description, &s.sql, chart(&s.chart)?, s.shared, user, by, 1, question.updated_at];
        tx.execute(&sql, row).await?;
        self.app.audit(&mut tx, Event::new(actor, "question.create", Object::of(&id))).await?;
        tx.commit().await?;
        Ok(question)
    }

    /// Changes a question of somebody.
    pub(crate) async fn question_change(
        &self,
        actor: &Actor,
        id: QuestionId,
        saying: Saying,
        known: &IfMatch,
    ) -> Result<Question, Problem> {
        saying.check()?;
        let mut tx = self.app.db.write().await?;
        let mut question = own(&mut tx, actor, id).await?;
        known.check(question.version)?;
        question.version += 1;
        (question.saying, question.updated_at) = (saying, self.app.now());
        let s = &question.saying;
        let sql = "UPDATE question SET name = $2, description = $3, text = $4, chart = $5, shared = $6, version = $7,
                   updated_at = $8 WHERE id = $1";
        let (version, at) = (question.version, question.updated_at);
        let row = args![id.0, &s.name, &s.description, &s.sql, chart(&s.chart)?, s.shared, version, at];
        tx.execute(sql, row).await?;
        self.app.audit(&mut tx, Event::new(actor, "question.update", Object::of(&id))).await?;
        tx.commit().await?;
        Ok(question)
    }

    /// Forgets a question of somebody.
    pub(crate) async fn question_remove(&self, actor: &Actor, id: QuestionId) -> Result<(), Problem> {
        let mut tx = self.app.db.write().await?;
        own(&mut tx, actor, id).await?;
        tx.execute("DELETE FROM question WHERE id = $1", args![id.0]).await?;
        self.app.audit(&mut tx, Event::new(actor, "question.delete", Object::of(&id))).await?;
        tx.commit().await
    }
}

/// A question that somebody may change: his own. That others have some is not told.
async fn own(tx: &mut Tx, actor: &Actor, id: QuestionId) -> Result<Question, Problem> {
    let row = tx.fetch_optional(&format!("SELECT {COLUMNS} FROM question WHERE id = $1"), args![id.0]).await?;
    let question = row.as_ref().map(read).transpose()?.filter(|q| q.user == actor.user || q.saying.shared);
    let question = question.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no question {id}")).hint("GET /api/v1/sql/questions lists them")
    })?;
    if question.user == actor.user {
        return Ok(question);
    }
    Err(Problem::new(Code::Forbidden, format!("{id} belongs to {}", question.by))
        .hint("save it under a name of your own"))
}

fn chart(chart: &Chart) -> Result<String, Problem> {
    serde_json::to_string(chart).map_err(|e| Problem::internal("a chart cannot be written down", e))
}

fn read(row: &Row) -> Result<Question, Problem> {
    let saying = Saying {
        name: row.get("name")?,
        description: row.get("description")?,
        sql: row.get("text")?,
        // A chart of a later version is no reason not to show the question.
        chart: serde_json::from_str(&row.get::<String>("chart")?).unwrap_or_default(),
        shared: row.get("shared")?,
    };
    Ok(Question {
        id: QuestionId(row.get("id")?),
        saying,
        user: UserId(row.get("user_id")?),
        by: row.get("made_by")?,
        version: row.get("version")?,
        updated_at: row.get("updated_at")?,
    })
}
