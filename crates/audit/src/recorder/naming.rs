//! What a record is called in the trail. A name that is about a person is not kept.

use types::Field;

use crate::engine::catalog::ModelEntry;
use crate::engine::diff::Sides;
use crate::engine::known::Form;
use crate::engine::state::Fields;

/// The record's name where the host gave none: the value of the field that names a record.
pub(super) fn record_name(model: &ModelEntry, sides: &Sides) -> Option<String> {
    let field = model.name_field();
    let of = |side: &Fields| {
        let known = side.get(field).filter(|known| known.form == Form::Plain)?;
        let text = known.label.as_deref().or_else(|| known.value.as_str())?;
        (!text.is_empty() && !text.contains('\0')).then(|| text.chars().take(2_000).collect())
    };
    of(&sides.new).or_else(|| of(&sides.old))
}

/// Whether a record's name, as the host gave it, may be kept: not where records are named by a
/// personal field, nor where it holds a personal text that the operation tells.
pub(super) fn may_be_named(model: &ModelEntry, sides: &Sides, name: &str) -> bool {
    if model.hides_names() {
        return false;
    }
    if !model.is_personal() {
        return true;
    }
    let name = name.to_lowercase();
    let told = sides.old.iter().chain(&sides.new).filter(|(field, _)| {
        let field = model.field(field);
        field.is_some_and(Field::is_erasable)
    });
    !told
        .flat_map(|(_, known)| [known.value.as_str(), known.label.as_deref()])
        .flatten()
        .map(str::trim)
        .any(|text| text.chars().count() >= SHORT && name.contains(&text.to_lowercase()))
}

/// A text of fewer characters may be part of a name by chance.
const SHORT: usize = 3;
