use serde_json::Value;

/// A tool, as a model is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSpec {
    /// What it is called by: 1 to 64 letters, digits, `-` and `_`.
    pub name: String,
    /// What it does and when to use it, for the model.
    pub description: String,
    /// A JSON schema of the object that it takes.
    pub parameters: Value,
}

impl ToolSpec {
    /// Bytes that a request sends of it.
    pub(crate) fn bytes(&self) -> usize {
        self.name.len() + self.description.len() + self.parameters.to_string().len()
    }
}

/// The call by which the program of an agent is started.
pub const START_PROGRAM: &str = "start_program";

/// The call by which the program of an agent asks before it does something.
pub const PERMISSION: &str = "permission";

/// The only answer by which a plan is agreed to.
pub const BEGIN: &str = "Begin";

/// Between the words for a refusal and those of the user.
pub const THEY_SAY: &str = " They say: ";

/// A step that the program of an agent made without asking, once it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeStep {
    /// Which kind, in a word.
    pub kind: String,
    /// What it was, in a few words.
    pub label: String,
    /// It did not work.
    pub is_failed: bool,
    /// What came of it, shortened.
    pub result: String,
}

/// A tool that a model asked for, in its own words: nothing in it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedCall {
    /// The name it called.
    pub tool: String,
    /// The JSON text that it wrote; not always whole, and not always JSON.
    pub arguments: String,
    /// What its provider wants to have back with it, as JSON text that nobody else understands.
    pub opaque: Option<String>,
}

/// A call that is over, as it is told to a model again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidCall {
    /// Our own name for it, nine letters and digits, which every API takes; those of the providers are not relied on.
    pub id: String,
    /// What was called.
    pub tool: String,
    /// With which arguments: a JSON object as text.
    pub arguments: String,
    /// What its provider wants to have back.
    pub opaque: Option<String>,
    /// What came of it, for the model.
    pub result: String,
    /// It did not do what was asked.
    pub is_error: bool,
}
