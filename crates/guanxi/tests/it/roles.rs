//! The guide's table of roles is that of the code.

use web::{Permission, Role};

use crate::repo::text;

/// Which roles the guide ticks for a permission.
fn ticks(guide: &str, permission: &str) -> Vec<bool> {
    let start = format!("| `{permission}`");
    let line = guide.lines().find(|line| line.starts_with(&start)).unwrap_or_default();
    line.trim_matches('|').split('|').skip(1).map(|cell| cell.contains('✓')).collect()
}

#[test]
fn the_guide_says_what_every_role_may_do() {
    for language in ["en", "zh"] {
        let path = format!("docs/guide/{language}/roles.md");
        let guide = text(&path);
        for permission in Permission::ALL {
            let may: Vec<bool> = Role::ALL.iter().map(|role| role.permissions().contains(permission)).collect();
            assert_eq!(ticks(&guide, permission.as_str()), may, "{path}: {}", permission.as_str());
        }
    }
}
