use super::Core;
use crate::attach::ReadProgress;
use crate::command::CommandError;
use crate::model::{Attached, Attachment, FolderFiles};
use std::path::PathBuf;
use tokio::io::AsyncRead;

impl Core {
    /// Copies a file that is to be attached, up to 128 MiB; gives its hash for [`Core::read_file`].
    pub async fn keep_file(&self, from: impl AsyncRead + Unpin) -> Result<String, CommandError> {
        self.inner.files.keep(from).await
    }

    /// Copies the files of a folder that a person would send, as one; gives its hash for [`Core::read_file`]. Only for a folder
    /// that the user named.
    pub async fn keep_folder(&self, folder: PathBuf) -> Result<String, CommandError> {
        self.inner.files.keep_folder(folder).await
    }

    /// Which files of a folder that was read are sent, and which are not.
    pub async fn folder_files(&self, hash: String) -> Result<FolderFiles, CommandError> {
        let missing = CommandError::not_found("attached folder", &hash);
        self.store().folder_files(hash).await?.ok_or(missing)
    }

    /// What stands in a file that was copied, and how much it is. `told` hears of every page, sheet or slide.
    pub async fn read_file(
        &self,
        file: Attached,
        told: impl FnMut(ReadProgress),
    ) -> Result<Attachment, CommandError> {
        self.inner.files.read(self.store(), file, told).await
    }
}
