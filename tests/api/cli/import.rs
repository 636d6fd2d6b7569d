//! What was said in other apps is brought in, once, and can be told from nothing that was said here.

use meanwhile_support::binary::{Folder, Ran};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn node(id: &str, parent: Option<&str>, children: &[&str], message: Value) -> (String, Value) {
    (id.to_owned(), json!({ "id": id, "parent": parent, "children": children, "message": message }))
}

fn said(role: &str, at: f64, text: &str) -> Value {
    json!({
        "author": { "role": role }, "create_time": at, "recipient": "all",
        "content": { "content_type": "text", "parts": [text] },
        "metadata": { "model_slug": "gpt-4o" },
    })
}

/// A chat of ChatGPT whose first prompt was edited and whose second was answered twice.
fn chatgpt(id: &str) -> Value {
    let hidden =
        json!({ "author": { "role": "system" }, "content": { "content_type": "text", "parts": [""] } });
    let mut thought = said("assistant", 12.0, "hm");
    thought["content"]["content_type"] = json!("thoughts");
    let mut to_tool = said("assistant", 12.5, "search(heat)");
    to_tool["recipient"] = json!("web");
    let mut picture = said("user", 20.0, "And this one?");
    picture["content"] = json!({
        "content_type": "multimodal_text",
        "parts": [{ "content_type": "image_asset_pointer" }, "And this one?"],
    });
    let mapping: serde_json::Map<String, Value> = [
        node("root", None, &["sys"], Value::Null),
        node("sys", Some("root"), &["u0", "u1"], hidden),
        node("u0", Some("sys"), &["a0"], said("user", 5.0, "Which pomp?")),
        node("a0", Some("u0"), &[], said("assistant", 6.0, "No idea.")),
        node("u1", Some("sys"), &["t1"], said("user", 10.5, "Which pump?")),
        node("t1", Some("u1"), &["w1"], thought),
        node("w1", Some("t1"), &["a1"], to_tool),
        node("a1", Some("w1"), &["u2"], said("assistant", 13.0, "The Nordkai.")),
        node("u2", Some("a1"), &["a2", "a3"], picture),
        node("a2", Some("u2"), &[], said("assistant", 21.0, "A cat.")),
        node("a3", Some("u2"), &["end"], said("assistant", 22.0, "A dog.")),
        node("end", Some("a3"), &[], said("tool", 23.0, "done")),
    ]
    .into_iter()
    .collect();
    json!({
        "conversation_id": id, "title": "Pumps", "create_time": 1_700_000_000.5, "update_time": 1_700_000_900.0,
        "mapping": mapping, "current_node": "end",
    })
}

fn claude(id: &str) -> Value {
    json!({
        "uuid": id, "name": "", "created_at": "2024-05-01T10:00:00.123456Z", "updated_at": "2024-05-01T10:05:00Z",
        "chat_messages": [
            {
                "uuid": "m1", "sender": "human", "text": "Read this", "created_at": "2024-05-01T10:00:01Z",
                "content": [{ "type": "text", "text": "Read this" }],
                "attachments": [{ "file_name": "notes.txt", "extracted_content": "…" }],
            },
            {
                "uuid": "m2", "sender": "assistant", "text": "", "created_at": "2024-05-01T10:00:09Z",
                "content": [{ "type": "thinking", "thinking": "hm" }, { "type": "text", "text": "Done." }],
            },
            { "uuid": "m3", "sender": "human", "text": "Thanks", "created_at": "2024-05-01T10:04:00Z", "content": [] },
        ],
    })
}

struct Place {
    folder: Folder,
    files: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: Folder::new(), files: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn import(&self, file: &Path, flags: &[&str]) -> Ran {
        self.folder.run(&[&["import", file.to_str().unwrap()], flags].concat()).await
    }

