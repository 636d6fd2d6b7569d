//! The tokens that the user made for other programs. Of each only a hash is kept, in `tokens.json` of the data folder.
//!
//! The file is read anew whenever such a token is shown: it is small, and what was removed counts no more from there on.

use crate::error::ApiError;
use crate::scope::Scope;
use crate::token::{random_letters, write_private};
use meanwhile_core::model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq;

/// What every such token begins with, so that one is recognised where it does not belong.
const PREFIX: &str = "mw_";
/// Keeps the file small, because it is read for each request.
const MOST: usize = 64;
const LONGEST_NAME: usize = 40;

/// Why the tokens could not be read or changed. Nothing was changed in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// The name cannot be one.
    #[error(
        "a name has 1 to 40 letters, digits, dots, dashes and underscores, and begins with a letter or digit"
    )]
    Name,
    /// There is one of that name.
    #[error("there is a token {0:?} already; remove it first, or choose another name")]
    Taken(String),
    /// There is none of that name.
    #[error("there is no token {0:?}")]
    Unknown(String),
    /// As many as there can be.
    #[error("there are 64 tokens already; remove one that nothing uses any more")]
    Full,
    /// The file is there and cannot be read; every token in it is refused.
    #[error("the file {} cannot be read: {cause}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The system did not make the token, or did not write the file.
    #[error(transparent)]
    System(#[from] ApiError),
}

/// A token as it can be told: without what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenRow {
    /// The user's name for it.
    pub name: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The tokens of a data folder. Every clone sees the same ones.
#[derive(Clone, Debug)]
pub struct Tokens {
    folder: PathBuf,
}

impl Tokens {
    /// Those of this data folder, which need not be there yet.
    pub fn of(data_dir: &Path) -> Self {
        Self { folder: data_dir.to_owned() }
    }

    /// Makes a token and gives its text, which can never be read again.
    ///
    /// # Errors
    /// [`TokensError`], also when the name is taken.
    pub fn add(&self, name: &str, scope: Scope, now: Timestamp) -> Result<String, TokensError> {
        if !is_name(name) {
            return Err(TokensError::Name);
        }
        let letters = random_letters()?;
        let token = format!("{PREFIX}{}", String::from_utf8_lossy(&letters));
        let kept =
            Kept { name: name.to_owned(), scope, sha256: Digest::of(token.as_bytes()).0, created_at: now };
        self.change(|all| match all.len() {
            _ if all.iter().any(|other| other.name == name) => Err(TokensError::Taken(name.to_owned())),
            MOST.. => Err(TokensError::Full),
            _ => {
                all.push(kept);
                Ok(())
            }
        })?;
        Ok(token)
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// [`TokensError::Unreadable`].
    pub fn list(&self) -> Result<Vec<TokenRow>, TokensError> {
        let row = |Kept { name, scope, created_at, .. }| TokenRow { name, scope, created_at };
        Ok(self.read()?.tokens.into_iter().map(row).collect())
    }

    /// Takes one back: the next request with it is refused.
    ///
    /// # Errors
    /// [`TokensError`], also when there is none of that name.
    pub fn remove(&self, name: &str) -> Result<(), TokensError> {
        self.change(|all| {
            let before = all.len();
            all.retain(|token| token.name != name);
            if all.len() < before { Ok(()) } else { Err(TokensError::Unknown(name.to_owned())) }
        })
    }

    /// What the token with this hash allows now; `None` when there is none, or when the file cannot be read.
    pub(crate) fn scope_of(&self, digest: &Digest) -> Option<Scope> {
        let all = match self.read() {
            Ok(all) => all.tokens,
            Err(error) => {
                tracing::warn!(%error, "every token of a program is refused");
                return None;
            }
        };
        // All of them are looked at, so that the time does not tell which one was like it.
        all.iter().fold(None, |found, kept| if digest.is(&kept.sha256) { Some(kept.scope) } else { found })
    }

    fn file(&self) -> PathBuf {
        self.folder.join("tokens.json")
    }

    fn read(&self) -> Result<Content, TokensError> {
        let file = self.file();
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
            Err(error) => return Err(TokensError::Unreadable { file, cause: error.to_string() }),
        };
        serde_json::from_slice(&bytes)
            .map_err(|error| TokensError::Unreadable { file, cause: error.to_string() })
    }

    /// One change after the other: of two at once, the later one would bring back what the first has removed.
    fn change(
        &self,
        change: impl FnOnce(&mut Vec<Kept>) -> Result<(), TokensError>,
    ) -> Result<(), TokensError> {
        let file = self.file();
        let not_written = |cause| ApiError::File { file: file.clone(), cause };
        let _lock = lock(&self.folder).map_err(not_written)?;
        let mut content = self.read()?;
        change(&mut content.tokens)?;
        let bytes = serde_json::to_vec_pretty(&content).map_err(|error| not_written(error.into()))?;
        write_private(&file, &bytes).and_then(|()| settle(&self.folder)).map_err(not_written)?;
        Ok(())
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    tokens: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    scope: Scope,
    sha256: String,
    created_at: Timestamp,
}

/// The SHA-256 of a token, in hexadecimal digits. A token is as random as its hash, so guessing needs no slower one.
#[derive(Clone)]
pub(crate) struct Digest(String);

impl Digest {
    /// Of what a caller has shown; `None` when it cannot be a token of this kind.
    pub(crate) fn shown(presented: &[u8]) -> Option<Self> {
        presented.starts_with(PREFIX.as_bytes()).then(|| Self::of(presented))
    }

    fn of(token: &[u8]) -> Self {
        Self(<Sha256 as sha2::Digest>::digest(token).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Compares in a time that does not tell how much was right.
    fn is(&self, kept: &str) -> bool {
        self.0.as_bytes().ct_eq(kept.as_bytes()).into()
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// Held for a change, in the folder that is made if a program is given its token before the first start.
fn lock(folder: &Path) -> io::Result<File> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.create(true).truncate(false).write(true).open(folder.join("tokens.lock"))?;
    file.lock()?;
    Ok(file)
}

/// A token that was removed stays so when the power fails: the new name of the file is on the disk too.
fn settle(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
