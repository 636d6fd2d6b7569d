//! What a disk holds after the power failed.

use crate::chance::Chance;
use std::path::Path;

/// The smallest part of a write that a disk writes whole.
const SECTOR: usize = 512;

/// The files that count, by their number in the record.
const NAMES: [&str; 2] = ["meanwhile.db", "meanwhile.db-wal"];

/// One thing the program did to a file.
pub struct Step {
    pub file: usize,
    pub deed: Deed,
    /// Bytes of the record up to and with it.
    pub end: u64,
}

pub enum Deed {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
    Sync,
    Unlink,
}

/// The content of each file that is there.
pub struct Disk([Option<Vec<u8>>; 2]);

impl Disk {
    /// After these steps: all that was synced, and any part of the rest. The journal of the first transaction, before there
    /// is a log, is not recorded: nothing was shown by then.
    pub fn after(steps: &[Step], chance: &mut Chance) -> Self {
        Self::with(steps, |disk, step| {
            let whole = chance.one_in(3);
            let lost = !whole && chance.one_in(2);
            if !lost {
                disk.apply(step, |_| whole || chance.one_in(2));
            }
        })
    }

    /// After these steps: what was synced, and nothing else.
    pub fn synced(steps: &[Step]) -> Self {
        Self::with(steps, |_, _| {})
    }

    fn with(steps: &[Step], mut unsynced: impl FnMut(&mut Self, &Step)) -> Self {
        let mut disk = Self([None, None]);
        for file in 0..NAMES.len() {
            let own: Vec<&Step> = steps.iter().filter(|step| step.file == file).collect();
            let safe = own.iter().rposition(|step| matches!(step.deed, Deed::Sync));
            for (at, step) in own.iter().enumerate() {
                if safe.is_some_and(|safe| at <= safe) {
                    disk.apply(step, |_| true);
                } else {
                    unsynced(&mut disk, step);
                }
            }
        }
        disk
    }

    fn apply(&mut self, step: &Step, mut keeps_sector: impl FnMut(usize) -> bool) {
        let file = step.file;
        match &step.deed {
            Deed::Write { offset, bytes } => {
                let content = self.0[file].get_or_insert_default();
                let mut at = *offset;
                let mut rest = bytes.as_slice();
                while !rest.is_empty() {
                    // A sector is a place on the disk, wherever a write begins.
                    let length = rest.len().min(SECTOR - at % SECTOR);
                    if keeps_sector(at / SECTOR) {
                        content.resize(content.len().max(at + length), 0);
                        content[at..at + length].copy_from_slice(&rest[..length]);
                    }
                    rest = &rest[length..];
                    at += length;
                }
            }
            Deed::Truncate(length) => self.0[file].get_or_insert_default().resize(*length, 0),
            Deed::Sync => {}
            Deed::Unlink => self.0[file] = None,
        }
    }

    /// Puts the files into a folder.
    pub fn write_to(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        for (name, content) in NAMES.iter().zip(&self.0) {
            if let Some(content) = content {
                std::fs::write(folder.join(name), content).unwrap();
            }
        }
    }
}
