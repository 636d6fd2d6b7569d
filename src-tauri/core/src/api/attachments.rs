use super::Core;
use crate::attach::ReadProgress;
use crate::command::CommandError;
use crate::model::{Attached, Attachment};
use tokio::io::AsyncRead;

impl Core {
    /// Copies a file that is to be attached, up to 128 MiB; gives its hash for [`Core::read_file`].
    pub async fn keep_file(&self, from: impl AsyncRead + Unpin) -> Result<String, CommandError> {
        self.inner.files.keep(from).await
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
