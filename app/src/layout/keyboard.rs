//! The keyboard: a person who dislikes the mouse needs none.
//!
//! Rows are found in the document by their class, so that a page needs nothing of its own: a row's
//! link has the class `row-link`, and the row's checkbox is the first in its line.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlInputElement},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Listens as long as the layout stands. Does nothing on the server.
pub(super) fn listen() {
    let navigate = use_navigate();
    let after_g = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.default_prevented() || has_modifier(&event) || is_typing() {
                return;
            }
            let led_by_g = after_g.get_value();
            after_g.set_value(false);
            let key = event.key();
            let done = match (led_by_g, key.as_str()) {
                (true, "l") => go(&navigate, "/logs"),
                (true, "m") => go(&navigate, "/models"),
                (true, "r") => go(&navigate, "/rules"),
                (false, "g") => {
                    after_g.set_value(true);
                    false
                }
                (false, "/") => focus_search(),
                (false, "j") => step(1),
                (false, "k") => step(-1),
                (false, "x") => toggle(),
                (false, "e") => click(".selection summary"),
                (false, "?") => click("[popovertarget=keys]"),
                _ => false,
            };
            if done {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// Whether keys are text now.
fn is_typing() -> bool {
    document()
        .active_element()
        .is_some_and(|element| match element.tag_name().as_str() {
            "TEXTAREA" | "SELECT" => true,
            "INPUT" => !matches!(
                element.get_attribute("type").as_deref(),
                Some("checkbox" | "radio" | "button" | "submit")
            ),
            _ => false,
        })
}

fn go(navigate: &impl Fn(&str, NavigateOptions), path: &str) -> bool {
    navigate(path, NavigateOptions::default());
    true
}

fn find<T: JsCast>(selector: &str) -> Option<T> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into().ok())
}

fn click(selector: &str) -> bool {
    find::<HtmlElement>(selector).is_some_and(|element| {
        element.click();
        let _ = element.focus();
        true
    })
}

fn focus_search() -> bool {
    find::<HtmlInputElement>("input[type=search]").is_some_and(|input| {
        let _ = input.focus();
        input.select();
        true
    })
}

fn rows() -> Vec<HtmlElement> {
    let found = document().get_elements_by_class_name("row-link");
    (0..found.length())
        .filter_map(|n| found.item(n)?.dyn_into().ok())
        .collect()
}

/// The row that has the focus, on its link or on anything else in it.
fn current(rows: &[HtmlElement]) -> Option<usize> {
    let active = document().active_element()?;
    let line = active.closest("tr, li").ok().flatten()?;
    rows.iter().position(|row| line.contains(Some(row)))
}

fn step(by: isize) -> bool {
    let rows = rows();
    let next = match current(&rows) {
        Some(at) => at.checked_add_signed(by),
        None => Some(0),
    };
    let Some(row) = next.and_then(|at| rows.get(at)) else {
        return false;
    };
    let _ = row.focus();
    true
}

fn toggle() -> bool {
    let rows = rows();
    current(&rows)
        .and_then(|at| rows[at].closest("tr, li").ok().flatten())
        .and_then(|line| line.query_selector("input[type=checkbox]").ok().flatten())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|checkbox| {
            checkbox.click();
            true
        })
}
