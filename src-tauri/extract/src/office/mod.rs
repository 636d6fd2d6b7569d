//! Office files: archives of XML.

mod archive;
mod flow;
mod sheets;

use crate::{ExtractError, Kind, Limits, Part, Progress, Said, Say};
use archive::Archive;
use flow::{Relation, relations, slides_in_order, text_of};

/// The kind of the document in an archive, by what the archive itself calls its main part.
pub(crate) fn kind(file: &[u8]) -> Result<Kind, ExtractError> {
    let mut archive = Archive::of(file)?;
    let main = archive.text("_rels/.rels").and_then(|xml| main_part(&xml));
    match main.unwrap_or_default().split('/').next() {
        Some("word") => Ok(Kind::Word),
        Some("xl") => Ok(Kind::Sheets),
        Some("ppt") => Ok(Kind::Slides),
        _ => Err(ExtractError::Archive),
    }
}

/// Reads a document of that kind.
pub(crate) fn read(file: &[u8], kind: Kind, limits: &Limits, say: Say<'_>) -> Result<(), ExtractError> {
    let mut archive = Archive::of(file)?;
    archive.measure(kind, limits)?;
    let read = match kind {
        Kind::Sheets => sheets::read(file, limits, say),
        Kind::Slides => slides(&mut archive, say),
        _ => word(&mut archive, say),
    };
    read.unwrap_or(Err(ExtractError::Damaged { kind }))
}

/// `None` for a document whose parts do not fit together.
type Read = Option<Result<(), ExtractError>>;

fn main_part(rels: &str) -> Option<String> {
    let main = relations(rels, "")?.into_iter().find(|relation| relation.is("officeDocument"))?;
    Some(main.target)
}

fn word(archive: &mut Archive<'_>, say: Say<'_>) -> Read {
    let main = main_part(&archive.text("_rels/.rels")?)?;
    let text = text_of(&archive.text(&main)?)?;
    let mut parts = vec![("text", text)];
    for relation in archive.relations(&main)? {
        for label in ["footnotes", "endnotes", "comments"] {
            if relation.is(label)
                && let Some(xml) = archive.text(&relation.target)
            {
                parts.push((label, text_of(&xml)?));
            }
        }
    }
    Some(parts.into_iter().try_for_each(|(label, text)| say_part(label.into(), text, say)))
}

fn slides(archive: &mut Archive<'_>, say: Say<'_>) -> Read {
    let main = main_part(&archive.text("_rels/.rels")?)?;
    let ids = slides_in_order(&archive.text(&main)?)?;
    let relations = archive.relations(&main)?;
    for (at, id) in ids.iter().enumerate() {
        let slide = &relations.iter().find(|relation| relation.id == *id)?.target;
        let mut text = text_of(&archive.text(slide)?)?;
        let beside = archive.relations(slide)?;
        if let Some(notes) = beside.iter().find(|relation| relation.is("notesSlide")) {
            let notes = text_of(&archive.text(&notes.target)?)?;
            if !notes.trim().is_empty() {
                text += &format!("\nNotes of the speaker:\n{notes}");
            }
        }
        let said = say_part(format!("slide {}", at + 1), text, say)
            .and_then(|()| say(Said::Progress(Progress { done: at + 1, of: ids.len() })));
        if said.is_err() {
            return Some(said);
        }
    }
    Some(Ok(()))
}

fn say_part(label: String, text: String, say: Say<'_>) -> Result<(), ExtractError> {
    let text = text.trim();
    if text.is_empty() { Ok(()) } else { say(Said::Part(Part { label, text: text.to_owned() })) }
}
