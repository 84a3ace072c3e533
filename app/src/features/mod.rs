//! What people do here, a folder each: pages, their private parts, `api` (server functions) and
//! `state` (view logic as plain data and functions).

pub(crate) mod erasure;
pub(crate) mod filters;
pub(crate) mod find;
pub(crate) mod hosts;
pub(crate) mod integrity;
pub(crate) mod logs;
pub(crate) mod me;
pub(crate) mod models;
pub(crate) mod overview;
pub(crate) mod records;
pub(crate) mod rules;
pub(crate) mod sign_in;
pub(crate) mod users;
