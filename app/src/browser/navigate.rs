//! Links and forms without loading a page.
//!
//! A click on a link of ours, or a form sent, is asked for in the background; what comes back is a
//! whole page, as the server sends it to anybody. Its `#page` takes the place of the one that
//! stands, its title and address become the document's, and its islands are taken over. Whatever
//! is out of the ordinary (no HTML, another origin, the network away) is left to the browser.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Document, DomParser, Element, Event, HtmlElement, HtmlInputElement,
    MouseEvent, PopStateEvent, RequestInit, Response, ScrollRestoration, SubmitEvent,
    SupportedType, Url,
};

use super::dom::{document, find, find_all, listen, window};
use super::way::{Entry, Way, form, here, link};

thread_local! {
    /// The way under way: a later one ends it.
    static UNDER_WAY: RefCell<Option<AbortController>> = const { RefCell::new(None) };
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

pub(super) fn start() {
    if let Ok(history) = window().history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    listen("click", |event: MouseEvent| {
        if let Some(url) = link(&event) {
            event.prevent_default();
            go(&url);
        }
    });
    listen("submit", |event: SubmitEvent| {
        if let Some(way) = form(&event) {
            event.prevent_default();
            begin(way);
        }
    });
    listen("popstate", |_: PopStateEvent| {
        begin(Way {
            url: here(),
            body: None,
            entry: Entry::Again,
        });
    });
}

/// Goes to an address of ours.
pub fn go(url: &str) {
    begin(Way::to(url));
}

/// What a person comes back to: how far they had scrolled, and what had the focus.
fn remember() {
    let window = window();
    let Ok(history) = window.history() else {
        return;
    };
    let state = js_sys::Object::new();
    let scroll = window.scroll_y().unwrap_or_default();
    let _ = Reflect::set(&state, &"scroll".into(), &scroll.into());
    let focus = document().active_element().and_then(|it| name_of(&it));
    let _ = Reflect::set(
        &state,
        &"focus".into(),
        &focus.map_or(JsValue::NULL, JsValue::from),
    );
    let _ = history.replace_state_with_url(&state, "", None);
}

fn remembered(name: &str) -> JsValue {
    window()
        .history()
        .and_then(|history| history.state())
        .and_then(|state| Reflect::get(&state, &name.into()))
        .unwrap_or(JsValue::NULL)
}

/// A selector that finds the element again in the page that follows, if it is there.
fn name_of(element: &Element) -> Option<String> {
    let tag = element.tag_name().to_ascii_lowercase();
    ["id", "aria-label", "href", "name"]
        .iter()
        .find_map(|name| {
            let value = element.get_attribute(name)?;
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\a ");
            Some(format!("{tag}[{name}=\"{value}\"]"))
        })
}

fn begin(way: Way) {
    if way.entry != Entry::Again {
        remember();
    }
    let control = AbortController::new().ok();
    let signal = control.as_ref().map(AbortController::signal);
    if let Some(earlier) = UNDER_WAY.replace(control) {
        earlier.abort();
    }
    let count = COUNT.get() + 1;
    COUNT.set(count);
    busy(true);
    spawn_local(async move {
        let request = RequestInit::new();
        request.set_signal(signal.as_ref());
        if let Some(body) = &way.body {
            request.set_method("POST");
            request.set_body(body);
        }
        if let Ok(headers) = web_sys::Headers::new() {
            let _ = headers.set("accept", "text/html");
            request.set_headers(&headers);
        }
        let found = fetch(&way.url, &request).await;
        if COUNT.get() != count {
            return;
        }
        busy(false);
        match found {
            Answer::Page(url, text) => show(&way, &url, &text),
            // What is no page is the browser's: a file to keep, or its own word on the network.
            _ if way.body.is_none() => {
                let _ = window().location().set_href(&way.url);
            }
            Answer::Refused => say("data-refused"),
            Answer::Nothing => say("data-offline"),
        }
    });
}

/// What comes back.
pub(super) enum Answer {
    /// A page: the address it is at in the end, and its HTML.
    Page(String, String),
    /// Something else than a page.
    Refused,
    /// Nothing: the server was not reached.
    Nothing,
}

/// What an address answers.
pub(super) async fn fetch(url: &str, request: &RequestInit) -> Answer {
    let asked = window().fetch_with_str_and_init(url, request);
    let answer = JsFuture::from(asked).await.ok();
    let Some(response) = answer.and_then(|it| it.dyn_into::<Response>().ok()) else {
        return Answer::Nothing;
    };
    let kind = response.headers().get("content-type").ok().flatten();
    if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return Answer::Refused;
    }
    let Ok(text) = response.text() else {
        return Answer::Nothing;
    };
    match JsFuture::from(text).await.map(|text| text.as_string()) {
        Ok(Some(text)) => Answer::Page(response.url(), text),
        _ => Answer::Nothing,
    }
}

