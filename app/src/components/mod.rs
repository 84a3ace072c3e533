//! The parts that pages are made of. They take props only: none knows a use case, a resource or
//! an address of its own.

mod badge;
pub(crate) mod chart;
mod chips;
mod choices;
mod copy;
mod empty;
mod failure;
mod field;
mod field_name;
mod get_form;
mod icon;
mod loaded;
mod moment;
mod notice;
mod pager;
mod side;
mod title;
mod user;
mod value;

pub(crate) use badge::{ModelTag, OperationBadge, operation_word};
pub(crate) use chips::{Chip, Chips};
pub(crate) use choices::Choices;
pub(crate) use copy::CopyButton;
pub(crate) use empty::Empty;
pub(crate) use failure::Failure;
pub(crate) use field::{FieldError, FormErrors, error_id};
pub(crate) use field_name::FieldName;
pub(crate) use get_form::GetForm;
pub(crate) use icon::{Glyph, Icon, Mark};
pub(crate) use loaded::loaded;
pub(crate) use moment::Moment;
pub(crate) use notice::{Notice, Tone};
pub(crate) use pager::Pager;
pub(crate) use side::SideView;
pub(crate) use title::Titles;
pub(crate) use user::{UserName, names_apart};
pub(crate) use value::ValueView;
