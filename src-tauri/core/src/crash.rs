//! Whether the process before this one took itself down.
//!
//! A kill from outside says nothing about the work that was under way; an abort may be its fault. So an abort, which is how
//! Rust ends on a defect that nothing can catch, leaves a mark beside the database. A fault in memory of other people's code
//! leaves none and counts as a kill.

use std::path::Path;

/// While it lives, an abort of this process is seen by the next one on the same folder.
#[derive(Debug, Default)]
pub struct Mark {
    #[cfg(unix)]
    actions: Vec<signal_hook::SigId>,
    #[cfg(unix)]
    file: Option<std::fs::File>,
}

impl Mark {
    /// The mark of this process, and whether the one before it left one. Without a mark the work goes on all the same.
    pub fn set(folder: &Path) -> (Self, bool) {
        Self::try_set(&folder.join("aborted")).unwrap_or_else(|error| {
            tracing::warn!(%error, "a crash of this process will not be told from a kill");
            Default::default()
        })
    }

    #[cfg(unix)]
    fn try_set(file: &Path) -> std::io::Result<(Self, bool)> {
        use signal_hook::{consts::SIGABRT, flag, low_level::pipe};
        use std::os::unix::fs::OpenOptionsExt as _;
        let file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
        let was_left = file.metadata()?.len() > 0;
        let same = file.try_clone()?;
        // In this order: the mark is written, then the process ends as it would have without us.
        let actions = vec![
            pipe::register(SIGABRT, file)?,
            flag::register_conditional_default(SIGABRT, std::sync::Arc::new(true.into()))?,
        ];
        Ok((Self { actions, file: Some(same) }, was_left))
    }

    /// What the process before left is dealt with.
    pub fn clear(&self) {
        #[cfg(unix)]
        if let Some(Err(error)) = self.file.as_ref().map(|file| file.set_len(0)) {
            tracing::warn!(%error, "the next start will take an old crash for a new one");
        }
    }

    #[cfg(not(unix))]
    fn try_set(_file: &Path) -> std::io::Result<(Self, bool)> {
        Ok((Self::default(), false))
    }
}

#[cfg(unix)]
impl Drop for Mark {
    fn drop(&mut self) {
        for action in self.actions.drain(..) {
            signal_hook::low_level::unregister(action);
        }
    }
}
