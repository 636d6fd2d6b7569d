//! Files that are asked about: read in a process that can do nothing else, and put before the prompt as text.

use crate::failure::Failure;
use crate::out;
use meanwhile_extract::{Document, Limits, extract_in_child};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The first argument of the process that reads a file.
pub(crate) const READ: &str = "read-attachment";

/// The prompt, with what stands in the files before it.
pub(crate) async fn with_files(prompt: String, files: &[PathBuf]) -> Result<String, Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::failed(error.to_string()))?;
    let mut whole = String::new();
    for file in files {
        let name = name(file);
        let document = read(&program, file, &name).await?;
        if document.picture.is_some() {
            return Err(Failure::usage(format!(
                "{name} is a picture, and pictures cannot be sent yet. Nothing was sent"
            )));
        }
        for note in &document.notes {
            out::note(&format!("{name}: {note}"));
        }
        if document.parts.is_empty() {
            return Err(Failure::usage(format!("{name} has no text that could be sent. Nothing was sent")));
        }
        whole += &document.quoted(&name);
    }
    Ok(whole + &prompt)
}

async fn read(program: &Path, file: &Path, name: &str) -> Result<Document, Failure> {
    let is_seen = std::io::stderr().is_terminal();
    let told = |progress: meanwhile_extract::Progress| {
        if is_seen {
            eprint!("\rReading {name}: {} of {} ", progress.done, progress.of);
        }
    };
    let read = extract_in_child(program, &[READ], file, &Limits::default(), told).await;
    if is_seen {
        eprint!("\r\x1b[K");
    }
    read.map_err(|error| Failure::usage(format!("{name}: {error} Nothing was sent.")))
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    name.chars().filter(|c| !c.is_control()).collect()
}
