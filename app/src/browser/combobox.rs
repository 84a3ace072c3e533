//! Completion of a search while it is typed: the ARIA combobox with a list of options.
//!
//! A box says by `data-complete` where it asks; the list beside it is the next `role=listbox` of its
//! parent. The server answers with the whole text as it would be, so that nothing of the grammar is
//! known here. Without an answer the box is a plain box.

use std::cell::{Cell, RefCell};

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent, RequestInit,
    Response, UrlSearchParams,
};

use super::dom::{document, find_all, listen, window};

/// One way to go on.
struct Completion {
    text: String,
    caret: u32,
    word: String,
    label: String,
}

thread_local! {
    static SHOWN: RefCell<Vec<Completion>> = const { RefCell::new(Vec::new()) };
    static ACTIVE: Cell<Option<usize>> = const { Cell::new(None) };
    /// Only one question is under way; what is typed meanwhile is asked for afterwards.
    static ASKING: Cell<bool> = const { Cell::new(false) };
    static AGAIN: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn start() {
    listen("input", |event: Event| {
        if let Some(input) = boxed(event.target()) {
            ask(input);
        }
    });
    listen("focusin", |event: Event| {
        if let Some(input) = boxed(event.target()) {
            name(&input);
        }
    });
    listen("focusout", |event: Event| {
        if let Some(input) = boxed(event.target()) {
            close(&input);
        }
    });
    listen("keydown", |event: KeyboardEvent| {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(input) = boxed(event.target())
            && pressed(&input, &event.key())
        {
            event.prevent_default();
        }
    });
    // Before the click: the box keeps the focus.
    listen("mousedown", |event: MouseEvent| {
        let option = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role=option]").ok().flatten());
        let (Some(option), Some(input)) = (option, active_box()) else {
            return;
        };
        event.prevent_default();
        if let Some(at) = options(&input).iter().position(|other| **other == option) {
            take(&input, at);
        }
    });
}

fn boxed(target: Option<web_sys::EventTarget>) -> Option<HtmlInputElement> {
    let input = target?.dyn_into::<HtmlInputElement>().ok()?;
    input.has_attribute("data-complete").then_some(input)
}

fn active_box() -> Option<HtmlInputElement> {
    boxed(document().active_element().map(Into::into))
}

fn list(input: &HtmlInputElement) -> Option<HtmlElement> {
    let parent = input.parent_element()?;
    let list = parent.query_selector("[role=listbox]").ok().flatten()?;
    list.dyn_into().ok()
}

fn options(input: &HtmlInputElement) -> Vec<HtmlElement> {
    list(input).map_or_else(Vec::new, |list| find_all(&list, "[role=option]"))
}

/// A plain box becomes a combobox.
fn name(input: &HtmlInputElement) {
    let Some(list) = list(input) else { return };
    for (name, value) in [
        ("role", "combobox"),
        ("aria-autocomplete", "list"),
        ("aria-expanded", "false"),
        ("aria-controls", list.id().as_str()),
    ] {
        let _ = input.set_attribute(name, value);
    }
}

fn close(input: &HtmlInputElement) {
    SHOWN.with_borrow_mut(Vec::clear);
    ACTIVE.set(None);
    let _ = input.set_attribute("aria-expanded", "false");
    let _ = input.remove_attribute("aria-activedescendant");
    if let Some(list) = list(input) {
        list.set_hidden(true);
        list.set_text_content(None);
    }
}

/// Does what a key stands for while the list is open; false where it stands for nothing.
fn pressed(input: &HtmlInputElement, key: &str) -> bool {
    let count = SHOWN.with_borrow(Vec::len);
    let active = ACTIVE.get();
    if count == 0 {
        if key == "ArrowDown" {
            ask(input.clone());
        }
        return key == "ArrowDown";
    }
    match (key, active) {
        ("ArrowDown", at) => mark(input, at.map_or(0, |at| (at + 1) % count)),
        ("ArrowUp", at) => mark(input, at.map_or(count - 1, |at| (at + count - 1) % count)),
        ("Enter" | "Tab", Some(at)) => take(input, at),
        ("Escape", _) => close(input),
        _ => return false,
    }
    true
}

