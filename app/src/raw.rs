//! Text for the places that the server writes unescaped: leptos leaves the document's title and
//! the children of a `<textarea>` as they are, so markup in a text would become part of the page.
//! The browser sets both as text, so there nothing is escaped.

/// Text as this side of the wire needs it in such a place.
pub(crate) fn raw_text(text: &str) -> String {
    escape(text)
}

/// Text as HTML that shows it.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escape("</title><svg onload=alert(1)> & \"co\""),
            "&lt;/title&gt;&lt;svg onload=alert(1)&gt; &amp; \"co\""
        );
        assert_eq!(escape("&lt;"), "&amp;lt;");
    }

    /// Fails when leptos begins to escape there itself: then this module can go.
    #[test]
    fn the_server_shows_markup_of_a_textarea() {
        use leptos::prelude::*;

        let text = "</textarea><b>";
        let html = view! { <textarea>{raw_text(text)}</textarea> }.to_html();
        assert_eq!(html, "<textarea>&lt;/textarea&gt;&lt;b&gt;</textarea>");
    }
}
