//! What stands in files that were attached: stored once by the hash of the file, and read again for each request.

use super::snippet::Words;
use super::tx::Tx;
use super::{Store, StoreError, row};
use crate::model::{
    Attached, Attachment, AttachmentKind, FolderFile, FolderFiles, LeftOut, Passage, Picture, Piece, Said,
    one_line,
};
use rusqlite::{Connection, OptionalExtension, params};

/// Characters of a name.
const NAME: usize = 120;

/// Files of one prompt.
const FILES: usize = 20;

/// Bytes of text that one prompt can bring in files. Source: four times what the largest models read.
const TEXT: u64 = 16 << 20;

/// Bytes of text for one token, by our estimate.
pub const TOKEN: u64 = 4;

/// Tokens of a picture, by our estimate. Source: what Anthropic counts for one of the size that we send.
const OF_PICTURE: u64 = 1_600;

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its hash.
    pub hash: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Bytes of the file.
    pub bytes: u64,
    /// What stands there, in its order.
    pub pieces: Vec<Passage>,
    /// The picture, if it is one.
    pub picture: Option<Picture>,
    /// What its user should know, as sentences.
    pub notes: Vec<String>,
    /// Files of a folder that are not among the pieces.
    pub left_out: Vec<LeftOut>,
}

impl Store {
    /// What is known of a file; `None` when it was not read yet.
    pub async fn attachment(&self, file: Attached) -> Result<Option<Attachment>, StoreError> {
        self.read(move |sql| attachment(sql, file)).await
    }

    /// What was found in a folder; `None` when it was not read, or is none.
    pub async fn folder_files(&self, hash: String) -> Result<Option<FolderFiles>, StoreError> {
        self.read(move |sql| folder_files(sql, &hash)).await
    }

    /// Keeps what was read. What is there already stays.
    pub async fn keep_document(&self, document: Document) -> Result<(), StoreError> {
        self.write(move |tx| keep(tx, &document)).await
    }

    /// The files that prompts and drafts name; all others can go.
    pub async fn files_in_use(&self) -> Result<Vec<String>, StoreError> {
        self.read(|sql| {
            row::all(
                sql,
                "SELECT f.value ->> 'hash' FROM message m, json_each(m.files) f WHERE m.files IS NOT NULL
                 UNION SELECT f.value ->> 'hash' FROM conversation c, json_each(c.draft_files) f WHERE c.draft_files IS NOT NULL
                 UNION SELECT f.value ->> 'hash' FROM settings s, json_each(s.new_draft_files) f
                 UNION SELECT hash FROM part WHERE hash IS NOT NULL",
                [],
                |r| Ok(r.get(0)?),
            )
        })
        .await
    }

    /// Forgets what stands in files that nothing names any more.
    pub async fn forget_documents(&self, in_use: Vec<String>) -> Result<(), StoreError> {
        self.write(move |tx| {
            let kept = row::json(&in_use)?;
            for table in ["piece", "document"] {
                let query =
                    format!("DELETE FROM {table} WHERE hash NOT IN (SELECT value FROM json_each(?1))");
                tx.sql.execute(&query, [&kept])?;
            }
            Ok(())
        })
        .await
    }
}

fn keep(tx: &Tx<'_>, document: &Document) -> Result<(), StoreError> {
    let places = document.pieces.iter().map(|piece| piece.place).max().unwrap_or(1);
    let (media_type, picture) =
        document.picture.as_ref().map(|picture| (&picture.media_type, &picture.base64)).unzip();
    let is_new = tx
        .sql
        .prepare_cached(
            "INSERT OR IGNORE INTO document (hash, kind, bytes, places, notes, picture, media_type, read_at, left_out)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            document.hash,
            row::word(&document.kind)?,
            document.bytes as i64,
            places,
            row::json(&document.notes)?,
            picture,
            media_type,
            tx.now.as_ms(),
            if document.left_out.is_empty() { None } else { Some(row::json(&document.left_out)?) }
        ])?;
    if is_new == 0 {
        return Ok(());
    }
    let mut insert = tx
        .sql
        .prepare_cached("INSERT INTO piece (hash, number, place, label, text) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (number, piece) in (1_u32..).zip(&document.pieces) {
        insert.execute(params![document.hash, number, piece.place, piece.label, piece.text])?;
    }
    Ok(())
}

