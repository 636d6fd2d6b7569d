//! Work that an agent gives away: several tasks at once, each for a part of it.

use super::read;
use crate::model::{AT_ONCE, MOST_CHILDREN, Portion, START_TASKS, ToolSpec, one_line};
use serde::Deserialize;
use serde_json::json;

/// Letters of a title.
const TITLE: usize = 80;
/// Bytes of what one of them is told.
const PROMPT: usize = 32 << 10;

pub fn spec() -> ToolSpec {
    ToolSpec {
        name: START_TASKS.to_owned(),
        description: format!(
            "Gives away parts of your work that do not depend on each other: each becomes a task of its own, worked on by \
             somebody like you in the same folder, at the same time as the others. You get what each of them says when all are \
             over. They know only what you write here, share your limits, and cannot give away work themselves. At most \
             {AT_ONCE} at once and {MOST_CHILDREN} in all; not for what takes you a few steps."
        ),
        parameters: json!({
            "type": "object",
            "properties": { "tasks": { "type": "array", "minItems": 1, "maxItems": AT_ONCE, "items": {
                "type": "object",
                "properties": {
                    "title": { "type": "string", "description": "A few words." },
                    "prompt": { "type": "string", "description": "All that is to be done, and what to answer with." },
                },
                "required": ["title", "prompt"],
            } } },
            "required": ["tasks"],
        }),
    }
}

/// Reads the arguments of [`START_TASKS`].
///
/// # Errors
/// In words for the model.
pub fn portions(arguments: &str) -> Result<Vec<Portion>, String> {
    #[derive(Deserialize)]
    struct Arguments {
        tasks: Vec<Asked>,
    }
    #[derive(Deserialize)]
    struct Asked {
        title: String,
        prompt: String,
    }
    let Arguments { tasks } = read(START_TASKS, arguments)?;
    if tasks.is_empty() || tasks.len() > AT_ONCE {
        return Err(format!("Between 1 and {AT_ONCE} tasks are started at once; nothing was started."));
    }
    let portion = |(asked, number): (Asked, usize)| {
        let title = one_line(asked.title.trim(), TITLE);
        let prompt = asked.prompt.trim().to_owned();
        if title.is_empty() || prompt.is_empty() {
            return Err(format!("Task {number} has no title or no prompt; nothing was started."));
        }
        if prompt.len() > PROMPT {
            return Err(format!(
                "The prompt of task {number} has more than {} KiB; put it into a file and name that; nothing was started.",
                PROMPT >> 10
            ));
        }
        Ok(Portion { title, prompt })
    };
    tasks.into_iter().zip(1..).map(portion).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_away_has_a_title_a_prompt_and_bounds() {
        let asked = |tasks: serde_json::Value| portions(&json!({ "tasks": tasks }).to_string());
        let one = json!({ "title": " Read\nit ", "prompt": " Read a.txt " });
        let read = Portion { title: "Read it".to_owned(), prompt: "Read a.txt".to_owned() };
        assert_eq!(asked(json!([one])), Ok(vec![read]));
        for wrong in [
            json!([]),
            json!(vec![one.clone(); AT_ONCE + 1]),
            json!([{ "title": "", "prompt": "x" }]),
            json!([{ "title": "x", "prompt": " " }]),
            json!([{ "title": "x", "prompt": "x".repeat(PROMPT + 1) }]),
        ] {
            assert!(asked(wrong).is_err_and(|words| words.ends_with("nothing was started.")));
        }
        assert!(
            asked(json!([{ "title": "x" }]))
                .unwrap_err()
                .starts_with("The arguments of start_tasks do not fit")
        );
    }
}
