//! HTML as text: what a reader would see, with its headings, lists and lines, and its links as numbers.
//!
//! Its tokens are enough for that. No tree is built, so no page can make one that is slow to build or deep to walk.

mod element;
mod writing;

use crate::address::Address;
use crate::limit::{DEPTH, LINKS, READING};
use element::{Shape, is_hidden, shape};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
    Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;
use writing::Writing;

/// Bytes between two looks at the clock.
const PIECE: usize = 4 << 10;
/// Open elements that are gone through for the one that ends, or is ended by another.
const LOOKED_AT: usize = 64;

/// What a page says.
pub(crate) struct Read {
    pub title: String,
    pub text: String,
    pub links: Vec<String>,
    /// All of it was gone through.
    pub is_whole: bool,
}

/// Reads a page that was found at `address`.
pub(crate) fn read(html: &str, address: &Address) -> Read {
    let reader = Reader(RefCell::new(Reading::of(address)));
    let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
    let (queue, began) = (BufferQueue::default(), Instant::now());
    let mut rest = html;
    while !rest.is_empty() && began.elapsed() < READING {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        queue.push_back(StrTendril::from_slice(piece));
        // It stops at the end of a script, which nobody runs.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        rest = after;
    }
    let is_whole = rest.is_empty();
    if is_whole {
        tokenizer.end();
    }
    let reading = tokenizer.sink.0.into_inner();
    Read { title: reading.title, text: reading.writing.text(), links: reading.links, is_whole }
}

struct Open {
    name: String,
    hides: bool,
    is_raw: bool,
    /// Where it leads, and how much had been written.
    link: Option<(String, usize)>,
}

struct Reading {
    address: Address,
    title: String,
    writing: Writing,
    links: Vec<String>,
    numbers: HashMap<String, usize>,
    open: Vec<Open>,
    /// Elements that are open beyond what is remembered.
    deeper: usize,
    /// Elements that are open and hide what is in them.
    hiding: usize,
}

struct Reader(RefCell<Reading>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reading = self.0.borrow_mut();
        match token {
            CharacterTokens(text) => reading.text(&text),
            TagToken(tag) if tag.kind == StartTag => return reading.begin(&tag),
            TagToken(tag) if tag.kind == EndTag => reading.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reading {
    fn of(address: &Address) -> Self {
        Self {
            address: address.clone(),
            title: String::new(),
            writing: Writing::default(),
            links: Vec::new(),
            numbers: HashMap::new(),
            open: Vec::new(),
            deeper: 0,
            hiding: 0,
        }
    }

    fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|open| open.name == "title") {
            self.title.push_str(text);
        } else if self.hiding == 0 && self.deeper == 0 {
            self.writing.say(text, self.open.iter().rev().take(LOOKED_AT).any(|open| open.is_raw));
        }
    }

    fn begin(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let shape = shape(name);
        self.make_room_for(name);
        let is_shown = self.hiding == 0 && self.deeper == 0;
        let said = |name: &str| {
            tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|one| &*one.value)
        };
        let hides = shape == Shape::Unseen || is_hidden(said);
        if is_shown && !hides {
            self.writing.begin(name, shape);
            if name == "img"
                && let Some(words) = said("alt").map(str::trim).filter(|words| !words.is_empty())
            {
                self.writing.say(&format!("[picture: {words}]"), false);
            }
        }
        if name == "base"
            && let Some(Ok(base)) = said("href").map(|to| self.address.join(to))
        {
            self.address = base;
        }
        // In drawings a tag may end itself; in a page the stroke means nothing.
        let is_over = shape == Shape::Void || (tag.self_closing && self.hiding > 0);
        if is_over {
            return TokenSinkResult::Continue;
        }
        if self.open.len() == DEPTH {
            self.deeper += 1;
        } else {
            let link =
                said("href").filter(|_| name == "a" && is_shown && !hides).and_then(|to| self.leads_to(to));
            let link = link.map(|to| (to, self.writing.len()));
            self.hiding += usize::from(hides);
            self.open.push(Open {
                name: name.to_owned(),
                hides,
                is_raw: matches!(name, "pre" | "textarea"),
                link,
            });
        }
        match name {
            "script" => TokenSinkResult::RawData(ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => TokenSinkResult::RawData(Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&mut self, name: &str) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let from = self.open.len().saturating_sub(LOOKED_AT);
        let newest = self.open.get(from..).and_then(|open| open.iter().rposition(|open| open.name == name));
        match newest {
            Some(at) => self.close(from + at),
            None if name == "br" || name == "p" => self.writing.begin(name, shape(name)),
            None => {}
        }
    }

    /// Ends what this element ends without saying so.
    fn make_room_for(&mut self, name: &str) {
        let from = self.open.len().saturating_sub(LOOKED_AT);
        let Some((ended, within)) = element::ends(name) else { return };
        for at in (from..self.open.len()).rev() {
            let open: &str = &self.open[at].name;
            if ended.contains(&open) {
                return self.close(at);
            }
            if within.contains(&open) {
                return;
            }
        }
    }

    /// Ends all from this one on.
    fn close(&mut self, at: usize) {
        for open in self.open.split_off(at).into_iter().rev() {
            self.hiding -= usize::from(open.hides);
            if self.hiding > 0 || open.hides {
                continue;
            }
            if let Some((to, written)) = open.link
                && self.writing.len() > written
            {
                self.refer(to);
            }
            self.writing.end(&open.name, shape(&open.name));
        }
    }

    fn leads_to(&self, to: &str) -> Option<String> {
        if to.trim_start().starts_with('#') {
            return None;
        }
        self.address.join(to.trim()).ok().map(|to| to.as_str().to_owned())
    }

    fn refer(&mut self, to: String) {
        let number = match self.numbers.get(&to) {
            Some(number) => *number,
            None if self.links.len() == LINKS => return,
            None => {
                self.links.push(to.clone());
                self.numbers.insert(to, self.links.len());
                self.links.len()
            }
        };
        self.writing.refer(number);
    }
}

#[cfg(test)]
mod tests;
