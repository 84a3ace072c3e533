//! Tells the server the browser's time zone, by a cookie: pages are written in it from the next one
//! on, where the reader has not chosen another.

use js_sys::{Array, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlDocument;

use super::dom::document;

pub(super) fn tell() {
    let Some(zone) = zone() else { return };
    // An IANA name; anything else is not for a cookie.
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '_' | '-' | '+');
    if zone.is_empty() || zone.len() > 64 || !zone.chars().all(plain) {
        return;
    }
    if let Ok(document) = document().dyn_into::<HtmlDocument>() {
        let cookie = format!("zone={zone}; path=/; max-age=31536000; samesite=lax");
        let _ = document.set_cookie(&cookie);
    }
}

fn zone() -> Option<String> {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from("timeZone"))
        .ok()?
        .as_string()
}
