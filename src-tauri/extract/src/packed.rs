use std::fs::File;
use std::io::{BufReader, Read, Seek as _};
use zip::ZipArchive;

/// What a zip begins with.
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// Gives `take` a file as a stream or, if it is a zip, each entry in it whose name is wanted. Unlike what a user attaches it is
/// unpacked in this process: the export of one's own chats has gigabytes, of which never more than a piece is in memory. False when nothing in a zip is wanted.
///
/// # Errors
/// What `take` says, or why the zip cannot be read, in words.
pub fn unpacked(
    mut file: File,
    wanted: impl Fn(&str) -> bool,
    take: &mut dyn FnMut(&mut dyn Read) -> Result<(), String>,
) -> Result<bool, String> {
    let mut beginning = [0; 4];
    let is_zip = file.read_exact(&mut beginning).is_ok() && beginning == ZIP;
    file.rewind().map_err(|error| error.to_string())?;
    if !is_zip {
        return take(&mut file).map(|()| true);
    }
    let mut zip =
        ZipArchive::new(BufReader::new(file)).map_err(|error| format!("the zip is damaged ({error})"))?;
    let names: Vec<String> = zip.file_names().flatten().map(|name| name.into_owned()).collect();
    let mut is_any = false;
    for name in names.iter().filter(|name| wanted(name)) {
        is_any = true;
        let mut entry = zip.by_name(name).map_err(|error| format!("{name} cannot be unpacked ({error})"))?;
        take(&mut entry).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(is_any)
}
