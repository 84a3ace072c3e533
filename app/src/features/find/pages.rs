//! The pages and actions that a name may mean.

use types::Role;

use super::api::Hit;
use crate::{components::Glyph, say::t};

/// The pages of somebody of this role.
pub(super) fn pages(role: Role) -> Vec<Hit> {
    let mut pages = vec![
        hit("/overview", Glyph::Chart, t!("nav-overview")),
        hit("/logs", Glyph::List, t!("nav-logs")),
        hit("/models", Glyph::Stack, t!("nav-records")),
    ];
    if role != Role::User {
        pages.push(hit("/rules", Glyph::Rule, t!("nav-rules")));
        pages.push(hit("/rules/coverage", Glyph::Rule, t!("find-coverage")));
        pages.push(hit("/hosts", Glyph::Plug, t!("nav-hosts")));
        pages.push(hit("/users", Glyph::Person, t!("nav-users")));
        pages.push(hit("/users/groups", Glyph::Person, t!("find-groups")));
    }
    pages.push(hit("/integrity", Glyph::Shield, t!("nav-integrity")));
    pages.push(hit("/filters", Glyph::Filter, t!("find-filters")));
    pages.push(hit("/me", Glyph::Gear, t!("nav-settings")));
    pages
}

/// What somebody of this role may begin.
pub(super) fn actions(role: Role) -> Vec<Hit> {
    if role != Role::Administrator {
        return Vec::new();
    }
    vec![
        hit("/rules/new", Glyph::Plus, t!("find-new-rule")),
        hit("/users/new", Glyph::Plus, t!("find-new-user")),
    ]
}

fn hit(href: &str, glyph: Glyph, title: String) -> Hit {
    Hit {
        href: href.to_owned(),
        glyph,
        title,
        note: None,
    }
}

/// A text as names are compared: in lower case and without accents.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents() {
        assert_eq!(folded("Règles"), "regles");
        assert_eq!(folded("Vue d’ENSEMBLE"), "vue d'ensemble");
    }

    #[test]
    fn who_keeps_no_rules_is_offered_none() {
        let of = |role| -> Vec<String> {
            let all = pages(role).into_iter().chain(actions(role));
            all.map(|hit| hit.href).collect()
        };
        assert!(of(Role::User).iter().all(|href| !href.starts_with("/rules")
            && !href.starts_with("/users")
            && !href.starts_with("/hosts")));
        assert!(!of(Role::Auditor).contains(&"/rules/new".to_owned()));
        assert!(of(Role::Administrator).contains(&"/rules/new".to_owned()));
    }
}
