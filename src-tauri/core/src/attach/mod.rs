//! Files that are attached: copied under their hash, read in a process that can do nothing else, kept as pieces of text.

mod cut;

use crate::command::CommandError;
use crate::model::{Attached, Attachment, AttachmentKind, Picture};
use crate::store::{Document, Store, make_private, name_of};
use meanwhile_extract::{ExtractError, Kind, Limits, READ, extract_in_child};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

pub use meanwhile_extract::Progress as ReadProgress;

/// Processes that read at the same time; each may take a gigabyte of memory.
const READERS: usize = 2;

/// Bytes of text of one file. Source: four times what the largest models read.
const TEXT: u64 = 16 << 20;

/// Bytes that are copied at once.
const BLOCK: usize = 64 << 10;

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
            |error: ExtractError| CommandError::invalid(format!("{name}: {error} Nothing was attached."));
        if read.is_err() {
            // Nothing will ask for it again.
            let _ = tokio::fs::remove_file(&path).await;
        }
        let read = read.map_err(refused)?;
        let bytes = tokio::fs::metadata(&path).await.map_or(0, |found| found.len());
        let document = Document {
            hash: file.hash.clone(),
            kind: kind(read.kind),
            bytes,
            pieces: cut::pieces(&read.parts),
            picture: read.picture.map(|it| Picture { media_type: it.media_type, base64: it.base64 }),
            notes: read.notes,
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
    }
}
