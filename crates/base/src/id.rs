//! Identifiers: dense integers inside, typed and prefixed where a person or a program outside sees them.

use std::fmt;
use std::str::FromStr;

use crate::{Code, Problem};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Problem;

            /// Reads the prefixed form; a bare number is taken too.
            fn from_str(text: &str) -> Result<Self, Problem> {
                let digits = text.strip_prefix(concat!($prefix, "_")).unwrap_or(text);
                match digits.parse::<i64>() {
                    Ok(n) if n > 0 => Ok(Self(n)),
                    _ => Err(Problem::new(Code::InvalidId, format!("\"{text}\" is not an id of this kind"))
                        .hint(format!("it looks like {}_12", $prefix))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|p: Problem| {
                    serde::de::Error::custom(format!("{}; {}", p.message, p.hint.unwrap_or_default()))
                })
            }
        }
    };
}

id!(
    /// A customer: `cus_12`.
    CustomerId,
    "cus"
);
id!(
    /// One run of the importer: `imp_3`.
    ImportId,
    "imp"
);
id!(
    /// A person who works with Guanxi: `usr_1`.
    UserId,
    "usr"
);
id!(
    /// One log-in of a person on one device: `ses_7`.
    SessionId,
    "ses"
);
id!(
    /// A key with which a program calls the API: `key_2`.
    ApiKeyId,
    "key"
);
id!(
    /// An invitation to become a user: `inv_4`.
    InvitationId,
    "inv"
);
id!(
    /// An entry of the audit log: `aud_815`.
    AuditId,
    "aud"
);
id!(
    /// A batch of orders that were sent one by one: `bat_5`.
    BatchId,
    "bat"
);
id!(
    /// A file that was sent: `upl_3`.
    UploadId,
    "upl"
);
id!(
    /// A saved question: `que_3`.
    QuestionId,
    "que"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_refuses_the_rest() {
        assert_eq!("cus_12".parse::<CustomerId>().ok(), Some(CustomerId(12)));
        assert_eq!(CustomerId(12).to_string().parse::<CustomerId>().ok(), Some(CustomerId(12)));
        for wrong in ["", "cus_", "imp_3", "cus_-1", "cus_0", "cus_99999999999999999999"] {
            assert!(wrong.parse::<CustomerId>().is_err(), "{wrong}");
        }
    }
}
