//! A button that copies a text of the page. Where the browser gives no clipboard, as it does
//! without https, the text is selected for the person to copy.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Clipboard, Element, MouseEvent};

use super::dom::{document, find, listen, window};

pub(super) fn start() {
    listen("click", |event: MouseEvent| {
        let button = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[data-copy]").ok().flatten());
        if let Some(button) = button {
            copy(button);
        }
    });
}

fn copy(button: Element) {
    let id = button.get_attribute("data-copy").unwrap_or_default();
    let Some(text) = document().get_element_by_id(&id) else {
        return;
    };
    spawn_local(async move {
        let copied = match clipboard() {
            Some(clipboard) => {
                let text = text.text_content().unwrap_or_default();
                JsFuture::from(clipboard.write_text(text.trim()))
                    .await
                    .is_ok()
            }
            None => false,
        };
        if copied {
            say(&button.get_attribute("data-copied").unwrap_or_default());
            let _ = button.class_list().add_1("done");
        } else if let Ok(Some(selection)) = window().get_selection() {
            let _ = selection.select_all_children(&text);
        }
    });
}

fn clipboard() -> Option<Clipboard> {
    let found = Reflect::get(&window().navigator(), &JsValue::from("clipboard")).ok()?;
    (!found.is_undefined()).then(|| found.unchecked_into())
}

/// Tells those who hear the page.
fn say(words: &str) {
    if let Some(place) = find::<Element>("#announce") {
        place.set_text_content(Some(words));
    }
}
