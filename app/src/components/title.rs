//! The document's title, with the site behind it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::raw::raw_text;

const SITE: &str = "Revisor";

/// How every page's `Title` is written. Stands at the root, so that no page's title goes past it.
#[component]
pub(crate) fn Titles() -> impl IntoView {
    view! { <Title formatter=document_title /> }
}

/// A page's title may hold a record's name: it is escaped here, once, for all pages.
fn document_title(page: String) -> String {
    raw_text(&if page.is_empty() {
        SITE.to_owned()
    } else {
        format!("{page} · {SITE}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_escapes_every_title() {
        assert_eq!(document_title(String::new()), "Revisor");
        assert_eq!(document_title("Leads".into()), "Leads · Revisor");
        assert_eq!(document_title("<b>".into()), "&lt;b&gt; · Revisor");
    }
}
