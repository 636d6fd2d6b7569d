//! What servers say about their models, in the words of any of them. Sources: the pages of OpenRouter, Ollama, Gemini, Anthropic,
//! Mistral, Groq, llama.cpp, vLLM and LM Studio on their lists of models.

use super::dialect::whole;
use crate::model::{ModelFacts, Price};
use serde_json::Value;

/// Tokens of context, what is loaded now before what would be possible.
const CONTEXT: [&str; 11] = [
    "/loaded_context_length",
    "/loaded_instances/0/config/context_length",
    "/default_generation_settings/n_ctx",
    "/meta/n_ctx",
    "/max_model_len",
    "/context_length",
    "/context_window",
    "/max_context_length",
    "/max_input_tokens",
    "/inputTokenLimit",
    "/meta/n_ctx_train",
];
/// Plain yes or no.
const IMAGES: [&str; 3] =
    ["/capabilities/vision", "/capabilities/image_input/supported", "/modalities/vision"];
const TOOLS: [&str; 3] = [
    "/capabilities/function_calling",
    "/capabilities/trained_for_tool_use",
    "/chat_template_caps/supports_tools",
];
const REASONING: [&str; 3] = ["/capabilities/reasoning", "/capabilities/thinking/supported", "/thinking"];

/// What an entry of a list of models, or a longer description of one, says. What it does not say is unknown.
pub(super) fn facts(model: &Value) -> ModelFacts {
    let abilities = model.get("capabilities");
    // Some lists name abilities one by one, and whoever can complete and names no more has no more.
    let named = |words: &[&str]| {
        let has = has(abilities, words);
        has.filter(|has| *has || self::has(abilities, &["completion"]) == Some(true))
    };
    let kind = model.get("type").and_then(Value::as_str);
    let images = flag(model, &IMAGES)
        .or_else(|| has(model.pointer("/architecture/input_modalities"), &["image"]))
        .or_else(|| named(&["vision", "multimodal"]))
        .or_else(|| (kind == Some("vlm")).then_some(true));
    let parameter = |word| has(model.get("supported_parameters"), &[word]);
    ModelFacts {
        context: CONTEXT.iter().find_map(|path| tokens(model.pointer(path)?)),
        images,
        tools: flag(model, &TOOLS).or_else(|| parameter("tools")).or_else(|| named(&["tools", "tool_use"])),
        reasoning: flag(model, &REASONING)
            .or_else(|| parameter("reasoning"))
            .or_else(|| named(&["thinking"])),
        price: model.get("pricing").and_then(price),
    }
}

/// What Ollama tells about one model: its abilities, and the context it was given, else the longest it was made for.
pub(super) fn shown(model: &Value) -> ModelFacts {
    let given = model.get("parameters").and_then(Value::as_str).and_then(|parameters| {
        let line = parameters.lines().find_map(|line| line.trim().strip_prefix("num_ctx"))?;
        line.trim().parse().ok()
    });
    let made_for = || {
        let info = model.get("model_info")?.as_object()?;
        info.iter()
            .find_map(|(name, value)| name.ends_with(".context_length").then(|| tokens(value)).flatten())
    };
    ModelFacts { context: given.or_else(made_for), ..facts(model) }
}

fn tokens(value: &Value) -> Option<u64> {
    whole(value).filter(|tokens| *tokens > 0)
}

fn flag(model: &Value, paths: &[&str]) -> Option<bool> {
    paths.iter().find_map(|path| model.pointer(path)?.as_bool())
}

/// Whether a list of words has one of these; `None` when it is no list.
fn has(list: Option<&Value>, words: &[&str]) -> Option<bool> {
    let list = list?.as_array()?;
    Some(list.iter().any(|word| words.iter().any(|wanted| word == wanted)))
}

