//! Roles: what people of each kind may do, and who may make whom what.

use base::{Code, Problem, problem::did_you_mean};

use super::permission::{Permission, Permissions};

/// What somebody is in the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, and cannot be locked out by others.
    Owner,
    /// Everything but owners.
    Admin,
    /// The business: customers, segments, imports, figures.
    Manager,
    /// Segments and lists, without seeing who the people are.
    Marketer,
    /// Figures and SQL, without seeing who the people are.
    Analyst,
    /// Customers and their orders in full, also to change; no lists to take away, no figures.
    Agent,
    /// Looks, does not touch.
    Viewer,
}

impl Role {
    /// All there are, the mightiest first.
    pub const ALL: [Self; 7] =
        [Self::Owner, Self::Admin, Self::Manager, Self::Marketer, Self::Analyst, Self::Agent, Self::Viewer];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Marketer => "marketer",
            Self::Analyst => "analyst",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| {
            let near = did_you_mean(text, Self::ALL.iter().map(|r| r.as_str()));
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a role")).hint(
                near.unwrap_or_else(|| "use owner, admin, manager, marketer, analyst, agent or viewer".to_owned()),
            )
        })
    }

    /// What it may do.
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        let list: &[P] = match self {
            Self::Owner | Self::Admin => P::ALL,
            Self::Manager => &[
                P::CustomersRead,
                P::CustomersPii,
                P::CustomersWrite,
                P::CustomersErase,
                P::CustomersExport,
                P::SegmentsRead,
                P::SegmentsWrite,
                P::InsightRead,
                P::SqlRun,
                P::ImportRead,
                P::ImportRun,
                P::OrdersWrite,
                P::JobsRead,
                P::JobsCancel,
                P::AuditRead,
                P::SettingsRead,
            ],
            Self::Marketer => &[
                P::CustomersRead,
                P::CustomersExport,
                P::SegmentsRead,
                P::SegmentsWrite,
                P::InsightRead,
                P::ImportRead,
                P::JobsRead,
            ],
            Self::Analyst => &[
                P::CustomersRead,
                P::CustomersExport,
                P::SegmentsRead,
                P::InsightRead,
                P::SqlRun,
                P::ImportRead,
                P::JobsRead,
            ],
            Self::Agent => &[P::CustomersRead, P::CustomersPii, P::CustomersWrite],
            Self::Viewer => &[P::CustomersRead, P::SegmentsRead, P::InsightRead],
        };
        list.iter().copied().collect()
    }

    /// Whether someone of this role, who may manage users, may give `to` to somebody who is `from` (or new).
    pub fn may_set(self, from: Option<Self>, to: Self) -> bool {
        self == Self::Owner || (to != Self::Owner && from != Some(Self::Owner))
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|p| serde::de::Error::custom(format!("{}; {}", p.message, p.hint.unwrap_or_default())))
    }
}

impl utoipa::PartialSchema for Role {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.map(Self::as_str)))
            .description(Some("What somebody is in the business."))
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Role {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_role_never_gives_what_it_has_not() {
        assert!(Role::Owner.may_set(Some(Role::Owner), Role::Viewer) && Role::Owner.may_set(None, Role::Owner));
        assert!(Role::Admin.may_set(None, Role::Admin));
        assert!(!Role::Admin.may_set(None, Role::Owner) && !Role::Admin.may_set(Some(Role::Owner), Role::Viewer));
        for role in [Role::Marketer, Role::Analyst, Role::Viewer] {
            assert!(!role.permissions().contains(&Permission::CustomersPii), "{role:?} sees personal data");
        }
        for role in Role::ALL.into_iter().skip(2) {
            assert!(!role.permissions().contains(&Permission::UsersManage), "{role:?} manages users");
        }
    }
}
