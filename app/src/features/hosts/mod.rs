//! The hosts.

mod host_page;
mod list_page;

pub(crate) use host_page::HostPage;
pub(crate) use list_page::HostsPage;
