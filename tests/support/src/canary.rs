//! A key that is looked for wherever it must not be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::path::{Path, PathBuf};

/// A key, and what it looks like in six encodings.
pub struct Canary {
    key: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A key that nobody had before, with characters that each encoding writes in another way.
    pub fn new(prefix: &str) -> Self {
        let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(12).collect();
        Self::of(&format!("{prefix}{random}?>/+%~{}", fastrand::u32(..)))
    }

    /// This key.
    pub fn of(key: &str) -> Self {
        let plain = key.as_bytes();
        let percent = |upper: bool| -> Vec<u8> {
            let byte = |byte: &u8| match *byte {
                kept if kept.is_ascii_alphanumeric() || b"-._~".contains(&kept) => char::from(kept).into(),
                other if upper => format!("%{other:02X}"),
                other => format!("%{other:02x}"),
            };
            plain.iter().map(byte).collect::<String>().into()
        };
        let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
        let forms = vec![
            ("plain", plain.to_vec()),
            ("base64", STANDARD_NO_PAD.encode(plain).into()),
            ("base64url", URL_SAFE_NO_PAD.encode(plain).into()),
            ("hex", hex.to_uppercase().into()),
            ("hex", hex.into()),
            ("percent", percent(true)),
            ("percent", percent(false)),
            ("reversed", plain.iter().rev().copied().collect()),
        ];
        Self { key: key.to_owned(), forms }
    }

    /// The key itself.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// It in every encoding, as a server may repeat it.
    pub fn echoes(&self) -> String {
        let texts: Vec<_> = self.forms.iter().map(|(_, form)| String::from_utf8_lossy(form)).collect();
        texts.join(" ")
    }

    /// Which encoding of it is in these bytes.
    pub fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        let is_there = |form: &[u8]| bytes.windows(form.len()).any(|piece| piece == form);
        self.forms.iter().find(|(_, form)| is_there(form)).map(|(name, _)| *name)
    }

    /// It is not in these bytes.
    #[track_caller]
    pub fn assert_not_in(&self, place: &str, bytes: impl AsRef<[u8]>) {
        if let Some(form) = self.found_in(bytes.as_ref()) {
            panic!("the key is in {place}, {form}");
        }
    }

    /// It is in no file of this folder or below it, nor in a name there; gives the files that were read.
    #[track_caller]
    pub fn assert_not_below(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            self.assert_not_in(&path.display().to_string(), path.as_os_str().as_encoded_bytes());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                files.extend(self.assert_not_below(&path));
            } else if kind.is_file() {
                // A running process may have removed it since; what is gone holds nothing.
                if let Ok(bytes) = std::fs::read(&path) {
                    self.assert_not_in(&path.display().to_string(), bytes);
                    files.push(path);
                }
            }
        }
        files
    }
}