/// The page at an address of ours, as text.
pub(super) async fn text_of(url: &str) -> Option<String> {
    match fetch(url, &RequestInit::new()).await {
        Answer::Page(_, text) => Some(text),
        Answer::Refused | Answer::Nothing => None,
    }
}

fn busy(on: bool) {
    if let Some(bar) = find::<Element>(".routing") {
        let _ = bar.class_list().toggle_with_force("on", on);
    }
}

/// Tells that what was sent was not taken. What was typed stays in its form.
fn say(words: &str) {
    if let Some(place) = find::<HtmlElement>("#announce") {
        let words = place.get_attribute(words).unwrap_or_default();
        place.set_text_content(Some(&words));
        let _ = place.class_list().add_1("shown");
    }
}

fn show(way: &Way, url: &str, text: &str) {
    let parsed =
        DomParser::new().and_then(|parser| parser.parse_from_string(text, SupportedType::TextHtml));
    let (Ok(next), Some(page)) = (parsed, find::<Element>("#page")) else {
        let _ = window().location().set_href(url);
        return;
    };
    let Some(new) = next.get_element_by_id("page") else {
        let _ = window().location().set_href(url);
        return;
    };
    let before = here();
    let focus = document().active_element().and_then(|it| name_of(&it));
    // The place within the page belongs to the address that was asked for, not to the answer's.
    let hash = Url::new(&way.url).map(|url| url.hash()).unwrap_or_default();
    let url = if url.contains('#') {
        url.to_owned()
    } else {
        format!("{url}{hash}")
    };
    enter(way.entry, &url, &before);
    take_over_root(&next);
    if page.replace_with_with_node_1(&new).is_err() {
        let _ = window().location().set_href(&url);
        return;
    }
    islands(&new);
    let same_place = path(&before) == path(&url);
    settle(way, same_place, focus, &hash);
    announce(&next.title());
}

fn path(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.pathname())
}

fn enter(entry: Entry, url: &str, before: &str) {
    let Ok(history) = window().history() else {
        return;
    };
    if entry == Entry::New && url != before {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    } else if url != before {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Title, language and theme are the document's, not the page's.
fn take_over_root(next: &Document) {
    document().set_title(&next.title());
    let (Some(old), Some(new)) = (document().document_element(), next.document_element()) else {
        return;
    };
    for name in ["lang", "data-theme"] {
        let _ = match new.get_attribute(name) {
            Some(value) => old.set_attribute(name, &value),
            None => old.remove_attribute(name),
        };
    }
}

/// Takes over the islands of a page, by the function that Leptos's own script leaves for that.
fn islands(page: &Element) {
    let Ok(hydrate) = Reflect::get(&window(), &"__hydrateIsland".into()) else {
        return;
    };
    let Ok(hydrate) = hydrate.dyn_into::<Function>() else {
        return;
    };
    for island in find_all::<HtmlElement>(page, "leptos-island") {
        let name = island.dataset().get("component");
        let _ = hydrate.call2(&JsValue::NULL, &island, &name.into());
    }
}

/// Where the eye and the keyboard are in the page that has come.
fn settle(way: &Way, same_place: bool, focus: Option<String>, hash: &str) {
    let (scroll, focus) = match way.entry {
        Entry::Again => (
            remembered("scroll").as_f64(),
            remembered("focus").as_string(),
        ),
        // After a switch, a filter, a step: one stays where one was.
        _ if same_place => (None, focus),
        _ => (Some(0.0), None),
    };
    if hash.len() > 1
        && let Some(place) = document().get_element_by_id(&hash[1..])
    {
        place.scroll_into_view();
    } else if let Some(scroll) = scroll {
        window().scroll_to_with_x_and_y(0.0, scroll);
    }
    let place = find::<HtmlElement>("#page [autofocus]")
        .or_else(|| find(&format!("#page {}", focus?)))
        .or_else(|| find("#main"));
    if let Some(place) = place {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = place.focus_with_options(&options);
        // One types on where one was: behind what stands there.
        if let Some(input) = place.dyn_ref::<HtmlInputElement>()
            && input.type_() == "search"
        {
            let end = input.value().encode_utf16().count();
            let end = u32::try_from(end).unwrap_or(u32::MAX);
            let _ = input.set_selection_range(end, end);
        }
    }
}

/// Tells those who hear the page that another has come.
fn announce(title: &str) {
    if let Some(place) = find::<HtmlElement>("#announce") {
        place.set_text_content(Some(title));
        let _ = place.class_list().remove_1("shown");
    }
    if let Ok(event) = Event::new("revisor:page") {
        let _ = window().dispatch_event(&event);
    }
}