/// What is known of a file; `None` when it was not read, or not here.
pub fn attachment(sql: &Connection, file: Attached) -> Result<Option<Attachment>, StoreError> {
    let (from, to) = range(&file);
    let found = sql
        .prepare_cached(
            "SELECT kind, bytes, places, notes,
               (SELECT COALESCE(SUM(octet_length(p.text)), 0) FROM piece p WHERE p.hash = d.hash AND p.place BETWEEN ?2 AND ?3)
             FROM document d WHERE hash = ?1",
        )?
        .query_row(params![file.hash, from, to], |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, u32>(2)?,
                r.get::<_, String>(3)?,
                r.get::<_, i64>(4)?,
            ))
        })
        .optional()?;
    let Some((kind, bytes, places, notes, text)) = found else { return Ok(None) };
    let kind = row::from_word(&kind)?;
    Ok(Some(Attachment {
        kind,
        bytes: bytes.unsigned_abs(),
        places,
        tokens: if kind == AttachmentKind::Picture {
            OF_PICTURE
        } else {
            text.unsigned_abs().div_ceil(TOKEN)
        },
        notes: row::from_json(&notes)?,
        file,
    }))
}

fn folder_files(sql: &Connection, hash: &str) -> Result<Option<FolderFiles>, StoreError> {
    let found: Option<Option<String>> = sql
        .prepare_cached("SELECT left_out FROM document WHERE hash = ?1 AND kind = 'folder'")?
        .query_row([hash], |r| r.get(0))
        .optional()?;
    let Some(left_out) = found else { return Ok(None) };
    let left_out = left_out.map_or(Ok(Vec::new()), |left_out| row::from_json(&left_out))?;
    let pieces = row::all(
        sql,
        "SELECT place, label, octet_length(text) FROM piece WHERE hash = ?1 ORDER BY number",
        [hash],
        |r| Ok((r.get::<_, u32>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?.unsigned_abs())),
    )?;
    let mut files: Vec<FolderFile> = Vec::new();
    for (place, label, bytes) in pieces {
        match files.last_mut().filter(|file| file.place == place) {
            Some(file) => file.tokens += bytes,
            None => {
                let path = label.strip_prefix("file ").unwrap_or(&label);
                let path = path.strip_suffix(", part 1").unwrap_or(path).to_owned();
                files.push(FolderFile { place, path, tokens: bytes });
            }
        }
    }
    for file in &mut files {
        file.tokens = file.tokens.div_ceil(TOKEN);
    }
    Ok(Some(FolderFiles { files, left_out }))
}

fn range(file: &Attached) -> (u32, u32) {
    (file.from.unwrap_or(1), file.to.unwrap_or(u32::MAX))
}

/// What is known of the files that a prompt brings, all of which have to be here.
pub fn of_prompt(sql: &Connection, files: &[Attached]) -> Result<Vec<Attachment>, StoreError> {
    if files.len() > FILES {
        return Err(StoreError::Invalid(format!("a prompt takes up to {FILES} files; nothing was sent")));
    }
    let mut found = Vec::new();
    for file in files {
        let file = &Attached { name: name_of(&file.name), ..file.clone() };
        let name = &file.name;
        let known = attachment(sql, file.clone())?.ok_or_else(|| {
            StoreError::Invalid(format!("{name} is not here any more; attach it again. Nothing was sent"))
        })?;
        let (from, to) = range(file);
        if from == 0 || from > to || from > known.places {
            return Err(StoreError::Invalid(format!(
                "{name} has no such {}: it has {}. Nothing was sent",
                if known.kind == AttachmentKind::Folder { "files" } else { "pages" },
                known.places
            )));
        }
        found.push(known);
    }
    if found.iter().map(|file| file.tokens * TOKEN).sum::<u64>() > TEXT {
        return Err(StoreError::Invalid(format!(
            "these files have more than {} MiB of text together; send fewer of them, or some of their pages. Nothing was sent",
            TEXT >> 20
        )));
    }
    Ok(found)
}

