//! A slider says where it stands while it is moved, and leads there when it is let go.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::dom::listen;

pub(super) fn start() {
    listen("input", |event: Event| {
        let Some(slider) = slider(&event) else { return };
        let place = slider
            .form()
            .and_then(|form| form.query_selector("output").ok().flatten());
        if let Some(place) = place {
            place.set_text_content(Some(&slider.value()));
        }
    });
    listen("change", |event: Event| {
        if let Some(form) = slider(&event).and_then(|slider| slider.form()) {
            let _ = form.request_submit();
        }
    });
}

fn slider(event: &Event) -> Option<HtmlInputElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.has_attribute("data-go").then_some(())?;
    element.dyn_into().ok()
}
