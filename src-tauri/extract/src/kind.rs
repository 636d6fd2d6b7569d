//! What a file is. Its name is not asked: it says what somebody called it.

use crate::{ExtractError, Kind};
use crate::{folder, office};
use image::ImageFormat;

/// Old office files, and new ones with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Who reads it.
pub(crate) enum Found {
    Text,
    Pdf,
    Office(Kind),
    Picture(ImageFormat),
    Folder,
}

impl Found {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Text => Kind::Text,
            Self::Pdf => Kind::Pdf,
            Self::Office(kind) => *kind,
            Self::Picture(_) => Kind::Picture,
            Self::Folder => Kind::Folder,
        }
    }
}

/// The reader for these bytes. What nothing else is, is text until [`crate::text`] sees that it is none.
pub(crate) fn find(file: &[u8]) -> Result<Found, ExtractError> {
    if file.is_empty() {
        return Err(ExtractError::Empty);
    }
    if folder::is_folder(file) {
        return Ok(Found::Folder);
    }
    // Readers of PDFs have always taken something in front of the mark, so there are files that have it.
    let head = &file[..file.len().min(1024)];
    if head.windows(5).any(|bytes| bytes == b"%PDF-") {
        return Ok(Found::Pdf);
    }
    if file.starts_with(b"PK\x03\x04") || file.starts_with(b"PK\x05\x06") {
        return office::kind(file).map(Found::Office);
    }
    if file.starts_with(COMPOUND) {
        return Err(compound(file));
    }
    match image::guess_format(head) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) => {
            Ok(Found::Picture(format))
        }
        Ok(_) => Err(ExtractError::Unknown),
        Err(_) => Ok(Found::Text),
    }
}

/// The names in such a file are UTF-16.
fn compound(file: &[u8]) -> ExtractError {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    match file.windows(name.len()).any(|bytes| bytes == name) {
        true => ExtractError::Protected { kind: Kind::Word },
        false => ExtractError::OldOffice,
    }
}
