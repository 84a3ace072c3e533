//! The box in the head of a table ticks every line of the form around it.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::dom::{find_all, listen};

pub(super) fn start() {
    listen("change", |event: Event| {
        let head = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            .filter(|head| head.has_attribute("data-select-all"));
        let Some(head) = head else { return };
        let Ok(Some(form)) = head.closest("form") else {
            return;
        };
        tick(&form, head.checked());
    });
}

fn tick(form: &Element, on: bool) {
    for line in
        find_all::<HtmlInputElement>(form, "tbody input[type=checkbox], li input[type=checkbox]")
    {
        line.set_checked(on);
    }
}