    async fn lines(&self) -> Vec<Value> {
        let lines = self.folder.run(&["export", "--format", "jsonl"]).await.ok();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    async fn assert_sound(&self) {
        let ran = self.folder.run(&["doctor"]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[tokio::test]
async fn chats_of_chatgpt_come_with_their_versions_and_times_and_only_once() {
    let place = Place::new();
    let file = place.file("conversations.json", json!([chatgpt("one")]).to_string().as_bytes());
    let first = place.import(&file, &[]).await.ok();
    assert_eq!(first, "1 chat brought in, with 4 prompts\n");
    let again = place.import(&file, &[]).await.ok();
    assert_eq!(again, "0 chats brought in, with 0 prompts\n1 chat already here, left as it is\n");

    let lines = place.lines().await;
    assert_eq!(
        (&lines[0]["title"], &lines[0]["created_at"]),
        (&json!("Pumps"), &json!("2023-11-14T22:13:20.500Z"))
    );
    let texts: Vec<_> = lines[1..]
        .iter()
        .map(|line| (line["turn"].as_u64().unwrap(), line["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        texts,
        [
            (1, "Which pump?"),
            (1, "The Nordkai."),
            (2, "[Not in the export: a picture or a file]\n\nAnd this one?"),
            (2, "A cat."),
            (2, "A dog."),
            (1, "Which pomp?"),
            (1, "No idea."),
        ]
    );
    assert_eq!(
        (&lines[2]["model"], &lines[2]["ended_at"]),
        (&json!("chatgpt/gpt-4o"), &json!("1970-01-01T00:00:13.000Z"))
    );
    assert_eq!(lines[4]["answers"], lines[5]["answers"], "one prompt, answered twice");
    let branches: Vec<_> = lines[1..].iter().map(|line| line["branch"].as_u64().unwrap()).collect();
    assert_eq!(branches, [0, 0, 0, 0, 0, 1, 1], "an edited prompt is a branch of its own");
    let found = place.folder.run(&["search", "nordkai"]).await.ok();
    assert!(found.contains("turn 1, answer"), "{found}");
    place.assert_sound().await;
}

#[tokio::test]
async fn chats_of_claude_come_and_are_gone_on_with_here() {
    let place = Place::new();
    let file = place.file("c.json", format!("\u{feff}{}", json!([claude("two")])).as_bytes());
    assert_eq!(place.import(&file, &[]).await.ok(), "1 chat brought in, with 2 prompts\n");
    let lines = place.lines().await;
    let texts: Vec<_> = lines[1..].iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Read this\n\n[Not in the export: notes.txt]", "Done.", "Thanks"]);
    let chat = lines[0]["id"].as_str().unwrap();
    assert_eq!((&lines[0]["title"], &lines[0]["model"]), (&json!("Untitled"), &Value::Null));
    place.folder.run(&["ask", "--conversation", chat, "--model", "practice/quick", "More"]).await.ok();
    assert_eq!(place.lines().await.last().unwrap()["turn"], 3);
    place.assert_sound().await;
}

#[tokio::test]
async fn what_cannot_be_used_is_left_out_and_counted_by_its_reason() {
    let place = Place::new();
    let mut circular = chatgpt("circle");
    circular["mapping"]["root"]["parent"] = json!("end");
    let mut empty = claude("empty");
    empty["chat_messages"] = json!([]);
    let all = json!([
        1, {}, { "mapping": {} }, { "mapping": {}, "id": "x", "create_time": 1 }, empty, { "chat_messages": [{}], "uuid": "y" },
        circular, chatgpt("good"),
    ]);
    let file = place.file("c.json", all.to_string().as_bytes());
    let planned: Value = place.import(&file, &["--dry-run", "--json"]).await.json();
    assert_eq!(planned["imported"], 2);
    assert!(place.lines().await.is_empty(), "a plan changes nothing");
    let report: Value = place.import(&file, &["--json"]).await.json();
    assert_eq!((&report["imported"], &report["stopped"]), (&json!(2), &Value::Null));
    let left_out = json!({
        "of a form that is not known": 2, "without an id": 1, "without a message": 2, "without a date": 1,
    });
    assert_eq!(report["left_out"], left_out);
    place.assert_sound().await;
}

#[tokio::test]
async fn a_zip_is_read_and_a_file_that_breaks_off_keeps_what_came_before() {
    let place = Place::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("user.json", "{}".to_owned()),
        ("export/conversations.json", json!([chatgpt("a")]).to_string()),
        ("export/conversations-001.json", json!([claude("b")]).to_string()),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let file = place.file("export.zip", &bytes);
    assert_eq!(place.import(&file, &[]).await.ok(), "2 chats brought in, with 6 prompts\n");

    let whole = json!([chatgpt("c"), chatgpt("d")]).to_string();
    let cut = place.file("cut.json", &whole.as_bytes()[..whole.len() - 100]);
    let ran = place.import(&cut, &[]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, "1 chat brought in, with 4 prompts\n"));
    assert!(
        ran.err.contains("The rest was not read: the file breaks off in line 1 (EOF")
            && ran.err.contains("is kept: 1 chat."),
        "{ran:?}"
    );
    for (name, bytes) in
        [("none.json", &b"not json"[..]), ("object.json", b"{}"), ("bad.zip", b"PK\x03\x04nonsense")]
    {
        let ran = place.import(&place.file(name, bytes), &[]).await;
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        assert!(ran.err.starts_with("Nothing was brought in: "), "{ran:?}");
    }
    let ran = place.import(Path::new("/nowhere.json"), &[]).await;
    assert_eq!(ran.err, "Nothing was brought in: there is no file /nowhere.json.\n");
    place.assert_sound().await;
}

#[tokio::test]
async fn an_export_of_all_chats_comes_in_elsewhere_and_not_where_it_was_made() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let chats = json!([chatgpt("one"), claude("two")]).to_string();
    let file = place.file("conversations.json", chats.as_bytes());
    place.import(&file, &[]).await.ok();
    let all = place.folder.run(&["export", "--format", "jsonl"]).await.ok();
    let file = place.file("chats.jsonl", all.as_bytes());
    assert_eq!(
        place.import(&file, &[]).await.ok(),
        "0 chats brought in, with 0 prompts\n2 chats already here, left as they are\n"
    );
    assert_eq!(elsewhere.import(&file, &[]).await.ok(), "2 chats brought in, with 6 prompts\n");
    let texts = |lines: Vec<Value>| {
        let mut texts: Vec<_> =
            lines.into_iter().map(|line| (line["turn"].clone(), line["text"].clone())).collect();
        texts.sort_by_key(|said| json!(said).to_string());
        texts
    };
    assert_eq!(texts(elsewhere.lines().await), texts(place.lines().await));
    elsewhere.assert_sound().await;
}
