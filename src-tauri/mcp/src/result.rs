//! What a server answers, as text.

use crate::limit::RESULT;
use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};

/// What a tool of a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// For the model: text as it is, with everything hidden in it visible; anything else is only named.
    pub text: String,
    /// The tool says that it did not work.
    pub is_error: bool,
    /// For people, a few words.
    pub fact: String,
}

impl Said {
    pub(crate) fn of(result: CallToolResult) -> Self {
        let mut text = String::new();
        for block in &result.content {
            if !text.is_empty() {
                text.push('\n');
            }
            text += &words(block);
            if text.len() > RESULT {
                break;
            }
        }
        if let Some(structured) = result.structured_content.filter(|_| result.content.is_empty()) {
            text = serde_json::to_string_pretty(&structured).unwrap_or_default();
        }
        let bytes = text.len();
        let mut text = meanwhile_tool::visible(&text);
        if text.len() > RESULT {
            text.truncate(text.floor_char_boundary(RESULT));
            text += "\n[The rest is left out: a result has at most 1 MiB.]";
        }
        if text.is_empty() {
            "It said nothing.".clone_into(&mut text);
        }
        Self { text, is_error: result.is_error == Some(true), fact: size(bytes) }
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0 => "no text".to_owned(),
        1..1_024 => format!("{bytes} bytes"),
        _ if bytes > RESULT => "more than 1 MiB, cut".to_owned(),
        _ => format!("{} KiB", bytes.div_ceil(1_024)),
    }
}

fn words(block: &ContentBlock) -> String {
    let short = |text: &str| text.chars().take(200).collect::<String>();
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(image) => {
            format!("[An image ({}), which is not shown.]", short(&image.mime_type))
        }
        ContentBlock::Audio(audio) => {
            format!("[A recording ({}), which is not played.]", short(&audio.mime_type))
        }
        ContentBlock::ResourceLink(link) => {
            format!("[A link to {} ({}), which was not followed.]", short(&link.uri), short(&link.name))
        }
        ContentBlock::Resource(resource) => match &resource.resource {
            ResourceContents::TextResourceContents { uri, text, .. } => {
                format!("[From {}:]\n{text}", short(uri))
            }
            other => {
                let uri = match other {
                    ResourceContents::BlobResourceContents { uri, .. } => short(uri),
                    _ => String::new(),
                };
                format!("[A file {uri} that is no text, which is not shown.]")
            }
        },
        _ => "[Something that is not shown.]".to_owned(),
    }
}