/// A name fit for one line of a list and for the request: no controls, no brackets that could end its mark in the text.
pub fn name_of(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !c.is_control() && !matches!(c, '[' | ']')).take(2 * NAME).collect();
    let name = one_line(name.trim(), NAME);
    if name.is_empty() { "file".to_owned() } else { name }
}

/// The stored list of files. What was found in them stands in it too, because a task is read with each of its steps.
pub fn list(stored: Option<&str>) -> Result<Vec<Attachment>, StoreError> {
    stored.map_or(Ok(Vec::new()), row::from_json)
}

/// The list as it is stored.
pub fn stored(files: &[Attachment]) -> Result<Option<String>, StoreError> {
    if files.is_empty() { Ok(None) } else { row::json(&files).map(Some) }
}

/// A prompt with what stands in its files before it, and with their pictures.
pub fn asked(sql: &Connection, prompt: String, stored: Option<&str>) -> Result<Said, StoreError> {
    let Some(stored) = stored else { return Ok(Said::by_user(prompt)) };
    let (mut whole, mut pictures) = (String::new(), Vec::new());
    for Attachment { file, .. } in list(Some(stored))? {
        let (from, to) = range(&file);
        let pieces = pieces(sql, "place", &file.hash, from, to)?;
        quote(&mut whole, &file.name, &pieces);
        pictures.extend(picture(sql, &file.hash)?);
    }
    Ok(Said { pictures, ..Said::by_user(whole + &prompt) })
}

fn picture(sql: &Connection, hash: &str) -> Result<Option<Picture>, StoreError> {
    let query = "SELECT media_type, picture FROM document WHERE hash = ?1 AND picture IS NOT NULL";
    Ok(sql
        .prepare_cached(query)?
        .query_row([hash], |r| Ok(Picture { media_type: r.get(0)?, base64: r.get(1)? }))
        .optional()?)
}

/// The first place of what is sent of a file where all words stand, as it is said behind its name, and the text around them.
/// Reads no more than `left` bytes, and takes off what it read.
pub fn find(
    sql: &Connection,
    file: &Attached,
    words: &Words,
    left: &mut usize,
) -> Result<Option<(String, Vec<Piece>)>, StoreError> {
    let query = "SELECT label, text FROM piece WHERE hash = ?1 AND place BETWEEN ?2 AND ?3 ORDER BY number";
    let mut statement = sql.prepare_cached(query)?;
    let (from, to) = range(file);
    let mut rows = statement.query(params![file.hash, from, to])?;
    while *left > 0
        && let Some(row) = rows.next()?
    {
        let text = row.get_ref("text")?.as_str().unwrap_or_default();
        *left = left.saturating_sub(text.len());
        if words.are_in(text) {
            return Ok(Some((
                place(row.get_ref("label")?.as_str().unwrap_or_default()),
                words.snippet(text),
            )));
        }
    }
    Ok(None)
}

/// A place as it is said behind the name of its file.
fn place(label: &str) -> String {
    if label == "text" { String::new() } else { format!(", {label}") }
}

/// What stands in some pieces of a file.
pub fn quoted(sql: &Connection, hash: &str, name: &str, first: u32, last: u32) -> Result<String, StoreError> {
    let mut text = String::new();
    quote(&mut text, name, &pieces(sql, "number", hash, first, last)?);
    Ok(text)
}

/// Each piece under the name of its place, so that an answer can point to it.
fn quote(text: &mut String, name: &str, pieces: &[Passage]) {
    for piece in pieces {
        *text += &format!("[{name}{}]\n{}\n\n", place(&piece.label), piece.text.trim_end());
    }
    if !pieces.is_empty() {
        *text += &format!("[end of {name}]\n\n");
    }
}

fn pieces(sql: &Connection, by: &str, hash: &str, from: u32, to: u32) -> Result<Vec<Passage>, StoreError> {
    row::all(
        sql,
        &format!(
            "SELECT place, label, text FROM piece WHERE hash = ?1 AND {by} BETWEEN ?2 AND ?3 ORDER BY number"
        ),
        params![hash, from, to],
        |r| Ok(Passage { place: r.get(0)?, label: r.get(1)?, text: r.get(2)? }),
    )
}
