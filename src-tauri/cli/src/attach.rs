//! Files and folders that are asked about: handed to the running Meanwhile, which reads them in a process that can do nothing else.

use crate::connection::{Connection, segment};
use crate::failure::Failure;
use crate::out;
use meanwhile_core::model::{Attached, Attachment};
use meanwhile_core::{folder_name, pack_folder};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Bytes of a file; the running Meanwhile takes no more.
const LARGEST: u64 = 128 << 20;

/// What goes with the prompt.
pub(crate) async fn files(connection: &Connection, files: &[PathBuf]) -> Result<Vec<Attached>, Failure> {
    let mut attached = Vec::new();
    for path in files {
        let is_folder = tokio::fs::metadata(path).await.is_ok_and(|found| found.is_dir());
        let (name, bytes) = if is_folder { folder(path).await? } else { file(path).await? };
        let reply = connection.upload(&format!("/attachments?name={}", segment(&name)), bytes).await?;
        let found: Attachment = reply.parse()?;
        if is_folder {
            out::note(&format!("{name}: {} files, about {} tokens", found.places, found.tokens));
        }
        for note in &found.notes {
            out::note(&format!("{name}: {note}"));
        }
        attached.push(found.file);
    }
    Ok(attached)
}

async fn file(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = name(path);
    let refused = |cause: &dyn Display| refused(&name, cause);
    match tokio::fs::metadata(path).await {
        Ok(found) if !found.is_file() => return Err(refused(&"It is neither a file nor a folder.")),
        Ok(found) if found.len() > LARGEST => return Err(refused(&"It has more than 128 MiB.")),
        Ok(_) => {}
        Err(error) => return Err(refused(&format!("It cannot be read ({error})."))),
    }
    let bytes =
        tokio::fs::read(path).await.map_err(|error| refused(&format!("It cannot be read ({error}).")))?;
    Ok((name, bytes))
}

/// The files of a folder as one: the running Meanwhile reads nothing for others that it is not given.
async fn folder(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let (name, path) = (folder_name(path), path.to_owned());
    // Ctrl-C ends this program, and the packing with it.
    let packed = tokio::task::spawn_blocking(move || pack_folder(&path, &|| true)).await;
    let packed = packed.map_err(|error| refused(&name, &format!("It cannot be read ({error}).")))?;
    Ok((name.clone(), packed.map_err(|error| refused(&name, &error))?))
}

fn refused(name: &str, cause: &dyn Display) -> Failure {
    Failure::usage(format!("{name}: {cause} Nothing was sent."))
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    name.chars().filter(|c| !c.is_control()).collect()
}