/// Dollars for one token, as text or number, in dollars for a million; below zero they depend on something else.
fn price(pricing: &Value) -> Option<Price> {
    let of = |name| {
        let value: &Value = pricing.get(name)?;
        let usd = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
        // Without the dust of decimals that no binary number has.
        Some((usd * 1e12).round() / 1e6)
    };
    let (input, output) = (of("prompt")?, of("completion")?);
    let cached = of("input_cache_read").filter(|cached| (0.0..input).contains(cached));
    Some(Price { input, cached, output }).filter(Price::is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn unknown() -> ModelFacts {
        ModelFacts::default()
    }

    #[test]
    fn each_server_is_understood_in_its_own_words() {
        let router = json!({"id": "a/b", "context_length": 131_072,
            "architecture": {"input_modalities": ["text", "image"]},
            "supported_parameters": ["tools", "temperature"],
            "pricing": {"prompt": "0.0000025", "completion": "0.00001", "input_cache_read": "0.00000125", "image": "0"}});
        let price = Price { input: 2.5, cached: Some(1.25), output: 10.0 };
        let all = |context, images, tools, reasoning| ModelFacts {
            context: Some(context),
            images: Some(images),
            tools: Some(tools),
            reasoning: Some(reasoning),
            price: None,
        };
        assert_eq!(facts(&router), ModelFacts { price: Some(price), ..all(131_072, true, true, false) });
        let gemini = json!({"name": "models/g", "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536, "thinking": true});
        assert_eq!(
            facts(&gemini),
            ModelFacts { context: Some(1_048_576), reasoning: Some(true), ..unknown() }
        );
        let anthropic = json!({"id": "c", "max_input_tokens": 200_000, "capabilities":
            {"image_input": {"supported": true}, "thinking": {"supported": false, "types": {}}}});
        let expected =
            ModelFacts { context: Some(200_000), images: Some(true), reasoning: Some(false), ..unknown() };
        assert_eq!(facts(&anthropic), expected);
        let mistral = json!({"id": "m", "max_context_length": 32_768,
            "capabilities": {"completion_chat": true, "function_calling": true, "vision": false, "reasoning": false}});
        assert_eq!(facts(&mistral), all(32_768, false, true, false));
        let lm_studio = json!({"key": "q", "max_context_length": 262_144, "capabilities": {"vision": false, "trained_for_tool_use": true},
            "loaded_instances": [{"id": "q", "config": {"context_length": 4096}}]});
        let expected =
            ModelFacts { context: Some(4096), images: Some(false), tools: Some(true), ..unknown() };
        assert_eq!(facts(&lm_studio), expected, "what is loaded counts");
        let older = json!({"id": "v", "type": "vlm", "state": "not-loaded", "max_context_length": 8192});
        assert_eq!(facts(&older), ModelFacts { context: Some(8192), images: Some(true), ..unknown() });
        assert_eq!(facts(&json!({"id": "v", "max_model_len": 8192})).context, Some(8192));
        assert_eq!(facts(&json!({"id": "g", "context_window": 131_072})).context, Some(131_072));
        let llama_cpp = json!({"default_generation_settings": {"n_ctx": 65_536}, "modalities": {"vision": true, "audio": false}});
        assert_eq!(facts(&llama_cpp), ModelFacts { context: Some(65_536), images: Some(true), ..unknown() });
    }

    #[test]
    fn ollama_tells_the_context_it_was_given_before_the_one_it_was_made_for() {
        let mut model = json!({"capabilities": ["completion", "tools"],
            "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40_960}});
        let made_for = ModelFacts {
            context: Some(40_960),
            images: Some(false),
            tools: Some(true),
            reasoning: Some(false),
            price: None,
        };
        assert_eq!(shown(&model), made_for);
        model["parameters"] = json!("stop \"x\"\nnum_ctx                        8192\ntemperature 0.7");
        assert_eq!(shown(&model).context, Some(8192));
    }

    #[test]
    fn what_is_missing_of_another_type_or_impossible_is_unknown() {
        for odd in [
            json!(null),
            json!("m"),
            json!({"context_length": 0, "capabilities": ["embedding"], "supported_parameters": "tools"}),
            json!({"context_length": "long", "pricing": {"prompt": "-1", "completion": "-1"}}),
            json!({"context_length": -5, "pricing": {"prompt": "free", "completion": 0}}),
            json!({"pricing": {"prompt": "1e400", "completion": "0"}, "capabilities": {"vision": "yes"}}),
        ] {
            assert_eq!(facts(&odd), unknown(), "{odd}");
        }
        let free = json!({"pricing": {"prompt": "0", "completion": "0"}});
        assert_eq!(facts(&free).price, Some(Price { input: 0.0, cached: None, output: 0.0 }), "it says so");
    }
}
