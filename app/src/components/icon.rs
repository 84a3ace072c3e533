//! Icons, drawn in place: nothing is fetched for them.

use leptos::prelude::*;

/// The drawings there are, on a grid of 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyph {
    Plus,
    Pencil,
    Bin,
    Lock,
    Warning,
    Info,
    Check,
    Cross,
    Search,
    Left,
    Right,
    Down,
    List,
    Stack,
    Rule,
    History,
    Person,
    Exit,
    File,
    Keyboard,
    Chart,
    Plug,
    Shield,
    Gear,
    Star,
    Columns,
    Bell,
    Copy,
    Key,
    Filter,
    Group,
    Download,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Plus => "M8 3.25v9.5M3.25 8h9.5",
            Self::Pencil => "m10.6 2.9 2.5 2.5L5.4 13.1l-3 .5.5-3zM9 4.5 11.5 7",
            Self::Bin => "M2.75 4.25h10.5M6 4V2.5h4V4M4 4.5l.6 9h6.8l.6-9M6.75 7v4M9.25 7v4",
            Self::Lock => "M3.75 7.25h8.5v6h-8.5zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
            Self::Warning => "M8 2.25 14.25 13.5H1.75zM8 6.5v3M8 11.4v.1",
            Self::Info => {
                "M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5M8 7.25v3.9M8 4.9V5"
            }
            Self::Check => "m3 8.5 3.25 3.25L13 4.75",
            Self::Cross => "m4 4 8 8M12 4l-8 8",
            Self::Search => "M7 2.25a4.75 4.75 0 1 1 0 9.5 4.75 4.75 0 0 1 0-9.5M10.5 10.5l3.5 3.5",
            Self::Left => "M10 3.5 5.5 8l4.5 4.5",
            Self::Right => "M6 3.5 10.5 8 6 12.5",
            Self::Down => "M3.5 6 8 10.5 12.5 6",
            Self::List => "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1",
            Self::Stack => "m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
            Self::Rule => "M2.5 4.5h4M9.5 4.5h4M8 3v3M2.5 11.5h6M11.5 11.5h2M10 10v3",
            Self::History => "M2.5 3v3.25h3.25M2.9 6.2A5.75 5.75 0 1 1 2.25 8.6M8 5v3.25l2.25 1.5",
            Self::Person => {
                "M8 2.25a2.75 2.75 0 1 1 0 5.5 2.75 2.75 0 0 1 0-5.5M2.75 13.75c.5-2.75 2.6-4 5.25-4s4.75 1.25 5.25 4"
            }
            Self::Exit => "M9.5 2.75H3.25v10.5H9.5M7 8h6.5M11 5.25 13.75 8 11 10.75",
            Self::File => "M4 1.75h5L12.25 5v9.25H4zM8.75 2v3.25H12",
            Self::Keyboard => {
                "M1.75 4h12.5v8H1.75zM4 6.5h.1M6.6 6.5h.1M9.3 6.5h.1M11.9 6.5h.1M5 9.5h6"
            }
            Self::Chart => "M2.25 13.75h11.5M4 11.5v-4M7 11.5V4M10 11.5v-5M13 11.5V2.5",
            Self::Plug => "M6 2v3.5M10 2v3.5M4 5.5h8V8a4 4 0 0 1-8 0zM8 12v2.25",
            Self::Shield => {
                "M8 1.75 13.25 4v3.75c0 3.2-2.2 5.4-5.25 6.5-3.05-1.1-5.25-3.3-5.25-6.5V4zM5.5 8l1.75 1.75L10.5 6.5"
            }
            Self::Gear => {
                "M2.5 5h5M11 5h2.5M9.25 3.25a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5M2.5 11H5M8.5 11h5M6.75 9.25a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5"
            }
            Self::Star => "m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z",
            Self::Columns => "M2.25 3h11.5v10H2.25zM6 3v10M10 3v10",
            Self::Bell => "M4 11V7a4 4 0 0 1 8 0v4l1 1.25H3zM6.75 12.5a1.3 1.3 0 0 0 2.5 0",
            Self::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
            Self::Key => {
                "M5.25 7.5a2.75 2.75 0 1 1 0 5.5 2.75 2.75 0 0 1 0-5.5M7.25 8.25 13 2.5M10.5 5l2 2"
            }
            Self::Filter => "M2 3h12l-4.5 5.25v4L6.5 13.5V8.25z",
            Self::Group => "M2.5 3.5h11M2.5 6h11M2.5 10h11M2.5 12.5h11",
            Self::Download => "M8 2v8.25M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
        }
    }
}

/// An icon. It says nothing to a screen reader: the words beside it do.
#[component]
pub(crate) fn Icon(
    /// Which one.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=glyph.path()></path>
        </svg>
    }
}

/// The mark of Revisor: lines of a ledger under a seal.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <rect class="mark-page" x="1" y="1" width="22" height="22" rx="6"></rect>
            <path class="mark-lines" d="M6 7.5h12M6 12h6.5M6 16.5h4.5"></path>
            <circle class="mark-seal" cx="16.25" cy="15.25" r="3.5"></circle>
            <path class="mark-tick" d="m14.8 15.3 1.1 1.1 1.9-2.1"></path>
        </svg>
    }
}
