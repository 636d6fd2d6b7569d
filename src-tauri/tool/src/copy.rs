//! A folder of its own for a task, with everything in it as it is in another one.

use crate::snapshot::{self, Caps, Kind, Objects};
use crate::{ToolError, Workspace};
use std::path::Path;
use std::time::Duration;

/// What is copied at most. It takes its room twice, and somebody waits for it.
const MOST: Caps =
    Caps { file_bytes: 64 << 20, total_bytes: 1 << 30, files: 50_000, time: Duration::from_secs(60) };

/// Makes `place` with the files of a folder as they are now, whether git knows them or not. Ignored folders and what git keeps
/// are left out. It is on the disk when this returns. Blocks.
///
/// # Errors
/// [`ToolError::NoSnapshot`] when it is too much; `place` may be there in part.
pub fn copy(from: &Workspace, objects: &Objects, place: &Path) -> Result<(), ToolError> {
    let failed = |error: std::io::Error| ToolError::Failed(format!("the copy could not be made: {error}"));
    let manifest = snapshot::of_folder(from, objects, &MOST)?;
    std::fs::create_dir_all(place).map_err(failed)?;
    for folder in &manifest.folders {
        std::fs::create_dir_all(place.join(folder)).map_err(failed)?;
    }
    for (path, entry) in &manifest.entries {
        let Some(entry) = entry else { continue };
        let (to, bytes) = (place.join(path), objects.get(&entry.hash)?);
        match entry.kind {
            Kind::File => {
                std::fs::write(&to, bytes).and_then(|()| set_mode(&to, entry.mode)).map_err(failed)?;
            }
            Kind::Symlink => link(&String::from_utf8_lossy(&bytes), &to).map_err(failed)?,
        }
    }
    sync(place).map_err(failed)
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode & 0o777))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn link(to: &str, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// One wait for all of them instead of one for each.
#[cfg(target_os = "linux")]
fn sync(place: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(std::fs::File::open(place)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(_: &Path) -> std::io::Result<()> {
    Ok(())
}
