//! The palette: opens the dialog that the layout holds, and fills its list from the page of the
//! same while one types. The list is the server's: nothing is chosen or hidden here.

use std::cell::Cell;

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomParser, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent,
    MouseEvent, SupportedType,
};

use super::{
    dom::{document, find, find_all, listen, window},
    navigate,
};

thread_local! {
    /// The last text that was asked for; what comes of an earlier one is dropped.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// How long a person stops typing before the server is asked, in milliseconds.
const PAUSE: i32 = 80;

/// Begins to listen. Before the links do: a click that opens the palette follows none.
pub(super) fn start() {
    listen("keydown", |event: KeyboardEvent| {
        let control = event.ctrl_key() || event.meta_key();
        let done = if control && !event.alt_key() && event.key().eq_ignore_ascii_case("k") {
            open()
        } else {
            is_open() && pressed(&event.key())
        };
        if done {
            event.prevent_default();
        }
    });
    listen("click", |event: MouseEvent| {
        if clicked(&event) {
            event.prevent_default();
        }
    });
    listen("input", |event: Event| {
        let typed = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            .filter(|input| input.id() == "palette-text");
        if let Some(input) = typed {
            ask(input.value(), PAUSE);
        }
    });
}

fn dialog() -> Option<HtmlDialogElement> {
    find("#palette")
}

fn is_open() -> bool {
    dialog().is_some_and(|dialog| dialog.open())
}

fn open() -> bool {
    let (Some(dialog), Some(input)) = (dialog(), find::<HtmlInputElement>("#palette-text")) else {
        return false;
    };
    if !dialog.open() && dialog.show_modal().is_err() {
        return false;
    }
    let _ = input.focus();
    input.select();
    ask(input.value(), 0);
    true
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

/// Whether the click was to open or to close the palette.
fn clicked(event: &MouseEvent) -> bool {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target.filter(|_| plain) else {
        return false;
    };
    if target.closest("[data-palette]").ok().flatten().is_some() {
        return open();
    }
    // Beside the dialog, or on an option, whose link is followed then.
    if target.id() == "palette" || target.closest("#palette a").ok().flatten().is_some() {
        close();
    }
    false
}

fn options() -> Vec<HtmlElement> {
    find::<Element>("#palette-found")
        .map(|list| find_all(&list, "[role=option]"))
        .unwrap_or_default()
}

fn chosen(options: &[HtmlElement]) -> Option<usize> {
    options
        .iter()
        .position(|option| option.get_attribute("aria-selected").as_deref() == Some("true"))
}

/// Does what a key stands for within the palette.
fn pressed(key: &str) -> bool {
    let options = options();
    let count = options.len();
    let at = chosen(&options);
    match key {
        "ArrowDown" if count > 0 => choose(&options, at.map_or(0, |at| (at + 1) % count)),
        "ArrowUp" if count > 0 => {
            choose(
                &options,
                at.map_or(count - 1, |at| (at + count - 1) % count),
            );
        }
        "Enter" => {
            // What is on a button is the button's.
            let typing = document()
                .active_element()
                .is_some_and(|element| element.id() == "palette-text");
            let href = at
                .filter(|_| typing)
                .and_then(|at| options[at].get_attribute("href"));
            let Some(href) = href else { return false };
            close();
            navigate::go(&href);
        }
        _ => return false,
    }
    true
}

fn choose(options: &[HtmlElement], at: usize) {
    for (n, option) in options.iter().enumerate() {
        let _ = option.set_attribute("aria-selected", if n == at { "true" } else { "false" });
    }
    let Some(option) = options.get(at) else {
        return;
    };
    option.scroll_into_view_with_bool(false);
    tell(Some(option));
}

/// Tells those who hear the list which option is chosen.
fn tell(option: Option<&HtmlElement>) {
    if let Some(input) = find::<Element>("#palette-text") {
        let _ = match option {
            Some(option) => input.set_attribute("aria-activedescendant", &option.id()),
            None => input.remove_attribute("aria-activedescendant"),
        };
    }
}

/// Asks the server what a text may mean, once nothing else was typed for a while.
fn ask(text: String, pause: i32) {
    let asked = ASKED.get().wrapping_add(1);
    ASKED.set(asked);
    spawn_local(async move {
        if pause > 0 {
            let _ = JsFuture::from(after(pause)).await;
        }
        if ASKED.get() != asked {
            return;
        }
        let url = format!(
            "/find?as=options&q={}",
            String::from(js_sys::encode_uri_component(&text))
        );
        let Some(page) = navigate::text_of(&url).await else {
            return;
        };
        if ASKED.get() == asked && is_open() {
            show(&page);
        }
    });
}

fn after(milliseconds: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        let _ =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    })
}

fn show(page: &str) {
    let parsed =
        DomParser::new().and_then(|parser| parser.parse_from_string(page, SupportedType::TextHtml));
    let (Ok(page), Some(list)) = (parsed, find::<Element>("#palette-found")) else {
        return;
    };
    if let Some(found) = page.get_element_by_id("found") {
        list.set_inner_html(&found.inner_html());
        let options = options();
        tell(options.first());
    }
}
