//! The way to a page that a click or a form asks for, where it is for us to go it.

use wasm_bindgen::JsCast;
use web_sys::{
    Element, FormData, HtmlAnchorElement, HtmlFormElement, MouseEvent, SubmitEvent, Url,
    UrlSearchParams,
};

use super::dom::window;

/// What becomes of the history of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A new place, one can come back from it.
    New,
    /// The same place.
    Same,
    /// Come back to, by the browser's buttons.
    Again,
}

/// A way to a page.
pub(super) struct Way {
    pub(super) url: String,
    pub(super) body: Option<UrlSearchParams>,
    pub(super) entry: Entry,
}

impl Way {
    /// To an address, as a link goes.
    pub(super) fn to(url: &str) -> Self {
        Self {
            entry: Entry::to(url),
            url: url.to_owned(),
            body: None,
        }
    }
}

impl Entry {
    /// Of an address that is gone to: where one is already is no new place.
    fn to(url: &str) -> Self {
        if absolute(url).as_deref() == Some(&here()) {
            Self::Same
        } else {
            Self::New
        }
    }
}

/// Where one is.
pub(super) fn here() -> String {
    window().location().href().unwrap_or_default()
}

fn absolute(url: &str) -> Option<String> {
    Url::new_with_base(url, &here()).ok().map(|url| url.href())
}

/// The address that a click asks for, where it is for us to follow.
pub(super) fn link(event: &MouseEvent) -> Option<String> {
    let plain = event.button() == 0
        && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    if event.default_prevented() || !plain {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let anchor = target.closest("a[href]").ok().flatten()?;
    // An `<a>` within a chart is of SVG, and has its address as an attribute only.
    let named = anchor.dyn_ref::<HtmlAnchorElement>();
    if anchor.has_attribute("download")
        || anchor
            .get_attribute("target")
            .is_some_and(|it| it != "_self")
        || anchor
            .get_attribute("rel")
            .is_some_and(|it| it.split(' ').any(|word| word == "external"))
    {
        return None;
    }
    let href = match named {
        Some(anchor) => anchor.href(),
        None => absolute(&anchor.get_attribute("href")?)?,
    };
    ours(&href).then_some(href)
}

/// Whether an address is a page of ours, and not a place within this one.
fn ours(href: &str) -> bool {
    let (Ok(to), Ok(here)) = (Url::new(href), Url::new(&here())) else {
        return false;
    };
    let within =
        !to.hash().is_empty() && to.pathname() == here.pathname() && to.search() == here.search();
    to.origin() == here.origin() && !within
}

/// The way that a form asks for, where it is for us to send.
pub(super) fn form(event: &SubmitEvent) -> Option<Way> {
    if event.default_prevented() {
        return None;
    }
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let button = event.submitter();
    let of_button = |name: &str| {
        let value = button.as_ref()?.get_attribute(name)?;
        (!value.is_empty()).then_some(value)
    };
    if form.has_attribute("data-plain")
        || button
            .as_ref()
            .is_some_and(|it| it.has_attribute("data-plain"))
    {
        // A download leaves the page as it is; the menu that asked for it is done.
        let menu = button.and_then(|it| it.closest("details").ok().flatten());
        if let Some(menu) = menu {
            let _ = menu.remove_attribute("open");
        }
        return None;
    }
    let action = of_button("formaction").or_else(|| form.get_attribute("action"));
    let action = absolute(&action.unwrap_or_default())?;
    if !ours(&action) {
        return None;
    }
    let data = FormData::new_with_form(&form).ok()?;
    let pairs = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    // The button that was pressed is part of what is sent.
    if let Some(name) = of_button("name") {
        pairs.append(&name, &of_button("value").unwrap_or_default());
    }
    let method = of_button("formmethod").unwrap_or_else(|| form.method());
    if method.eq_ignore_ascii_case("post") {
        return Some(Way {
            url: action,
            body: Some(pairs),
            entry: Entry::New,
        });
    }
    let url = Url::new(&action).ok()?;
    url.set_search(&without_empty(&pairs).unwrap_or_default());
    Some(Way::to(&url.href()))
}

/// An address without the fields that nothing was typed into.
pub(super) fn without_empty(pairs: &UrlSearchParams) -> Option<String> {
    let kept = UrlSearchParams::new().ok()?;
    for pair in pairs.entries() {
        let pair = js_sys::Array::from(&pair.ok()?);
        let (name, value) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
        if !value.is_empty() {
            kept.append(&name, &value);
        }
    }
    Some(String::from(kept.to_string()))
}
