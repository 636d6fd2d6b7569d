use crate::error::ApiError;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq;

const LETTERS: usize = 64;

/// The 256 random bits that tell the user's own programs from everybody else's.
pub(crate) struct Token([u8; LETTERS]);

impl Token {
    /// Where the token of a data folder lies.
    pub(crate) fn file(data_dir: &Path) -> PathBuf {
        data_dir.join("api-token")
    }

    /// Makes the token of this start. One of an earlier start is worth nothing any more: after a crash a program that was
    /// told of it, or that listens where Meanwhile did, could have learned it.
    pub(crate) fn create(file: &Path) -> Result<Self, ApiError> {
        let token = Self(random_letters()?);
        write_private(file, &token.0).map_err(|cause| ApiError::File { file: file.to_owned(), cause })?;
        Ok(token)
    }

    /// Compares in a time that does not tell how much was right.
    pub(crate) fn matches(&self, presented: &[u8]) -> bool {
        presented.ct_eq(&self.0[..]).into()
    }
}

/// 256 random bits as hexadecimal digits.
pub(crate) fn random_letters() -> Result<[u8; LETTERS], ApiError> {
    let mut bits = [0_u8; LETTERS / 2];
    getrandom::fill(&mut bits).map_err(|error| ApiError::Random(error.to_string()))?;
    let mut letters = [0_u8; LETTERS];
    for (pair, byte) in letters.chunks_exact_mut(2).zip(bits) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    Ok(letters)
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Writes a file that only the user can read, whole or not at all.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = file.with_extension("new");
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut out = create_private(&fresh)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    std::fs::rename(&fresh, file)
}

#[cfg(unix)]
fn create_private(file: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn create_private(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_has_a_token_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = Token::file(folder.path());
        let first = Token::create(&file).unwrap();
        let second = Token::create(&file).unwrap();
        assert!(!second.matches(&first.0));
        assert_eq!(std::fs::read(&file).unwrap(), second.0);
    }

    #[test]
    fn only_the_whole_token_matches() {
        let folder = tempfile::tempdir().unwrap();
        let token = Token::create(&Token::file(folder.path())).unwrap();
        assert!(token.matches(&token.0));
        assert!(!token.matches(&token.0[..63]));
        assert!(!token.matches(b""));
        assert!(!token.matches(&[token.0.as_slice(), b"0"].concat()));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_token_whatever_was_there_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = Token::file(folder.path());
        std::fs::write(&file, "an old one").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        Token::create(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