/// Makes an option the active one; the focus stays in the box.
fn mark(input: &HtmlInputElement, at: usize) {
    ACTIVE.set(Some(at));
    for (index, option) in options(input).iter().enumerate() {
        let on = index == at;
        let _ = option.set_attribute("aria-selected", if on { "true" } else { "false" });
        if on {
            let _ = input.set_attribute("aria-activedescendant", &option.id());
            option.scroll_into_view_with_bool(false);
        }
    }
}

/// Puts an option into the box. Behind a qualifier one goes on with its values.
fn take(input: &HtmlInputElement, at: usize) {
    let taken = SHOWN.with_borrow(|shown| {
        shown
            .get(at)
            .map(|it| (it.text.clone(), it.caret, it.word.ends_with(':')))
    });
    close(input);
    let Some((text, caret, goes_on)) = taken else {
        return;
    };
    input.set_value(&text);
    let _ = input.set_selection_range(caret, caret);
    if goes_on {
        ask(input.clone());
    }
}

fn ask(input: HtmlInputElement) {
    if ASKING.replace(true) {
        AGAIN.set(true);
        return;
    }
    spawn_local(async move {
        let found = completions(&input).await;
        ASKING.set(false);
        if AGAIN.replace(false) {
            ask(input);
        } else if active_box().as_ref() == Some(&input) {
            show(&input, found.unwrap_or_default());
        }
    });
}

async fn completions(input: &HtmlInputElement) -> Option<Vec<Completion>> {
    let text = input.value();
    let caret = input.selection_start().ok().flatten()?;
    let query = UrlSearchParams::new().ok()?;
    query.append("q", &text);
    query.append("caret", &caret.to_string());
    let url = format!(
        "{}?{}",
        input.get_attribute("data-complete")?,
        String::from(query.to_string())
    );
    let request = RequestInit::new();
    let headers = web_sys::Headers::new().ok()?;
    let _ = headers.set("accept", "application/json");
    request.set_headers(&headers);
    let asked = window().fetch_with_str_and_init(&url, &request);
    let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let body = JsFuture::from(response.text().ok()?).await.ok()?;
    let all = JSON::parse(&body.as_string()?).ok()?;
    let all: Array = all.dyn_into().ok()?;
    Some(all.iter().filter_map(|one| completion(&one)).collect())
}

fn completion(one: &JsValue) -> Option<Completion> {
    let text = |name: &str| Reflect::get(one, &name.into()).ok()?.as_string();
    let caret = Reflect::get(one, &"caret".into()).ok()?.as_f64()?;
    Some(Completion {
        text: text("text")?,
        // A place in a text that a box holds.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        caret: caret as u32,
        word: text("word")?,
        label: text("label")?,
    })
}

fn show(input: &HtmlInputElement, found: Vec<Completion>) {
    close(input);
    // What stands there already is no news.
    let text = input.value();
    if found.is_empty() || (found.len() == 1 && found[0].text == text) {
        return;
    }
    name(input);
    let Some(list) = list(input) else { return };
    for (at, one) in found.iter().enumerate() {
        let Some(option) = option(&list.id(), at, one) else {
            return;
        };
        let _ = list.append_child(&option);
    }
    list.set_hidden(false);
    let _ = input.set_attribute("aria-expanded", "true");
    SHOWN.set(found);
}

fn option(list: &str, at: usize, one: &Completion) -> Option<Element> {
    let document = document();
    let option = document.create_element("li").ok()?;
    option.set_id(&format!("{list}-{at}"));
    let _ = option.set_attribute("role", "option");
    let _ = option.set_attribute("aria-selected", "false");
    let word = document.create_element("code").ok()?;
    word.set_text_content(Some(&one.word));
    let label = document.create_element("span").ok()?;
    label.set_text_content(Some(&one.label));
    let _ = option.append_child(&word);
    let _ = option.append_child(&label);
    Some(option)
}
