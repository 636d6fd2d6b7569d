//! What an API has against the calls of tools in a question: one without what came of it, and the other way round.

use meanwhile_core::model::ProviderKind;
use serde_json::Value;

/// Looks through a question.
///
/// # Errors
/// What the API would not accept, in its words as far as they are known. Ollama accepts all of it, and its model then loses the
/// thread: here it is refused as well.
pub(super) fn check(kind: ProviderKind, question: &Value) -> Result<(), String> {
    match kind {
        ProviderKind::OpenaiChat | ProviderKind::Practice => chat(list(&question["messages"])),
        ProviderKind::OpenaiResponses => responses(list(&question["input"])),
        ProviderKind::Anthropic => anthropic(list(&question["messages"])),
        ProviderKind::Gemini => gemini(list(&question["contents"])),
        ProviderKind::Ollama => ollama(list(&question["messages"])),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(of: &Value) -> Result<&str, String> {
    of.as_str().filter(|text| !text.is_empty()).ok_or_else(|| format!("expected a text, got {of}"))
}

fn fail<T>(said: impl Into<String>) -> Result<T, String> {
    Err(said.into())
}

fn chat(messages: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for message in messages {
        if message["role"] == "tool" {
            let id = text(&message["tool_call_id"])?;
            let Some(at) = open.iter().position(|known| *known == id) else {
                return fail(
                    "messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
                );
            };
            open.remove(at);
            message["content"].as_str().ok_or("a tool message needs content")?;
            continue;
        }
        no_results(&open)?;
        for call in list(&message["tool_calls"]) {
            if call["type"] != "function" || !call["function"]["arguments"].is_string() {
                return fail(format!("'tool_calls' has a call of another form: {call}"));
            }
            text(&call["function"]["name"])?;
            open.push(text(&call["id"])?);
        }
        if message["content"].is_null() && open.is_empty() {
            return fail("expected a string, got null");
        }
    }
    no_results(&open)
}

fn no_results(open: &[&str]) -> Result<(), String> {
    match open {
        [] => Ok(()),
        ids => fail(format!(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
             'tool_call_id'. These did not have response messages: {ids:?}"
        )),
    }
}

fn responses(items: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for item in items {
        match item["type"].as_str() {
            Some("function_call") => {
                text(&item["name"])?;
                text(&item["arguments"])?;
                open.push(text(&item["call_id"])?);
            }
            Some("function_call_output") => {
                let id = text(&item["call_id"])?;
                let Some(at) = open.iter().position(|known| *known == id) else {
                    return fail(format!("No tool call found for function call output with call_id {id}."));
                };
                open.remove(at);
                item["output"].as_str().ok_or("an output needs to be a text")?;
            }
            _ => {}
        }
    }
    open.first().map_or(Ok(()), |id| fail(format!("No tool output found for function call {id}.")))
}

fn anthropic(messages: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for message in messages {
        let mut results = Vec::new();
        let mut is_after_words = false;
        for block in list(&message["content"]) {
            let is_result = block["type"] == "tool_result";
            if is_result && is_after_words {
                return fail("tool_result blocks must come first in the content of a message");
            }
            is_after_words |= !is_result;
            if is_result {
                results.push(text(&block["tool_use_id"])?);
            }
            if block["type"] == "text" && block["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
                return fail("text content blocks must be non-empty");
            }
        }
        if let Some(id) = results.iter().find(|id| !open.contains(id)) {
            return fail(format!("unexpected `tool_use_id` found in `tool_result` blocks: {id}"));
        }
        if let Some(id) = open.iter().find(|id| !results.contains(id)) {
            return fail(format!(
                "`tool_use` ids were found without `tool_result` blocks immediately after: {id}"
            ));
        }
        open.clear();
        for block in list(&message["content"]).iter().filter(|block| block["type"] == "tool_use") {
            if message["role"] != "assistant" || !block["input"].is_object() {
                return fail(format!("tool_use: Input should be a valid dictionary: {block}"));
            }
            text(&block["name"])?;
            open.push(text(&block["id"])?);
        }
    }
    match open.as_slice() {
        [] => Ok(()),
        ids => {
            fail(format!("`tool_use` ids were found without `tool_result` blocks immediately after: {ids:?}"))
        }
    }
}

fn gemini(contents: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for content in contents {
        let parts = list(&content["parts"]);
        let all = |kind| parts.iter().filter_map(move |part| part.get(kind));
        let results: Vec<_> =
            all("functionResponse").map(|result| text(&result["name"])).collect::<Result<_, _>>()?;
        if results != open {
            return fail(
                "Please ensure that the number of function response parts is equal to the number of function \
                 call parts of the function call turn.",
            );
        }
        let is_wrong = |kind, role| all(kind).next().is_some() && content["role"] != role;
        if is_wrong("functionResponse", "user") || is_wrong("functionCall", "model") {
            return fail(
                "Please ensure that function call turn comes from the model, and its response does not.",
            );
        }
        if all("functionResponse").any(|result| !result["response"].is_object())
            || all("functionCall").any(|call| !call["args"].is_object())
        {
            return fail("Invalid value: a Struct was expected");
        }
        open = all("functionCall").map(|call| text(&call["name"])).collect::<Result<_, _>>()?;
    }
    if open.is_empty() { Ok(()) } else { fail("function call turn without a function response turn") }
}

fn ollama(messages: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for message in messages {
        if message["role"] == "tool" {
            let name = text(&message["tool_name"])?;
            let Some(at) = open.iter().position(|known| *known == name) else {
                return fail(format!("{name} was not called"));
            };
            open.remove(at);
            continue;
        }
        no_results(&open)?;
        for call in list(&message["tool_calls"]) {
            if !call["function"]["arguments"].is_object() {
                return fail("json: cannot unmarshal string into ToolCallFunctionArguments");
            }
            open.push(text(&call["function"]["name"])?);
        }
    }
    no_results(&open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A conversation with these entries, in the field that the API has for it.
    fn refuses(kind: ProviderKind, entries: Value) -> bool {
        let field = match kind {
            ProviderKind::OpenaiResponses => "input",
            ProviderKind::Gemini => "contents",
            _ => "messages",
        };
        check(kind, &json!({field: entries})).is_err()
    }

    /// A call and what came of it, as each API has them.
    fn pair(kind: ProviderKind) -> [Value; 2] {
        let text = |arguments: &str| json!({"name": "a", "arguments": arguments});
        match kind {
            ProviderKind::OpenaiResponses => [
                json!({"type": "function_call", "call_id": "c", "name": "a", "arguments": "{}"}),
                json!({"type": "function_call_output", "call_id": "c", "output": ""}),
            ],
            ProviderKind::Anthropic => [
                json!({"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "a", "input": {}}]}),
                json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c"}]}),
            ],
            ProviderKind::Gemini => [
                json!({"role": "model", "parts": [{"functionCall": {"name": "a", "args": {}}}]}),
                json!({"role": "user", "parts": [{"functionResponse": {"name": "a", "response": {}}}]}),
            ],
            ProviderKind::Ollama => [
                json!({"role": "assistant", "tool_calls": [{"function": {"name": "a", "arguments": {}}}]}),
                json!({"role": "tool", "tool_name": "a", "content": ""}),
            ],
            _ => [
                json!({"role": "assistant", "content": null,
                       "tool_calls": [{"id": "c", "type": "function", "function": text("{}")}]}),
                json!({"role": "tool", "tool_call_id": "c", "content": ""}),
            ],
        }
    }

    #[test]
    fn a_call_and_what_came_of_it_stand_together_or_are_refused() {
        use ProviderKind::{Anthropic, Gemini, Ollama, OpenaiChat, OpenaiResponses};
        for kind in [OpenaiChat, OpenaiResponses, Anthropic, Gemini, Ollama] {
            let [call, result] = pair(kind);
            assert!(!refuses(kind, json!([call, result])), "{kind:?}");
            assert!(refuses(kind, json!([call])), "{kind:?}, without a result");
            assert!(refuses(kind, json!([result])), "{kind:?}, without a call");
            assert!(refuses(kind, json!([result, call])), "{kind:?}, the wrong way round");
            assert!(refuses(kind, json!([call, result, result])), "{kind:?}, twice");
            let words = match kind {
                Gemini => json!({"role": "user", "parts": [{"text": "And now?"}]}),
                _ => json!({"role": "user", "content": "And now?"}),
            };
            // Only OpenAI's responses care for no order.
            assert_eq!(refuses(kind, json!([call, words, result])), kind != OpenaiResponses, "{kind:?}");
        }
    }
}
