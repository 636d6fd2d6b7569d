//! Text out of the XML of documents and slides, which call their paragraphs, runs and tables alike.
//!
//! Nothing is expanded: of entities only the five of XML and numbers have a meaning. Depth costs a name on a stack.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Paragraphs as lines, headings and lists marked, rows of tables with tabs. `None` when it is no XML.
pub(super) fn text_of(xml: &str) -> Option<String> {
    let mut flow = Flow::default();
    events(xml, |event| match event {
        Event::Start(tag) => flow.open(&tag),
        Event::Empty(tag) => {
            flow.open(&tag);
            flow.close(local(&tag));
        }
        Event::End(tag) => flow.close(tag.local_name().into_inner()),
        Event::Text(text) => flow.add(&text.xml10_content()),
        Event::CData(text) => flow.add(&text.xml10_content()),
        Event::GeneralRef(name) => drop(meaning(&name).map(|c| flow.add(c.encode_utf8(&mut [0; 4])))),
        _ => {}
    })?;
    Some(flow.text)
}

#[derive(Default)]
struct Flow {
    text: String,
    is_text: bool,
    /// How deep it is in what is said elsewhere, or is not text.
    hidden: usize,
    tables: usize,
}

impl Flow {
    fn open(&mut self, tag: &BytesStart<'_>) {
        match local(tag) {
            name if is_hidden(name) => self.hidden += 1,
            _ if self.hidden > 0 => {}
            "t" => self.is_text = true,
            "tab" => self.text.push(if self.tables > 0 { ' ' } else { '\t' }),
            "br" | "cr" => self.end('\n'),
            "noBreakHyphen" => self.text.push('-'),
            "tbl" => self.tables += 1,
            "pStyle" if self.tables == 0 => self.text += heading(&value(tag, "val").unwrap_or_default()),
            "numPr" if self.tables == 0 => self.text += "- ",
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            name if is_hidden(name) => self.hidden = self.hidden.saturating_sub(1),
            _ if self.hidden > 0 => {}
            "t" => self.is_text = false,
            "p" => self.end('\n'),
            "tc" => self.end('\t'),
            "tr" => {
                self.text.truncate(self.text.trim_end_matches(' ').len());
                self.text.push(if self.tables > 1 { ' ' } else { '\n' });
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    /// The end of a line or a cell. In a cell everything is one line.
    fn end(&mut self, mark: char) {
        if self.tables > 0 {
            self.text.truncate(self.text.trim_end_matches(' ').len());
        }
        self.text.push(if self.tables > 0 && mark == '\n' || self.tables > 1 { ' ' } else { mark });
    }

    fn add(&mut self, text: &str) {
        if self.is_text && self.hidden == 0 {
            self.text += text;
        }
    }
}

/// The same again for old programs, the stops of a ruler, and what a field is made from.
fn is_hidden(name: &str) -> bool {
    matches!(name, "Fallback" | "tabs" | "instrText" | "delText")
}

fn heading(style: &str) -> &'static str {
    match style {
        "Title" | "Heading1" => "# ",
        "Heading2" => "## ",
        "Heading3" => "### ",
        style if style.starts_with("Heading") => "#### ",
        _ => "",
    }
}

/// What one part says about another.
pub(super) struct Relation {
    pub(super) id: String,
    kind: String,
    /// The name of an entry.
    pub(super) target: String,
}

impl Relation {
    /// The kind is an address that differs between the two editions of the standard, in front of its last word.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The relations of a part in `folder`.
pub(super) fn relations(xml: &str, folder: &str) -> Option<Vec<Relation>> {
    let mut found = Vec::new();
    tags(xml, "Relationship", |tag| {
        let target = inside(folder, &value(tag, "Target")?);
        found.push(Relation { id: value(tag, "Id")?, kind: value(tag, "Type")?, target });
        Some(())
    })?;
    Some(found)
}

/// The relations of a presentation to its slides, in the order they are shown.
pub(super) fn slides_in_order(xml: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    tags(xml, "sldId", |tag| {
        // It has an `id` of its own beside the one with a prefix.
        let of = tag.attributes().flatten().find(|a| a.key.as_ref().ends_with(":id"))?;
        found.push(of.value.into_owned());
        Some(())
    })?;
    Some(found)
}

/// A name relative to a folder. It is only looked up, so one that leads out of the archive finds nothing.
fn inside(folder: &str, target: &str) -> String {
    let (from, target) = match target.strip_prefix('/') {
        Some(target) => ("", target),
        None => (folder, target),
    };
    let mut path: Vec<&str> = from.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

fn tags(xml: &str, name: &str, mut see: impl FnMut(&BytesStart<'_>) -> Option<()>) -> Option<()> {
    let mut seen = Some(());
    events(xml, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && local(tag) == name
        {
            seen = seen.and_then(|()| see(tag));
        }
    })?;
    seen
}

fn events(xml: &str, mut see: impl FnMut(Event<'_>)) -> Option<()> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return Some(()),
            event => see(event),
        }
    }
}

fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}

fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().into_inner() == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn meaning(name: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Some(c);
    }
    match &**name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
