//! All customers as columns in memory, each loaded when first wanted.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, Float64Type, Int64Type};
use base::{CustomerId, Problem};
use lake::{Lake, ORDER_LINE, Reading, Snapshot};
use profile::IdentityKind;
use profile::ops::{CustomerField, customer_scan, customers_version, identity_each, overlay_list};
use serde_json::Value as Json;
use store::Db;

use super::column::{Cell, Column, Shape};
use super::define::{Define, Source};
use super::memory::Memory;
use crate::table;

/// The lake table of traits.
pub(crate) const TRAITS: &str = "trait";
/// Stands for a customer whom a table does not have.
const NOWHERE: u32 = u32::MAX;

/// What was computed for touched customers: id, values.
type Overlay = Vec<(CustomerId, Json)>;

/// All customers at one instant.
#[derive(Clone)]
pub(crate) struct Frame {
    db: Db,
    memory: Arc<Memory>,
    pub(crate) snapshot: Snapshot,
    /// Everybody, ascending.
    pub(crate) ids: Arc<Vec<i64>>,
    people: u64,
    lines: u64,
}

impl Frame {
    pub(crate) async fn open(lake: &Lake, memory: &Arc<Memory>) -> Result<Self, Problem> {
        let snapshot = lake.snapshot().await?;
        let db = lake.db().clone();
        let mut tx = db.read().await?;
        let (made, changed) = customers_version(&mut tx).await?;
        drop(tx);
        let people = mix(&[snapshot.id(), made, changed]);
        let ids = memory.get("ids", people, load_ids(&db)).await?;
        let lines = snapshot.stamp(&ORDER_LINE);
        Ok(Self { db, memory: Arc::clone(memory), snapshot, ids, people, lines })
    }

    /// How many customers.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The row of a customer.
    pub(crate) fn row(&self, id: CustomerId) -> Option<u32> {
        self.ids.binary_search(&id.0).ok().map(|row| row as u32)
    }

    /// The values of a column, those of touched customers as they are now.
    pub(crate) async fn column(&self, define: &Define) -> Result<Arc<Column>, Problem> {
        let name = format!("column:{}", define.name);
        match &define.source {
            Source::Customer(CustomerField::Id) => {
                let ids = Arc::clone(&self.ids);
                self.memory.get(&name, self.people, async move { Ok((Column::Int(ids.to_vec()), ids.len() * 8)) }).await
            }
            Source::Customer(field) => {
                let seen = matches!(field, CustomerField::FirstSeen | CustomerField::LastSeen);
                let stamp =
                    if seen { mix(&[self.people.cast_signed(), self.lines.cast_signed()]) } else { self.people };
                self.memory.get(&name, stamp, self.load_field(field, define.shape)).await
            }
            Source::Identity(kind) => self.memory.get(&name, self.people, self.load_identity(kind)).await,
            Source::Trait => self.touched(TRAITS, define).await,
            Source::Place => self.touched(table::NAME, define).await,
        }
    }

    /// A column of the last run as it was made, whatever happened since.
    pub(crate) async fn of_run(&self, name: &str, shape: Shape) -> Result<Arc<Column>, Problem> {
        self.stored(table::NAME, name, shape).await
    }

    async fn touched(&self, table: &str, define: &Define) -> Result<Arc<Column>, Problem> {
        let stored = self.stored(table, &define.name, define.shape).await?;
        let overlay = self.overlay().await?;
        if overlay.is_empty() {
            return Ok(stored);
        }
        let stamp = mix(&[self.table_stamp(table).cast_signed(), self.lines.cast_signed()]);
        let name = format!("touched:{}", define.name);
        let patched = async {
            let mut rows = Vec::with_capacity(overlay.len());
            for (id, values) in overlay.iter() {
                if let Some(row) = self.row(*id)
                    && let Some(cell) = overlay_cell(values, table, define)
                {
                    rows.push((row, cell));
                }
            }
            let column = stored.patched(define.shape, &rows);
            let bytes = column.bytes();
            Ok((column, bytes))
        };
        self.memory.get(&name, stamp, patched).await
    }

    pub(crate) async fn overlay(&self) -> Result<Arc<Overlay>, Problem> {
        let stamp = mix(&[self.people.cast_signed(), self.lines.cast_signed()]);
        let db = self.db.clone();
        let load = async move {
            let list = overlay_list(&mut db.read().await?).await?;
            let bytes = list.len() * 4096;
            Ok((list, bytes))
        };
        self.memory.get("overlay", stamp, load).await
    }

    /// Tells apart what a table of the lake holds for these customers.
    pub(crate) fn table_stamp(&self, table: &str) -> u64 {
        let files = self.snapshot.table(table).map_or(0, |t| self.snapshot.stamp(t));
        mix(&[files.cast_signed(), self.people.cast_signed()])
    }

    async fn stored(&self, table: &str, name: &str, shape: Shape) -> Result<Arc<Column>, Problem> {
        let stamp = self.table_stamp(table);
        let this = self.clone();
        let load = async {
            let places = this.places(table).await?;
            let (table, column) = (table.to_owned(), name.to_owned());
            let frame = this.clone();
            blocking(move || {
                let read = read_column(&frame.snapshot, &table, &column, shape)?;
                let values =
                    places.iter().map(|at| if *at == NOWHERE { Cell::Nothing } else { read.cell(*at as usize) });
                Ok(built(shape, values.collect()))
            })
            .await
        };
        self.memory.get(&format!("{table}:{name}"), stamp, load).await
    }

