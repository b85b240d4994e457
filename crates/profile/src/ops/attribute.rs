//! What is said of the attributes that files brought.

use base::{Code, Problem};
use store::Tx;

use super::read::attribute_list;
use super::scan::version_raise;
use crate::model::AttributeDef;
use crate::store::attribute;

/// Says whether an attribute is personal; as it is then. Those of the product stay as they are.
pub async fn attribute_set_personal(tx: &mut Tx, name: &str, personal: bool) -> Result<AttributeDef, Problem> {
    let known = attribute_list(tx).await?.into_iter().find(|def| def.name == name);
    let Some(def) = known else {
        return Err(Problem::new(Code::NotFound, format!("there is no attribute {name}"))
            .hint("GET /api/v1/attributes lists them"));
    };
    if def.built_in {
        return Err(Problem::new(Code::Conflict, format!("the product says itself whether {name} is personal"))
            .hint("only attributes that files or people brought can be changed"));
    }
    attribute::attribute_set_personal(tx, name, personal).await?;
    version_raise(tx).await?;
    Ok(AttributeDef { personal, ..def })
}
