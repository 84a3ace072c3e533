//! Who gets what, everywhere: every call of the API, every page and every server function, each as
//! everybody. A path that is new and not in these tables fails the tests.

mod api;
mod functions;
mod pages;
