//! The keyboard: a person who dislikes the mouse needs none.
//!
//! Rows are found in the document by their class, so that a page needs nothing of its own: a row's
//! link has the class `row-link`, and the row's checkbox is the first in its line.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{
    dom::{document, find, find_all, listen},
    navigate,
};

/// Where `g` and a letter lead.
const PLACES: [(&str, &str); 7] = [
    ("o", "/overview"),
    ("l", "/logs"),
    ("m", "/models"),
    ("r", "/rules"),
    ("h", "/hosts"),
    ("u", "/users"),
    ("i", "/integrity"),
];

pub(super) fn start() {
    let led_by_g = Cell::new(false);
    listen("keydown", move |event: KeyboardEvent| {
        if event.default_prevented() || has_modifier(&event) || is_typing() {
            return;
        }
        if pressed(&event.key(), &led_by_g) {
            event.prevent_default();
        }
    });
}

/// Does what a key stands for; false where it stands for nothing.
fn pressed(key: &str, led_by_g: &Cell<bool>) -> bool {
    if led_by_g.replace(false) {
        return PLACES
            .iter()
            .find(|(letter, _)| *letter == key)
            .is_some_and(|(_, path)| {
                navigate::go(path);
                true
            });
    }
    match key {
        "g" => {
            led_by_g.set(true);
            false
        }
        "/" => focus_search(),
        "j" => step(1),
        "k" => step(-1),
        "x" => toggle(),
        "e" => click(".selection summary"),
        "?" => click("[popovertarget=keys]"),
        // A page may say what an arrow leads to: the revision before, the next log.
        "ArrowLeft" => click("[data-key=previous]"),
        "ArrowRight" => click("[data-key=next]"),
        _ => false,
    }
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// Whether keys are text, or move within a control, now.
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
    document()
        .document_element()
        .map(|root| find_all(&root, ".row-link"))
        .unwrap_or_default()
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
