//! Table `attribute`: the attributes that the product does not bring.

use base::{Code, ImportId, Micros, Problem};
use store::{Tx, args};

use super::{int, text};
use crate::model::{AttributeDef, AttributeType};

pub(crate) async fn attribute_list(tx: &mut Tx) -> Result<Vec<AttributeDef>, Problem> {
    let rows =
        tx.fetch_all("SELECT name, type, label_en, label_zh, personal FROM attribute ORDER BY name", args![]).await?;
    rows.iter()
        .map(|row| {
            let kind = text(row, 1)?;
            Ok(AttributeDef {
                name: text(row, 0)?.into(),
                kind: AttributeType::named(&kind).ok_or_else(|| {
                    Problem::new(Code::IncompatibleStore, format!("\"{kind}\" is not a type of attribute"))
                })?,
                label_en: text(row, 2)?.into(),
                label_zh: text(row, 3)?.into(),
                built_in: false,
                personal: int(row, 4)? != 0,
            })
        })
        .collect()
}

/// Adds a definition; an equal name that exists already stays as it is.
pub(crate) async fn attribute_insert(
    tx: &mut Tx,
    def: &AttributeDef,
    import: Option<ImportId>,
    at: Micros,
) -> Result<(), Problem> {
    let sql = "INSERT INTO attribute (name, type, label_en, label_zh, created_at, created_import, personal)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING";
    let (name, en, zh) = (def.name.as_ref(), def.label_en.as_ref(), def.label_zh.as_ref());
    let personal = i64::from(def.personal);
    tx.execute(sql, args![name, def.kind.as_str(), en, zh, at, import.map(|i| i.0), personal]).await?;
    Ok(())
}

/// Says whether an attribute is personal; whether there is one of that name.
pub(crate) async fn attribute_set_personal(tx: &mut Tx, name: &str, personal: bool) -> Result<bool, Problem> {
    let sql = "UPDATE attribute SET personal = $2 WHERE name = $1";
    Ok(tx.execute(sql, args![name, i64::from(personal)]).await? > 0)
}

/// Removes the definitions that an import made and under which no customer has a value.
pub(crate) async fn attribute_delete_unused(tx: &mut Tx, import: ImportId) -> Result<(), Problem> {
    let made = tx.fetch_all("SELECT name FROM attribute WHERE created_import = $1", args![import.0]).await?;
    for row in &made {
        let name = text(row, 0)?;
        let sql = "SELECT id FROM customer WHERE attributes LIKE $1 ESCAPE '\\' LIMIT 1";
        if tx.fetch_optional(sql, args![key_pattern(&name)]).await?.is_none() {
            tx.execute("DELETE FROM attribute WHERE name = $1", args![name]).await?;
        }
    }
    Ok(())
}

/// The `LIKE` pattern of JSON objects with this key. Exact: inside a value the quotes would be escaped, and a name of an
/// attribute holds nothing that JSON escapes.
pub(crate) fn key_pattern(name: &str) -> String {
    format!("%\"{}\":%", name.replace('_', "\\_"))
}
