//! Filters of a list: `filter=field:operator:value`, all of which must hold.

use base::{Code, Problem};
use store::Value;

use super::field::{Field, Kind, find};

/// The operators, for messages and the document.
pub(crate) const OPERATORS: &str = "eq, ne, lt, le, gt, ge, in (values separated by commas, in double quotes where they have one), has (part of a text)";

/// Values separated by commas; one that has a comma itself stands in double quotes, where two of them are one: `a,"b, c","5"" pipe"`.
pub fn values(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut chars = text.chars().peekable();
    let (mut quoted, mut begins) = (false, true);
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => all.last_mut().into_iter().for_each(|v| v.push('"')),
            '"' if quoted || begins => quoted = !quoted,
            ',' if !quoted => {
                all.push(String::new());
                begins = true;
                continue;
            }
            c => all.last_mut().into_iter().for_each(|v| v.push(c)),
        }
        begins = false;
    }
    all
}

/// A condition in SQL with its parameters, to be numbered from `first`.
pub(crate) fn condition(fields: &[Field], text: &str, first: usize) -> Result<(String, Vec<Value>), Problem> {
    let mut parts = text.splitn(3, ':');
    let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a filter"))
            .hint("write field:operator:value, such as role:eq:admin"));
    };
    let field = find(fields, name, "filter")?;
    let sql = &field.sql;
    let ordered = matches!(field.kind, Kind::Int | Kind::Real | Kind::Time | Kind::Text | Kind::Id(_));
    let sign = match operator {
        "eq" => "=",
        "ne" => "<>",
        "lt" if ordered => "<",
        "le" if ordered => "<=",
        "gt" if ordered => ">",
        "ge" if ordered => ">=",
        "in" => {
            let values = values(value).iter().map(|v| field.value(v)).collect::<Result<Vec<_>, _>>()?;
            let places: Vec<String> = (0..values.len()).map(|i| format!("${}", first + i)).collect();
            return Ok((format!("{sql} IN ({})", places.join(", ")), values));
        }
        "has" if matches!(field.kind, Kind::Text) => {
            let escaped = value.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            return Ok((format!("lower({sql}) LIKE ${first} ESCAPE '\\'"), vec![format!("%{escaped}%").into()]));
        }
        "lt" | "le" | "gt" | "ge" | "has" => {
            return Err(Problem::new(Code::InvalidArgument, format!("{name} cannot be compared with \"{operator}\""))
                .hint("use eq, ne or in"));
        }
        _ => {
            return Err(Problem::new(Code::InvalidArgument, format!("\"{operator}\" is not an operator"))
                .hint(format!("use {OPERATORS}")));
        }
    };
    Ok((format!("{sql} {sign} ${first}"), vec![field.value(value)?]))
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn a_value_may_have_a_comma() {
        assert_eq!(values("a,b"), ["a", "b"]);
        assert_eq!(values(r#""Wine, red",Beer,"5"" pipe",6" nail"#), ["Wine, red", "Beer", "5\" pipe", "6\" nail"]);
        assert_eq!(values(""), [""]);
    }
}
