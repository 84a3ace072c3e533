//! Live arrivals: a page that has a place for them is told how many came since it was made.
//!
//! The place says by `data-live` where to listen. Nothing moves by itself: the words appear, and
//! the logs enter at a click on them. It listens only while somebody looks.

use std::cell::RefCell;

use js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, HtmlElement, MessageEvent, VisibilityState};

use super::dom::{document, find, listen};

/// An open connection, and what hears it.
struct Line {
    url: String,
    source: EventSource,
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}

thread_local! {
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

pub(super) fn start() {
    listen("revisor:page", |_: Event| look());
    // It is the document that is hidden; the event comes up to the window.
    listen("visibilitychange", |_: Event| look());
    look();
}

/// Listens where the page wants it and somebody looks, and nowhere else.
fn look() {
    let place = find::<HtmlElement>("[data-live]");
    let seen = document().visibility_state() == VisibilityState::Visible;
    let url = place
        .filter(|_| seen)
        .and_then(|it| it.get_attribute("data-live"));
    let same = LINE.with_borrow(|line| line.as_ref().map(|line| line.url.clone()) == url);
    if !same {
        LINE.set(url.and_then(open));
    }
}

fn open(url: String) -> Option<Line> {
    let source = EventSource::new(&url).ok()?;
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some(data) = event.data().as_string() {
            tell(&data);
        }
    });
    let hear = heard.as_ref().unchecked_ref();
    let _ = source.add_event_listener_with_callback("logs", hear);
    Some(Line {
        url,
        source,
        _heard: heard,
    })
}

/// Says how many came.
fn tell(data: &str) -> Option<()> {
    let told = JSON::parse(data).ok()?;
    let of = |name: &str| Reflect::get(&told, &name.into()).ok();
    let count = of("count")?.as_f64()?;
    let more = of("more")?.is_truthy();
    let place = find::<HtmlElement>("[data-live]")?;
    let words = match (more, count) {
        (true, _) => "data-live-more",
        (false, 1.0) => "data-live-one",
        _ => "data-live-many",
    };
    let words = place
        .get_attribute(words)?
        .replace("{n}", &count.to_string());
    let link: HtmlElement = place.query_selector("a").ok()??.dyn_into().ok()?;
    link.query_selector("span")
        .ok()??
        .set_text_content(Some(&words));
    link.set_hidden(false);
    Some(())
}
