//! `revisor openapi`: the document that describes the API.

use super::{CommandError, print};
use crate::api::openapi::document;

pub(super) fn run() -> Result<(), CommandError> {
    print(document())
}
