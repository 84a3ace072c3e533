//! `revisor openapi`: the document of the API.

use super::{CommandError, print};
use crate::api::openapi::document;

pub(super) fn run() -> Result<(), CommandError> {
    print(document())
}
