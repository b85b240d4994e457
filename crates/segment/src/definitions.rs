//! What facts are computed by, as files of traits.

use std::fmt::Write as _;

use base::{Code, Problem};
use profile::traits::Traits;

/// A trait in the making.
struct Definition<'a> {
    name: &'a str,
    /// The one in use that it is like.
    like: &'a str,
    /// Another value than that one has.
    value: Option<&'a str>,
    window: &'a str,
}

const fn like<'a>(name: &'a str, like: &'a str, window: &'a str) -> Definition<'a> {
    Definition { name, like, value: None, window }
}

/// The days on which lines of a definition lie.
const fn days<'a>(name: &'a str, like: &'a str) -> Definition<'a> {
    Definition { name, like, value: Some("distinct(day)"), window: "all" }
}

/// The facts of a date, the window written as in a trait.
pub(crate) fn of_facts(traits: &Traits, window: &str) -> Result<String, Problem> {
    let wanted = [
        like("recency", "recency", "all"),
        like("tenure", "tenure", "all"),
        like("orders", "frequency", "all"),
        days("purchase_days", "frequency"),
        like("window_recency", "recency", window),
        like("window_frequency", "frequency", window),
        like("window_monetary", "monetary", window),
    ];
    write(traits, &wanted)
}

/// What lines are to those facts, for [`crate::purchases::LinesPlan`].
pub(crate) fn of_lines(traits: &Traits) -> Result<String, Problem> {
    let wanted = [
        like("recency", "recency", "all"),
        like("tenure", "tenure", "all"),
        like("frequency", "frequency", "all"),
        days("purchase_days", "frequency"),
        like("monetary", "monetary", "all"),
    ];
    let mut text = write(traits, &wanted)?;
    // The days that [`crate::facts::LastDays`] sees.
    definition(&mut text, "sale_days", "distinct(day)", "kind = 'sale'", "all");
    Ok(text)
}

/// The definitions in use, or those that come with the product where they lack.
fn write(traits: &Traits, wanted: &[Definition<'_>]) -> Result<String, Problem> {
    let core = Traits::core()?;
    let mut text = String::new();
    for Definition { name, like, value, window } in wanted {
        let known = traits.get(like).or_else(|| core.get(like));
        let known = known.ok_or_else(|| Problem::new(Code::Internal, format!("there is no trait {like}")))?;
        definition(&mut text, name, value.unwrap_or(&known.value), &known.condition, window);
    }
    Ok(text)
}

fn definition(text: &mut String, name: &str, value: &str, condition: &str, window: &str) {
    let quoted = |text: &str| toml::Value::String(text.to_owned());
    let words = "{ en = \"\", zh = \"\" }";
    let (name, value, window) = (quoted(name), quoted(value), quoted(window));
    let _ = writeln!(text, "[[trait]]\nname = {name}\nlabel = {words}\ndescription = {words}\nunit = \"\"");
    let _ = writeln!(text, "value = {value}\nwindow = {window}");
    if !condition.is_empty() {
        let _ = writeln!(text, "where = {}", quoted(condition));
    }
}
