//! Files that are asked about: handed to the running Meanwhile, which reads them in a process that can do nothing else.

use crate::connection::{Connection, segment};
use crate::failure::Failure;
use crate::out;
use meanwhile_core::model::{Attached, Attachment};
use std::path::{Path, PathBuf};

/// Bytes of a file; the running Meanwhile takes no more.
const LARGEST: u64 = 128 << 20;

/// What goes with the prompt.
pub(crate) async fn files(connection: &Connection, files: &[PathBuf]) -> Result<Vec<Attached>, Failure> {
    let mut attached = Vec::new();
    for path in files {
        let name = name(path);
        let refused =
            |cause: &dyn std::fmt::Display| Failure::usage(format!("{name}: {cause} Nothing was sent."));
        match tokio::fs::metadata(path).await {
            Ok(found) if !found.is_file() => return Err(refused(&"It is not a file.")),
            Ok(found) if found.len() > LARGEST => return Err(refused(&"It has more than 128 MiB.")),
            Ok(_) => {}
            Err(error) => return Err(refused(&format!("It cannot be read ({error})."))),
        }
        let bytes =
            tokio::fs::read(path).await.map_err(|error| refused(&format!("It cannot be read ({error}).")))?;
        let reply = connection.upload(&format!("/attachments?name={}", segment(&name)), bytes).await?;
        let found: Attachment = reply.parse()?;
        for note in &found.notes {
            out::note(&format!("{name}: {note}"));
        }
        attached.push(found.file);
    }
    Ok(attached)
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    name.chars().filter(|c| !c.is_control()).collect()
}
