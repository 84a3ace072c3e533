//! What forms get beside what the browser gives them: Enter adds to a list, a text is copied at a
//! click, and what a form would bring is told while it is filled in.
//!
//! All by attributes: `data-enter` names the button that Enter in a line presses, `data-copy` the
//! element whose text a button copies, and `data-fresh-from` on a form the page that is asked, half
//! a second after the last change, for the parts marked `data-fresh`.

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomParser, Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement,
    KeyboardEvent, MouseEvent, RequestInit, SupportedType, UrlSearchParams,
};

use super::{
    dom::{document, find_all, listen, window},
    navigate, way,
};

/// How long nothing must change before the server is asked, in milliseconds.
const QUIET: i32 = 500;

thread_local! {
    /// Counts changes and pages: what was asked before the last of them is not shown.
    static CHANGES: Cell<u32> = const { Cell::new(0) };
}

pub(super) fn start() {
    listen("keydown", |event: KeyboardEvent| {
        if event.key() == "Enter" && add(&event).is_some() {
            event.prevent_default();
        }
    });
    listen("click", |event: MouseEvent| {
        copy(&event);
    });
    listen("input", |event: Event| {
        changed(&event);
    });
    listen("revisor:page", |_: Event| {
        count();
    });
}

fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}

/// Presses the button of the line, where something is typed in it.
fn add(event: &KeyboardEvent) -> Option<()> {
    let line = closest(event, "input[data-enter]")?;
    let line = line.dyn_into::<HtmlInputElement>().ok()?;
    if line.value().trim().is_empty() {
        return None;
    }
    let button = document().get_element_by_id(&line.get_attribute("data-enter")?)?;
    button.dyn_into::<HtmlElement>().ok()?.click();
    Some(())
}

/// Copies a text; where the browser does not let it, the text is selected to be copied by hand.
fn copy(event: &MouseEvent) -> Option<()> {
    let button = closest(event, "[data-copy]")?;
    let of = document().get_element_by_id(&button.get_attribute("data-copy")?)?;
    let navigator = window().navigator();
    let able = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    if !able {
        let selection = window().get_selection().ok().flatten()?;
        return selection.select_all_children(&of).ok();
    }
    let written = navigator
        .clipboard()
        .write_text(&of.text_content().unwrap_or_default());
    spawn_local(async move {
        if JsFuture::from(written).await.is_ok()
            && let (Some(word), Ok(Some(place))) = (
                button.get_attribute("data-copied"),
                button.query_selector("span"),
            )
        {
            place.set_text_content(Some(&word));
        }
    });
    Some(())
}

fn count() -> u32 {
    let count = CHANGES.get() + 1;
    CHANGES.set(count);
    count
}

/// Asks for the fresh parts of a form's page, once nothing has changed for a while.
fn changed(event: &Event) -> Option<()> {
    let form = closest(event, "form[data-fresh-from]")?;
    let form = form.dyn_into::<HtmlFormElement>().ok()?;
    let now = count();
    let later = Closure::once_into_js(move || {
        if CHANGES.get() == now {
            spawn_local(async move {
                refresh(&form, now).await;
            });
        }
    });
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(later.unchecked_ref(), QUIET)
        .ok()?;
    Some(())
}

async fn refresh(form: &HtmlFormElement, asked: u32) -> Option<()> {
    let data = FormData::new_with_form(form).ok()?;
    let pairs = UrlSearchParams::new_with_str_sequence_sequence(&JsValue::from(data)).ok()?;
    pairs.append("try", "true");
    let page = form.get_attribute("data-fresh-from")?;
    let url = format!("{page}?{}", way::without_empty(&pairs)?);
    let navigate::Answer::Page(_, text) = navigate::fetch(&url, &RequestInit::new()).await else {
        return None;
    };
    if CHANGES.get() != asked {
        return None;
    }
    let next = DomParser::new()
        .ok()?
        .parse_from_string(&text, SupportedType::TextHtml)
        .ok()?;
    let root = document().document_element()?;
    let focused = document().active_element();
    for old in find_all::<Element>(&root, "[data-fresh][id]") {
        let busy = old.contains(focused.as_deref());
        if let (false, Some(new)) = (busy, next.get_element_by_id(&old.id())) {
            old.replace_with_with_node_1(&new).ok()?;
        }
    }
    Some(())
}
