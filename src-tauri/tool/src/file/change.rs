//! What a writing tool would make of a file.

use super::edit::edited;
use crate::call::{Delete, Edit, Write};
use crate::limits::Limits;
use crate::workspace::Place;
use crate::{ToolError, Workspace};

/// A file before and after; `None` for no file.
pub(crate) struct Change {
    pub place: Place,
    pub before: Option<Vec<u8>>,
    pub after: Option<Vec<u8>>,
}

pub(crate) fn write(workspace: &Workspace, call: &Write, limits: &Limits) -> Result<Change, ToolError> {
    let after = call.content.clone().into_bytes();
    change(workspace, &call.path, limits, |place, before| {
        if before.is_some_and(|before| before == after) {
            return Err(ToolError::Arguments(format!(
                "{} says exactly this already, so there is nothing to write",
                place.name()
            )));
        }
        if after.len() as u64 > limits.file_bytes {
            return Err(too_long(place.name(), limits.file_bytes));
        }
        Ok(Some(after))
    })
}

pub(crate) fn edit(workspace: &Workspace, call: &Edit, limits: &Limits) -> Result<Change, ToolError> {
    change(workspace, &call.path, limits, |place, before| {
        let Some(before) = before else { return Err(missing(place)) };
        Ok(Some(edited(place.name(), before, call, limits.file_bytes)?.into_bytes()))
    })
}

pub(crate) fn delete(workspace: &Workspace, call: &Delete, limits: &Limits) -> Result<Change, ToolError> {
    change(workspace, &call.path, limits, |place, before| match before {
        Some(_) => Ok(None),
        None => Err(missing(place)),
    })
}

fn change(
    workspace: &Workspace,
    path: &str,
    limits: &Limits,
    after: impl FnOnce(&Place, Option<&[u8]>) -> Result<Option<Vec<u8>>, ToolError>,
) -> Result<Change, ToolError> {
    let place = workspace.place(path)?;
    let before = match place.target(workspace, false)? {
        Some(target) => target.before(limits.file_bytes)?,
        None => None,
    };
    let after = after(&place, before.as_deref())?;
    Ok(Change { place, before, after })
}

/// What is said instead of a file of more than `most` bytes.
pub(super) fn too_long(name: &str, most: u64) -> ToolError {
    ToolError::Arguments(format!("{name} would have more than {} MiB", most >> 20))
}

fn missing(place: &Place) -> ToolError {
    ToolError::Arguments(format!("{} is not there; list_folder says what is", place.name()))
}
