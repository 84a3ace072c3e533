//! Hosts and their keys: who reports, what for, and how that ends.

mod api;
mod fresh_key;
mod host_form;
mod host_page;
mod key_form;
mod key_table;
mod list_page;
mod new_key_page;
mod revoke_page;
mod state;
mod uninstall_page;
mod view;

pub(crate) use host_page::HostPage;
pub(crate) use list_page::HostsPage;
pub(crate) use new_key_page::NewKeyPage;
pub(crate) use revoke_page::RevokePage;
pub(crate) use uninstall_page::UninstallPage;
