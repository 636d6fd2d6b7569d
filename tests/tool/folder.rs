//! A folder for one test, and how tools are called in it.

use meanwhile_tool::{Done, Limits, Planned, ToolError, Workspace, plan, run};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with files, inside of another one that nobody may reach.
pub struct Folder {
    outside: tempfile::TempDir,
    pub workspace: Workspace,
}

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let outside = tempfile::tempdir().unwrap();
        let inside = outside.path().join("folder");
        fs::create_dir(&inside).unwrap();
        let workspace = Workspace::open(&inside).unwrap();
        let folder = Self { outside, workspace };
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.workspace.path().join(path)
    }

    pub fn outside(&self, path: &str) -> PathBuf {
        self.outside.path().canonicalize().unwrap().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8(fs::read(self.path(path)).unwrap()).unwrap()
    }

    pub fn is_there(&self, path: &str) -> bool {
        fs::symlink_metadata(self.path(path)).is_ok()
    }

    pub fn plan(&self, tool: &str, arguments: Value) -> Result<Planned, ToolError> {
        plan(&self.workspace, tool, &arguments.to_string())
    }

    pub async fn run(&self, tool: &str, arguments: Value) -> Result<Done, ToolError> {
        run(&self.workspace, tool, &arguments.to_string(), None, &Limits::default()).await
    }

    /// What the tool answers, when all is well.
    pub async fn text(&self, tool: &str, arguments: Value) -> String {
        self.run(tool, arguments).await.unwrap().text
    }

    /// What the model is told when it is not.
    pub async fn refusal(&self, tool: &str, arguments: Value) -> String {
        let planned = self.plan(tool, arguments.clone()).err();
        let error = self.run(tool, arguments).await.unwrap_err();
        if let Some(planned) = planned {
            assert_eq!(planned, error, "a plan is refused for the same reason");
        }
        assert!(error.is_for_model(), "{error:?}");
        error.to_string()
    }

    /// Every file of the folder with what stands in it, and everything else with what it is.
    pub fn all(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        gather(self.workspace.path(), self.workspace.path(), &mut all);
        all.sort();
        all
    }
}

fn gather(root: &Path, folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let kind = fs::symlink_metadata(&path).unwrap();
        if kind.is_dir() {
            gather(root, &path, all);
        } else if kind.is_file() {
            all.push((name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
        } else {
            all.push((name, format!("{:?}", kind.file_type())));
        }
    }
}
