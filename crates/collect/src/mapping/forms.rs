//! The forms of a file's dates and numbers and its rules for kinds of lines, from the columns that are read.

use super::content::Content;
use super::detect::{self, SampleLine};
use super::propose::{Draft, Notice, Said};
use super::{DateForm, Field, FileKind, Mapping};
use crate::decode::number::parse_scaled;
use crate::decode::text::trim;

impl Draft<'_> {
    /// Sets the form of dates and the rules for kinds of lines, and says where a person should look.
    pub(super) fn forms(&mut self, mapping: &mut Mapping, said: &Said<'_>) {
        let decimal = self.decimal;
        if decimal.ambiguous && !said.decides("decimal") {
            let message = format!(
                "whether , or . is the decimal mark cannot be told from the sample: taken as decimal {}; override with --option decimal=…",
                decimal.form.as_str()
            );
            self.notices.push(Notice::new("ambiguous_decimal", message));
        }
        let dated = [Field::Time, Field::Joined, Field::Birthday];
        let dates = dated.iter().filter_map(|f| self.content(mapping, *f)?.dates.clone());
        let dates = dates.reduce(|a, b| if a.ambiguous && !b.ambiguous { b } else { a });
        if let Some(found) = &dates {
            mapping.options.date = found.form;
            if found.ambiguous && !said.decides("date") {
                let other = if found.form == DateForm::DayFirst { DateForm::MonthFirst } else { DateForm::DayFirst };
                let message = format!(
                    "day and month cannot be told apart in the sample: dates are read {}; if that is wrong use --option date={}",
                    found.form.as_str(),
                    other.as_str()
                );
                self.notices.push(Notice::new("ambiguous_dates", message));
            }
        }
        if self.kind == FileKind::Orders {
            self.kinds(mapping);
        }
    }

    fn content(&self, mapping: &Mapping, field: Field) -> Option<&Content> {
        self.contents.get(self.position(mapping, field)?)
    }

    fn position(&self, mapping: &Mapping, field: Field) -> Option<usize> {
        let name = mapping.column(field)?;
        self.columns.iter().position(|c| c == name)
    }

    fn kinds(&self, mapping: &mut Mapping) {
        let Some(id) = self.position(mapping, Field::OrderId) else { return };
        let signs = [Field::Quantity, Field::Amount].map(|f| self.position(mapping, f));
        let typed = self.position(mapping, Field::Type);
        let cell = |row: usize, column: Option<usize>| column.map_or(&[][..], |c| trim(self.sample.cell(row, c)));
        let negative = |text: &[u8]| matches!(parse_scaled(text, 4, mapping.options.decimal), Ok(Some(n)) if n < 0);
        let values = &mapping.options.returns.values;
        let lines: Vec<SampleLine<'_>> = (0..self.sample.len())
            .filter(|row| self.sample.fault(*row).is_none())
            .map(|row| SampleLine {
                id: cell(row, Some(id)),
                negative: signs.iter().any(|s| negative(cell(row, *s))),
                typed_return: std::str::from_utf8(cell(row, typed)).is_ok_and(|t| values.contains(&t.to_lowercase())),
            })
            .collect();
        (mapping.options.returns, mapping.options.adjustments) = detect::kinds(&lines);
    }
}
