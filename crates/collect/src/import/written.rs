//! How reports write amounts and instants: decimal text and RFC 3339, as everywhere else.

/// An amount in 1/10000 as decimal text with four digits.
pub(super) mod amount {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(amount: &i128, out: S) -> Result<S::Ok, S::Error> {
        let (sign, size) = (if *amount < 0 { "-" } else { "" }, amount.unsigned_abs());
        out.collect_str(&format_args!("{sign}{}.{:04}", size / 10_000, size % 10_000))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i128, D::Error> {
        let text = String::deserialize(from)?;
        let (whole, part) = text.split_once('.').ok_or_else(|| D::Error::custom("an amount has four decimals"))?;
        if part.len() != 4 {
            return Err(D::Error::custom("an amount has four decimals"));
        }
        format!("{whole}{part}").parse().map_err(D::Error::custom)
    }
}

/// The first and the last instant.
pub(super) mod span {
    use base::Micros;
    use base::clock::rfc3339;
    use jiff::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the shape that serde calls")]
    pub(crate) fn serialize<S: Serializer>(span: &Option<(Micros, Micros)>, out: S) -> Result<S::Ok, S::Error> {
        span.map(|(from, to)| (rfc3339(from), rfc3339(to))).serialize(out)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<(Micros, Micros)>, D::Error> {
        let texts: Option<(Timestamp, Timestamp)> = Option::<(String, String)>::deserialize(from)?
            .map(|(from, to)| Ok((from.parse()?, to.parse()?)))
            .transpose()
            .map_err(|e: jiff::Error| D::Error::custom(e))?;
        Ok(texts.map(|(from, to)| (from.as_microsecond(), to.as_microsecond())))
    }
}

#[cfg(test)]
mod tests {
    use crate::import::{Figures, Sum};

    #[test]
    fn reports_come_back_as_they_were_written() {
        for amount in [0, 1, -1, 9_999, -123_456, 105_000_000_000_000_000_000] {
            let figures = Figures {
                with_customer: [Sum { lines: 1, amount }; 3],
                span: Some((1_000_000, 1_322_000_000_000_000)),
                ..Figures::default()
            };
            let text = serde_json::to_string(&figures).unwrap();
            assert!(text.contains("2011-11-22T22:13:20Z"), "{text}");
            assert_eq!(serde_json::from_str::<Figures>(&text).unwrap(), figures);
        }
        assert!(serde_json::to_string(&Sum { lines: 1, amount: -5_000 }).unwrap().contains(r#""-0.5000""#));
    }
}
