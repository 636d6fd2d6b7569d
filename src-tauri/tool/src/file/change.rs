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
            let most = limits.file_bytes >> 20;
            return Err(ToolError::Arguments(format!("{} would have more than {most} MiB", place.name())));
        }
        Ok(Some(after))
    })
}

pub(crate) fn edit(workspace: &Workspace, call: &Edit, limits: &Limits) -> Result<Change, ToolError> {
    change(workspace, &call.path, limits, |place, before| {
        let Some(before) = before else { return Err(missing(place)) };
        let after = edited(place.name(), before, call)?.into_bytes();
        if after.len() as u64 > limits.file_bytes {
            let most = limits.file_bytes >> 20;
            return Err(ToolError::Arguments(format!("{} would have more than {most} MiB", place.name())));
        }
        Ok(Some(after))
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

fn missing(place: &Place) -> ToolError {
    ToolError::Arguments(format!("{} is not there; list_folder says what is", place.name()))
}
