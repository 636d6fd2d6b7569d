//! Doing what was planned.

use crate::call::Call;
use crate::file::{self, Change};
use crate::limits::Limits;
use crate::plan::{Prepared, hash, prepare};
use crate::{ToolError, Workspace, command, diff, text};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a tool answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// For the model, at most [`Limits::result_bytes`]; the middle of more is left out, and it says so.
    pub text: String,
    /// For people, in a few words: "120 lines", "exit 1 after 2 s".
    pub fact: String,
    /// Whether it did not do what it was for.
    pub is_error: bool,
}

/// Runs a tool. With `expected_basis` only if the call would do exactly what [`crate::plan`] said when it had that basis.
/// Dropping the future ends the work and every process of it.
///
/// # Errors
/// [`ToolError::Changed`]: what would happen is something else by now, and nothing was done. Everything else in words for the
/// model. A command that fails is no error here.
pub async fn run(
    workspace: &Workspace,
    tool: &str,
    arguments: &str,
    expected_basis: Option<&str>,
    limits: &Limits,
) -> Result<Done, ToolError> {
    let (tool, arguments) = (tool.to_owned(), arguments.to_owned());
    let expected = expected_basis.map(str::to_owned);
    let prepared = blocking(workspace, limits, move |workspace, limits, _| {
        let prepared = match prepare(workspace, &tool, &arguments, limits) {
            // What could be planned then and cannot now has changed.
            Err(error) if expected.is_some() && !matches!(error, ToolError::Unknown { .. }) => {
                return Err(if error.is_for_model() { ToolError::Changed } else { error });
            }
            prepared => prepared?,
        };
        if expected.is_some_and(|expected| expected != prepared.planned.basis) {
            return Err(ToolError::Changed);
        }
        Ok(prepared)
    });
    let Prepared { call, change, .. } = prepared.await?;
    let done = match call {
        Call::Run(run) => command::run(workspace, &run, limits).await?,
        call => {
            blocking(workspace, limits, move |workspace, limits, is_wanted| match (&call, change) {
                (Call::List(list), _) => file::list(workspace, list, is_wanted),
                (Call::Read(read), _) => file::read(workspace, read, limits),
                (Call::Search(search), _) => file::search(workspace, search, limits, is_wanted),
                (_, Some(change)) => make(workspace, &change, limits, is_wanted),
                (_, None) => Err(ToolError::Failed("there is nothing to do".to_owned())),
            })
            .await?
        }
    };
    Ok(Done { text: text::cut(done.text, limits.result_bytes), ..done })
}

/// Makes a change, if the file is still what it was and somebody still waits for it.
fn make(
    workspace: &Workspace,
    change: &Change,
    limits: &Limits,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Done, ToolError> {
    let name = change.place.name();
    let before = change.before.as_deref().map(hash);
    let target = change.place.target(workspace, change.after.is_some())?;
    let Some(target) = target else { return Err(ToolError::Changed) };
    let is_still = || {
        let now = target.before(limits.file_bytes)?;
        if now.as_deref().map(hash) != before {
            return Err(ToolError::Changed);
        }
        // Asked last: what was stopped is not made a moment later.
        if is_wanted() { Ok(()) } else { Err(ToolError::Failed("it was stopped before".to_owned())) }
    };
    let (added, removed) = diff::lines(
        change.before.as_deref().unwrap_or_default(),
        change.after.as_deref().unwrap_or_default(),
    );
    let fact = format!("+{added} \u{2212}{removed}");
    let text = match (&change.before, &change.after) {
        (_, None) => {
            is_still()?;
            target.remove()?;
            format!("{name} is deleted")
        }
        (before, Some(after)) => {
            target.put(after, None, &is_still)?;
            let what = if before.is_some() { "changed" } else { "made" };
            format!("{name} is {what}: {added} lines added, {removed} removed")
        }
    };
    Ok(Done { text, fact, is_error: false })
}

/// Work that blocks, on a thread for it. It is told when nobody waits for it any more.
async fn blocking<T: Send + 'static>(
    workspace: &Workspace,
    limits: &Limits,
    work: impl FnOnce(&Workspace, &Limits, &dyn Fn() -> bool) -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    struct Dropped(Arc<AtomicBool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let dropped = Dropped(Arc::default());
    let flag = Arc::clone(&dropped.0);
    let (workspace, limits) = (workspace.clone(), limits.clone());
    let worked =
        tokio::task::spawn_blocking(move || work(&workspace, &limits, &|| !flag.load(Ordering::Relaxed)));
    worked.await.map_err(|error| ToolError::Failed(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_waits_for_any_more_is_not_written() {
        let folder = std::env::temp_dir().join(format!("meanwhile-stopped-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a"), "before").unwrap();
        let workspace = Workspace::open(&folder).unwrap();
        let limits = Limits::default();
        for (tool, arguments) in
            [("write_file", r#"{"path":"a","content":"after"}"#), ("delete_file", r#"{"path":"a"}"#)]
        {
            let change = prepare(&workspace, tool, arguments, &limits).unwrap().change.unwrap();
            assert!(make(&workspace, &change, &limits, &|| false).is_err(), "{tool}");
        }
        assert_eq!(std::fs::read_to_string(folder.join("a")).unwrap(), "before");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
