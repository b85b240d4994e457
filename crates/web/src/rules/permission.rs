//! What can be allowed.

use base::{Code, Problem, problem::did_you_mean};

macro_rules! permissions {
    ($($name:ident $text:literal $about:literal;)+) => {
        /// Something that a role or the scope of a key can allow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $(#[doc = $about] $name,)+
        }

        impl Permission {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable text form, `thing.verb`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it allows, for people.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }
        }

        /// The permissions as types, for [`crate::Allowed`].
        pub mod may {
            $(#[doc = $about]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl super::Permitted for $name {
                const PERMISSION: super::Permission = super::Permission::$name;
            })+
        }
    };
}

/// A permission as a type.
pub trait Permitted: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

permissions! {
    CustomersRead "customers.read" "See customers and their figures; names and addresses are masked without customers.pii.";
    CustomersPii "customers.pii" "See names, telephone numbers and e-mail addresses in full.";
    CustomersWrite "customers.write" "Change attributes of customers.";
    CustomersErase "customers.erase" "Erase a person for good.";
    CustomersExport "customers.export" "Take lists of customers out of the system.";
    SegmentsRead "segments.read" "See segments and who is in them.";
    SegmentsWrite "segments.write" "Make and change segments and their rules.";
    InsightRead "insight.read" "See the figures of the business.";
    SqlRun "sql.run" "Ask questions in SQL.";
    ImportRead "import.read" "See imports and their reports.";
    ImportRun "import.run" "Import files, and undo imports.";
    OrdersWrite "orders.write" "Send orders one by one, as a till does.";
    JobsRead "jobs.read" "See background work.";
    JobsCancel "jobs.cancel" "Stop and repeat background work.";
    UsersManage "users.manage" "Invite people, change their roles, lock them out.";
    KeysManage "keys.manage" "Make and revoke API keys.";
    AuditRead "audit.read" "Read the audit log.";
    BackupRun "backup.run" "Make back-ups.";
    UpkeepRun "upkeep.run" "Check the installation and tidy it up.";
    SettingsRead "settings.read" "See settings.";
    SettingsWrite "settings.write" "Change settings.";
    MetricsRead "metrics.read" "Read the metrics of the server.";
}

impl Permission {
    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or_else(|| {
            let near = did_you_mean(text, Self::ALL.iter().map(|p| p.as_str()));
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a permission"))
                .hint(near.unwrap_or_else(|| "GET /api/v1/roles lists them".to_owned()))
        })
    }
}

impl utoipa::PartialSchema for Permission {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|p| p.as_str())))
            .description(Some(
                "Something that a role or the scope of a key can allow. GET /roles says what each means.",
            ))
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Permission {}

/// A set of permissions, ordered.
pub type Permissions = std::collections::BTreeSet<Permission>;

/// The stored form of a set: text forms separated by spaces.
pub(crate) fn to_text(set: &Permissions) -> String {
    set.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads the stored form. Permissions that this version does not know allow nothing and are left out.
pub(crate) fn from_text(text: &str) -> Permissions {
    text.split_whitespace().filter_map(|p| Permission::parse(p).ok()).collect()
}
