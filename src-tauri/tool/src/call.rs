//! A call of a tool, read from what the model wrote.

use crate::spec::{self, Effect, specs};
use crate::{ToolError, text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A call whose arguments have the right form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Call {
    List(List),
    Read(Read),
    Search(Search),
    Write(Write),
    Edit(Edit),
    Delete(Delete),
    Run(Run),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub depth: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    pub path: String,
    #[serde(default)]
    pub from_line: Option<usize>,
    #[serde(default)]
    pub lines: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub regex: Option<String>,
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub glob: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub path: String,
    pub content: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub path: String,
    pub old: String,
    pub new: String,
    #[serde(default)]
    pub all: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delete {
    pub path: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    pub command: String,
    #[serde(default)]
    pub timeout_s: Option<u64>,
}

impl Call {
    /// Reads a call. Two texts that mean the same become the same call.
    pub fn read(tool: &str, arguments: &str) -> Result<Self, ToolError> {
        Ok(match tool {
            spec::LIST => Self::List(fields(tool, arguments)?),
            spec::READ => Self::Read(fields(tool, arguments)?),
            spec::SEARCH => Self::Search(fields(tool, arguments)?),
            spec::WRITE => Self::Write(fields(tool, arguments)?),
            spec::EDIT => Self::Edit(fields(tool, arguments)?),
            spec::DELETE => Self::Delete(fields(tool, arguments)?),
            spec::RUN => Self::Run(fields(tool, arguments)?),
            _ => {
                let known: Vec<_> = specs().iter().map(|spec| spec.name).collect();
                let name = text::short(tool, 60);
                return Err(ToolError::Unknown { name, known: known.join(", ") });
            }
        })
    }

    /// The name of the tool.
    pub fn tool(&self) -> &'static str {
        match self {
            Self::List(_) => spec::LIST,
            Self::Read(_) => spec::READ,
            Self::Search(_) => spec::SEARCH,
            Self::Write(_) => spec::WRITE,
            Self::Edit(_) => spec::EDIT,
            Self::Delete(_) => spec::DELETE,
            Self::Run(_) => spec::RUN,
        }
    }

    pub fn effect(&self) -> Effect {
        match self {
            Self::List(_) | Self::Read(_) | Self::Search(_) => Effect::Read,
            Self::Write(_) | Self::Edit(_) | Self::Delete(_) => Effect::Write,
            Self::Run(_) => Effect::Run,
        }
    }
}

/// The arguments of one tool. None at all is an object without any: some models write nothing then.
fn fields<T: DeserializeOwned>(tool: &str, arguments: &str) -> Result<T, ToolError> {
    let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
    serde_json::from_str(arguments).map_err(|error| {
        let error = text::short(&error.to_string(), 300);
        ToolError::Arguments(format!("the arguments of {tool} do not fit: {error}"))
    })
}
