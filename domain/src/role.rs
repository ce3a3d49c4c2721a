//! Roles, and what each may enter.

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// A role. Everyone on the roster is `Staff`; the others are granted, each below one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers surveys, sees what is shared with everyone.
    Staff,
    /// Sees the results of the units in their scope.
    Manager,
    /// Runs campaigns, keeps roster and indicators.
    Hr,
    /// Sees dashboards and the follow-up table.
    Executive,
    /// Runs the server; sees no results beyond what everyone sees.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Self::Staff, Self::Manager, Self::Hr, Self::Executive, Self::Administrator];

    /// The name stored in the database and used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Hr => "hr",
            Self::Executive => "executive",
            Self::Administrator => "administrator",
        }
    }

    /// Reads [`Role::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }

    /// What the role is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Staff => lang.t("職員", "Staff"),
            Self::Manager => lang.t("管理職", "Manager"),
            Self::Hr => lang.t("人事", "HR"),
            Self::Executive => lang.t("幹部", "Executive"),
            Self::Administrator => lang.t("システム管理者", "Administrator"),
        }
    }
}