    /// For every customer the row of a table of the lake.
    async fn places(&self, table: &str) -> Result<Arc<Vec<u32>>, Problem> {
        let stamp = self.table_stamp(table);
        let (frame, name) = (self.clone(), table.to_owned());
        let load = blocking(move || {
            let ids = match read_column(&frame.snapshot, &name, "customer_id", Shape::Count)? {
                Column::Int(ids) => ids,
                _ => Vec::new(),
            };
            let mut at = 0;
            let mut places = Vec::with_capacity(frame.len());
            for id in frame.ids.iter() {
                while at < ids.len() && ids[at] < *id {
                    at += 1;
                }
                places.push(if ids.get(at) == Some(id) { at as u32 } else { NOWHERE });
            }
            let bytes = places.len() * 4;
            Ok((places, bytes))
        });
        self.memory.get(&format!("places:{table}"), stamp, load).await
    }

    async fn load_field(&self, field: &CustomerField, shape: Shape) -> Result<(Column, usize), Problem> {
        let mut cells = vec![Cell::Nothing; self.len()];
        let mut at = 0;
        customer_scan(&mut self.db.read().await?, field, |id, value| {
            while at < self.len() && self.ids[at] < id {
                at += 1;
            }
            if self.ids.get(at) == Some(&id) {
                cells[at] = shape.cell(&value);
            }
        })
        .await?;
        Ok(built(shape, cells))
    }

    async fn load_identity(&self, kind: &IdentityKind) -> Result<(Column, usize), Problem> {
        let mut cells = vec![Cell::Nothing; self.len()];
        identity_each(&mut self.db.read().await?, kind, |value, id| {
            let Ok(row) = self.ids.binary_search(&id) else { return };
            match &mut cells[row] {
                Cell::Text(text) => *text = format!("{text}, {value}"),
                cell => *cell = Cell::Text(value),
            }
        })
        .await?;
        Ok(built(Shape::Several, cells))
    }
}

fn built(shape: Shape, cells: Vec<Cell>) -> (Column, usize) {
    let column = Column::of(shape, cells);
    let bytes = column.bytes();
    (column, bytes)
}

async fn load_ids(db: &Db) -> Result<(Vec<i64>, usize), Problem> {
    let mut ids = Vec::new();
    customer_scan(&mut db.read().await?, &CustomerField::Id, |id, _| ids.push(id)).await?;
    let bytes = ids.len() * 8;
    Ok((ids, bytes))
}

/// The value of a touched customer; `None` when it was not computed.
fn overlay_cell(values: &Json, table: &str, define: &Define) -> Option<Cell> {
    if table == TRAITS {
        return values["traits"].get(&define.name).map(|value| define.shape.cell(value));
    }
    let place = values.get("place").filter(|p| !p.is_null())?;
    let rfm = &place["rfm"];
    let value = match define.name.as_str() {
        "r" | "f" | "m" => &rfm["scores"][define.name.as_str()],
        "score" => &rfm["score"],
        name => &place[name],
    };
    Some(define.shape.cell(value))
}

/// All values of a column of a derived table, in the order of its customers; none without the table or the column.
pub(crate) fn read_column(snapshot: &Snapshot, table: &str, name: &str, shape: Shape) -> Result<Column, Problem> {
    let Ok(definition) = snapshot.table(table) else { return Ok(Column::of(shape, Vec::new())) };
    if definition.column(name).is_none() {
        return Ok(Column::of(shape, vec![Cell::Nothing; snapshot.rows(definition) as usize]));
    }
    let columns = [name];
    // One thread reads the one file in its order.
    let reading = Reading { columns: &columns, threads: 1, cancel: &crate::settled::NEVER };
    let read = snapshot
        .scan(definition, reading, None, Vec::new, |cells: &mut Vec<Cell>, batch| append(cells, batch, shape))?;
    Ok(Column::of(shape, read.into_iter().flatten().collect()))
}

fn append(all: &mut Vec<Cell>, batch: &RecordBatch, shape: Shape) -> Result<(), Problem> {
    all.extend(cells(batch.column(0), shape)?);
    Ok(())
}

/// The values of a column as read.
pub(crate) fn cells(array: &ArrayRef, shape: Shape) -> Result<Vec<Cell>, Problem> {
    let arrow = |e| Problem::internal("a column of the history is not of its type", e);
    let each = |cell: &dyn Fn(usize) -> Cell| -> Vec<Cell> {
        (0..array.len()).map(|at| if array.is_valid(at) { cell(at) } else { Cell::Nothing }).collect()
    };
    if shape.is_text() {
        let plain = cast(array, &DataType::Utf8).map_err(arrow)?;
        let plain = plain.as_string::<i32>();
        return Ok(each(&|at| Cell::Text(plain.value(at).to_owned())));
    }
    if shape == Shape::Number {
        let plain = cast(array, &DataType::Float64).map_err(arrow)?;
        let plain = plain.as_primitive::<Float64Type>();
        return Ok(each(&|at| Cell::Real(plain.value(at))));
    }
    if let DataType::Decimal64(..) = array.data_type() {
        let plain = array.as_primitive::<Decimal64Type>();
        return Ok(each(&|at| Cell::Int(plain.value(at))));
    }
    // Money as traits are computed; a file has it as above. A cast to a whole number would drop the scale.
    if let Some(wide) = array.as_primitive_opt::<Decimal128Type>() {
        return Ok(each(&|at| Cell::Int(wide.value(at) as i64)));
    }
    let plain = cast(array, &DataType::Int64).map_err(arrow)?;
    let plain = plain.as_primitive::<Int64Type>();
    Ok(each(&|at| Cell::Int(plain.value(at))))
}

/// One number of several.
pub(crate) fn mix(numbers: &[i64]) -> u64 {
    base::hash::stable(&numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>())
}

/// Runs what would keep others waiting.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("work on the history was cut off", e))?
}
