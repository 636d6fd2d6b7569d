//! Files that are attached: copied under their hash, read in a process that can do nothing else, kept as pieces of text.

mod cut;
mod folder;

use crate::command::CommandError;
use crate::model::{Attached, Attachment, AttachmentKind, LeftOut, Picture};
use crate::store::{Document, Store, make_private, name_of};
use meanwhile_extract::{ExtractError, Kind, Limits, READ, extract_in_child};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

pub use folder::pack_folder;
pub use meanwhile_extract::Progress as ReadProgress;

/// Processes that read at the same time; each may take a gigabyte of memory.
const READERS: usize = 2;

/// Bytes of text of one file. Source: four times what the largest models read.
const TEXT: u64 = 16 << 20;

/// Bytes that are copied at once.
const BLOCK: usize = 64 << 10;

/// How long a folder may take to be copied; disks that are far away may never answer.
const COPYING: Duration = Duration::from_secs(60);

/// Files of a folder that are named as left out; of more it is only said how many.
const LISTED: usize = 1_000;

/// The program that reads a file: it has to call [`meanwhile_extract::reading`] before it does anything else.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Where it is.
    pub program: PathBuf,
    /// Its arguments, before the limits.
    pub args: Vec<String>,
}

impl Reader {
    /// This program itself.
    pub fn this_program() -> Self {
        Self { program: std::env::current_exe().unwrap_or_default(), args: vec![READ.to_owned()] }
    }
}

/// The folder of what was attached.
pub struct Files {
    folder: PathBuf,
    reader: Reader,
    readers: Semaphore,
    limits: Limits,
}

impl Files {
    /// The files of a data folder.
    pub fn of(data_dir: &Path, reader: Reader) -> Self {
        let limits = Limits { text_bytes: TEXT, ..Limits::default() };
        Self { folder: data_dir.join("attachments"), reader, readers: Semaphore::new(READERS), limits }
    }

    /// Copies a file; gives its hash. It is there, whole, or not at all.
    ///
    /// # Errors
    /// `Invalid` for a file that is too large, `Storage` when it cannot be written.
    pub async fn keep(&self, mut from: impl AsyncRead + Unpin) -> Result<String, CommandError> {
        let cannot =
            |error: std::io::Error| CommandError::storage(format!("the file could not be copied: {error}"));
        make_private(&self.folder).map_err(cannot)?;
        let (file, place) = NamedTempFile::new_in(&self.folder).map_err(cannot)?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let (mut hash, mut bytes, mut block) = (Sha256::new(), 0, vec![0; BLOCK]);
        loop {
            let read = from.read(&mut block).await.map_err(cannot)?;
            let Some(block) = block.get(..read).filter(|block| !block.is_empty()) else { break };
            bytes += read as u64;
            if bytes > self.limits.file_bytes {
                let mib = self.limits.file_bytes >> 20;
                return Err(CommandError::invalid(format!(
                    "the file has more than {mib} MiB; nothing was attached"
                )));
            }
            hash.update(block);
            file.write_all(block).await.map_err(cannot)?;
        }
        file.sync_all().await.map_err(cannot)?;
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        place.persist(self.folder.join(&hash)).map_err(|error| cannot(error.error))?;
        Ok(hash)
    }

    /// Copies the files of a folder, as one; gives its hash.
    ///
    /// # Errors
    /// `Invalid` with the cause for a folder that is too large or has nothing to send, `Storage` when it cannot be written.
    pub async fn keep_folder(&self, folder: PathBuf) -> Result<String, CommandError> {
        let name = folder_name(&folder);
        let left = Left::default();
        let is_left = Arc::clone(&left.0);
        let packing =
            tokio::task::spawn_blocking(move || pack_folder(&folder, &|| !is_left.load(Ordering::Relaxed)));
        let packed = match tokio::time::timeout(COPYING, packing).await {
            Ok(Ok(packed)) => packed,
            Ok(Err(error)) => return Err(CommandError::storage(format!("the folder was not read: {error}"))),
            Err(_) => Err(ExtractError::TooSlow),
        };
        let packed =
            packed.map_err(|error| CommandError::invalid(format!("{name}: {error} It was not attached.")))?;
        self.keep(packed.as_slice()).await
    }

