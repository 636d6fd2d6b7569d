//! Lines and words out of placed signs. A PDF has no spaces or lines of its own, only where each sign stands.
//!
//! The signs are taken in the order of the file: programs write column by column, and sorting by height would mix columns.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

/// A gap that is a space, in heights of a letter. Source: the smallest that TeX sets is 0.22, kerning stays below 0.1.
const SPACE: f64 = 0.15;
/// A step down that is more than a line.
const PARAGRAPH: f64 = 1.9;
/// Stands for a sign without a meaning.
const UNKNOWN: char = '\u{fffd}';

/// The text of one page while it is interpreted.
#[derive(Default)]
pub(super) struct Layout {
    text: String,
    end: Option<End>,
    /// Where the last run began, and how many signs it had.
    run: Option<(Point, usize)>,
}

/// Where the last sign ended.
struct End {
    at: Point,
    along: Vec2,
    height: f64,
}

impl Layout {
    /// Whether so many signs have no meaning that the rest is doubtful too.
    pub(super) fn is_garbled(&self) -> bool {
        let all = self.text.chars().filter(|c| !c.is_whitespace()).count();
        self.text.chars().filter(|c| *c == UNKNOWN).count() * 5 > all
    }

    pub(super) fn into_text(self) -> String {
        let lines: Vec<&str> = self.text.trim().lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    fn add(&mut self, glyph: &Glyph<'_>, place: Affine) {
        let at = place * Point::ORIGIN;
        // A sign is 1000 units high.
        let em = place * Point::new(1000.0, 0.0) - at;
        let height = (place * Point::new(0.0, 1000.0) - at).hypot();
        let (width, along) = (em.hypot(), em.normalize());
        if !(at.is_finite() && along.is_finite() && height > 0.0) {
            return;
        }
        if let Some(end) = &self.end {
            let height = height.max(end.height);
            let step = at - end.at;
            let (on, off) = (step.dot(along) / height, step.cross(along).abs() / height);
            let mark = if off > PARAGRAPH {
                "\n\n"
            } else if off > 0.5 || end.along.dot(along) < 0.9 {
                "\n"
            } else if on.abs() > SPACE && !self.text.ends_with(' ') {
                " "
            } else {
                ""
            };
            self.text += mark;
        }
        match glyph.as_unicode() {
            Some(BfString::Char(c)) => self.text += plain(c, &mut [0; 4]),
            Some(BfString::String(text)) => self.text += &text,
            None => self.text.push(UNKNOWN),
        }
        let advance = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width(),
            Glyph::Type3(glyph) => glyph.advance_width(),
        };
        let advance = f64::from(advance.unwrap_or(500.0)) / 1000.0 * width;
        self.end = Some(End { at: at + along * advance, along, height });
    }
}

/// Letters that were set as one sign are letters again, so that a word can be found.
fn plain(c: char, place: &mut [u8; 4]) -> &str {
    match c {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{a0}' => " ",
        '\u{ad}' => "-",
        c if c.is_control() => "",
        c => c.encode_utf8(place),
    }
}

impl Device<'_> for Layout {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        let Some(first) = run.glyphs().first() else { return };
        let place = |transform| props.transform * transform;
        let begin = (place(first.transform()) * Point::ORIGIN, run.glyphs().len());
        // Filled and then outlined, or set twice side by side to look bold.
        let height = self.end.as_ref().map_or(0.0, |end| end.height);
        if self.run.is_some_and(|last| last.1 == begin.1 && last.0.distance(begin.0) < height * 0.1) {
            return;
        }
        self.run = Some(begin);
        for glyph in run.glyphs() {
            self.add(glyph, place(glyph.transform()));
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
