//! A zip that is read in memory and never unpacked to a disk, so its names can be whatever they like.

use super::{Relation, relations};
use crate::{ExtractError, Kind, Limits};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// A small file may be packed as tightly as it likes.
const SMALL: u64 = 16 << 20;
/// Tighter than any real office file. Source: XML of empty cells, the tightest there is, comes to about 100.
const MOST_RATIO: u64 = 200;

pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    packed: u64,
}

impl<'a> Archive<'a> {
    /// # Errors
    /// [`ExtractError::Archive`]: it cannot even be said what damaged thing it is.
    pub(super) fn of(file: &'a [u8]) -> Result<Self, ExtractError> {
        let zip = ZipArchive::new(Cursor::new(file)).map_err(|_| ExtractError::Archive)?;
        Ok(Self { zip, packed: file.len() as u64 })
    }

    /// Unpacks everything once and keeps nothing: what an archive says about its sizes is not believed, and after this no
    /// reader can be surprised.
    pub(super) fn measure(&mut self, kind: Kind, limits: &Limits) -> Result<(), ExtractError> {
        let bomb = ExtractError::Bomb { kind };
        if self.zip.len() > limits.entries {
            return Err(bomb);
        }
        let mut left = limits.unpacked_bytes.min(SMALL.max(self.packed.saturating_mul(MOST_RATIO)));
        for at in 0..self.zip.len() {
            // What cannot be unpacked is missed by who needs it.
            let Ok(entry) = self.zip.by_index(at) else { continue };
            let most = limits.entry_bytes.min(left);
            let mut entry = entry.take(most + 1);
            let mut size = 0;
            let mut piece = [0; 16 << 10];
            while let Ok(read @ 1..) = entry.read(&mut piece) {
                size += read as u64;
            }
            left = if size > most { return Err(bomb) } else { left - size };
        }
        Ok(())
    }

    /// One entry as text; `None` when it is not there or broken.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let mut bytes = Vec::new();
        self.zip.by_name(name).ok()?.take(MOST_TEXT).read_to_end(&mut bytes).ok()?;
        // By its mark it may be UTF-16.
        Some(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
    }

    /// What a part refers to; nothing when it has no such list.
    pub(super) fn relations(&mut self, part: &str) -> Option<Vec<Relation>> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        match self.text(&format!("{folder}/_rels/{name}.rels")) {
            Some(xml) => relations(&xml, folder),
            None => Some(Vec::new()),
        }
    }
}

/// The list that says what an archive is, is read before anything was measured.
const MOST_TEXT: u64 = 64 << 20;