    /// What stands in a file that was copied. A file that was read before is known.
    ///
    /// # Errors
    /// `Invalid` with the cause when there is nothing in it that could be sent.
    pub async fn read(
        &self,
        store: &Store,
        file: Attached,
        told: impl FnMut(ReadProgress),
    ) -> Result<Attachment, CommandError> {
        let file = Attached { name: name_of(&file.name), ..file };
        if let Some(known) = store.attachment(file.clone()).await? {
            return Ok(known);
        }
        if file.hash.len() != 64 || !file.hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(CommandError::not_found("attached file", &file.hash));
        }
        let path = self.folder.join(&file.hash);
        let _place = self.readers.acquire().await;
        let Reader { program, args } = &self.reader;
        let read = extract_in_child(program, args, &path, &self.limits, told).await;
        let name = &file.name;
        let refused =
            |error: ExtractError| CommandError::invalid(format!("{name}: {error} It was not attached."));
        if read.is_err() {
            // Nothing will ask for it again.
            let _ = tokio::fs::remove_file(&path).await;
        }
        let read = read.map_err(refused)?;
        let mut notes = read.notes;
        notes.splice(0..0, counted(&read.left_out));
        let left_out = read
            .left_out
            .into_iter()
            .take(LISTED)
            .map(|it| LeftOut { path: it.path, why: it.why.to_string() });
        let left_out = left_out.collect();
        let bytes = match read.kind {
            Kind::Folder => read.parts.iter().map(|part| part.text.len() as u64).sum(),
            _ => tokio::fs::metadata(&path).await.map_or(0, |found| found.len()),
        };
        let document = Document {
            hash: file.hash.clone(),
            kind: kind(read.kind),
            bytes,
            pieces: cut::pieces(&read.parts),
            picture: read.picture.map(|it| Picture { media_type: it.media_type, base64: it.base64 }),
            notes,
            left_out,
        };
        if document.pieces.is_empty() && document.picture.is_none() {
            let _ = tokio::fs::remove_file(&path).await;
            return Err(CommandError::invalid(format!(
                "{name} has no text that could be sent. If it is made of scanned pages, attach pictures of them"
            )));
        }
        store.keep_document(document).await?;
        let found = store.attachment(file.clone()).await?;
        found.ok_or_else(|| CommandError::not_found("attached file", &file.hash))
    }

    /// Removes what no prompt and no draft names. Only at the start, when nothing is being attached.
    ///
    /// # Errors
    /// In words for the log: what is too much stays until the next start.
    pub async fn sweep(&self, store: &Store) -> Result<(), CommandError> {
        // Whoever never attached anything waits for nothing.
        let Ok(mut entries) = tokio::fs::read_dir(&self.folder).await else { return Ok(()) };
        let in_use = store.files_in_use().await?;
        while let Ok(Some(entry)) = entries.next_entry().await {
            let name = entry.file_name();
            if !in_use.iter().any(|hash| name == hash.as_str()) {
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
        Ok(store.forget_documents(in_use).await?)
    }
}

fn kind(kind: Kind) -> AttachmentKind {
    match kind {
        Kind::Text => AttachmentKind::Text,
        Kind::Pdf => AttachmentKind::Pdf,
        Kind::Word => AttachmentKind::Word,
        Kind::Sheets => AttachmentKind::Sheets,
        Kind::Slides => AttachmentKind::Slides,
        Kind::Picture => AttachmentKind::Picture,
        Kind::Folder => AttachmentKind::Folder,
    }
}

/// What a folder is called, also one that is given as `.`.
pub fn folder_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    name_of(&name.unwrap_or_else(|| "folder".to_owned()))
}

/// How many files of a folder are left out, by reason; `None` when none are.
fn counted(left_out: &[meanwhile_extract::LeftOut]) -> Option<String> {
    let mut reasons: Vec<(&ExtractError, usize)> = Vec::new();
    for meanwhile_extract::LeftOut { why, .. } in left_out {
        match reasons.iter_mut().find(|(reason, _)| reason.counted(1) == why.counted(1)) {
            Some((_, count)) => *count += 1,
            None => reasons.push((why, 1)),
        }
    }
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<_> = reasons.into_iter().map(|(why, count)| why.counted(count)).collect();
    (!reasons.is_empty()).then(|| format!("{} left out: {}.", left_out.len(), reasons.join(", ")))
}

/// Tells what goes through a folder to end when nobody waits for it any more.
#[derive(Default)]
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
