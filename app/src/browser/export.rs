//! A download whose way is shown and can be stopped: an export may be long. It goes on while one
//! walks through the pages; its line stands beside them.

use js_sys::{Array, Number, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Blob, Element, HtmlAnchorElement, HtmlElement, MouseEvent,
    ReadableStreamDefaultReader, RequestInit, Response, Url,
};

use super::dom::{document, find, listen, window};

pub(super) fn start() {
    listen("click", |event: MouseEvent| {
        if event.default_prevented()
            || event.button() != 0
            || event.meta_key()
            || event.ctrl_key()
            || event.shift_key()
        {
            return;
        }
        let anchor = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a[data-export]").ok().flatten())
            .and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok());
        if let Some(anchor) = anchor
            && begin(&anchor).is_some()
        {
            event.prevent_default();
        }
    });
}

/// The words of an export, as its link has them.
struct Words {
    going: String,
    done: String,
    failed: String,
}

/// Begins; none where this browser cannot, and the link is followed as any other.
fn begin(anchor: &HtmlAnchorElement) -> Option<()> {
    let word = |name: &str| anchor.get_attribute(name).unwrap_or_default();
    let words = Words {
        going: word("data-export-going"),
        done: word("data-export-done"),
        failed: word("data-export-failed"),
    };
    let control = AbortController::new().ok()?;
    let (line, text) = line(&word("data-export-stop"), &control)?;
    let (url, name) = (anchor.href(), anchor.download());
    if let Some(menu) = anchor.closest("details").ok().flatten() {
        let _ = menu.remove_attribute("open");
    }
    let signal = control.signal();
    spawn_local(async move {
        let request = RequestInit::new();
        request.set_signal(Some(&signal));
        let csv = url.contains("format=csv");
        let parts = Array::new();
        let found = read(&url, &request, &parts, csv, |rows, size| {
            text.set_text_content(Some(&filled(&words.going, rows, size)));
        })
        .await;
        let told = match found {
            Some((rows, size)) if keep(&parts, &name).is_some() => filled(&words.done, rows, size),
            _ if signal.aborted() => {
                line.remove();
                return;
            }
            _ => words.failed,
        };
        text.set_text_content(Some(&told));
        // What stands there now is over: the button takes the line away.
        let _ = line.set_attribute("data-over", "");
    });
    Some(())
}

/// Reads an answer to its end; how many rows and bytes that were.
async fn read(
    url: &str,
    request: &RequestInit,
    parts: &Array,
    csv: bool,
    mut tell: impl FnMut(f64, f64),
) -> Option<(f64, f64)> {
    let asked = window().fetch_with_str_and_init(url, request);
    let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().dyn_into().ok()?;
    // The first line of CSV is its head.
    let mut rows = if csv { -1.0 } else { 0.0 };
    let mut size = 0.0;
    loop {
        let read = JsFuture::from(reader.read()).await.ok()?;
        if Reflect::get(&read, &"done".into()).ok()?.is_truthy() {
            return Some((f64::max(rows, 0.0), size));
        }
        let chunk: Uint8Array = Reflect::get(&read, &"value".into()).ok()?.dyn_into().ok()?;
        size += f64::from(chunk.length());
        rows += lines(&chunk, csv);
        parts.push(&chunk);
        tell(f64::max(rows, 0.0), size);
    }
}

/// Ends of lines in a chunk; of CSV those that end a row, since a name may have a line of its own.
fn lines(chunk: &Uint8Array, csv: bool) -> f64 {
    let bytes = chunk.to_vec();
    let mut count = 0.0;
    let mut before = b'\r';
    for byte in bytes {
        if byte == b'\n' && (!csv || before == b'\r') {
            count += 1.0;
        }
        before = byte;
    }
    count
}

fn filled(words: &str, rows: f64, size: f64) -> String {
    let size = if size < 1e6 {
        format!("{} kB", local((size / 1e3).round()))
    } else {
        format!("{} MB", local((size / 1e5).round() / 10.0))
    };
    words
        .replace("{rows}", &local(rows))
        .replace("{size}", &size)
}

/// A number as the page's language writes it.
fn local(number: f64) -> String {
    let language = document()
        .document_element()
        .and_then(|page| page.get_attribute("lang"))
        .unwrap_or_default();
    Number::from(number).to_locale_string(&language).into()
}

/// Hands what was read to the person as a file.
fn keep(parts: &Array, name: &str) -> Option<()> {
    let blob = Blob::new_with_u8_array_sequence(parts).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    let _ = Url::revoke_object_url(&url);
    Some(())
}

/// A line for an export beside the pages, with a button that ends it.
fn line(stop: &str, control: &AbortController) -> Option<(HtmlElement, Element)> {
    let document = document();
    let body = document.body()?;
    let place = if let Some(place) = find::<Element>("#exports") {
        place
    } else {
        let place = document.create_element("div").ok()?;
        place.set_id("exports");
        let _ = body.append_child(&place);
        place
    };
    let line: HtmlElement = document.create_element("p").ok()?.dyn_into().ok()?;
    let _ = line.set_attribute("role", "status");
    let text = document.create_element("span").ok()?;
    let button: HtmlElement = document.create_element("button").ok()?.dyn_into().ok()?;
    let _ = button.set_attribute("type", "button");
    let _ = button.set_attribute("aria-label", stop);
    button.set_text_content(Some("×"));
    let (over, control) = (line.clone(), control.clone());
    let ends = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
        control.abort();
        over.remove();
    });
    button.set_onclick(Some(ends.as_ref().unchecked_ref()));
    ends.forget();
    let _ = line.append_child(&text);
    let _ = line.append_child(&button);
    let _ = place.append_child(&line);
    Some((line, text))
}
