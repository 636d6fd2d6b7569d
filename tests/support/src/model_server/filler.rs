//! Text of no meaning, and text cut into pieces.

use super::spec::Spec;
use std::fmt::Write as _;

/// Microseconds of a clock that every process of the machine shares, so that a consumer in another process can
/// subtract.
pub fn monotonic_us() -> u64 {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let part = |n: i64| u64::try_from(n).unwrap_or_default();
        part(now.tv_sec) * 1_000_000 + part(now.tv_nsec) / 1_000
    }
    #[cfg(not(unix))]
    {
        0
    }
}

const ASCII: &str = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do ";
const WIDE: &str = "é漢🙂ñ語ß🚀к ";

/// The text of chunk `seq`: `~seq:microseconds~` and filler up to `spec.bytes`.
pub(super) fn text(spec: &Spec, seq: u64) -> String {
    let mut out = String::with_capacity(spec.bytes + 8);
    if spec.stamp {
        let _ = write!(out, "~{}:{}~", seq, monotonic_us());
    }
    let filler = if spec.split { WIDE } else { ASCII };
    for c in filler.chars().cycle() {
        if out.len() + c.len_utf8() > spec.bytes {
            break;
        }
        out.push(c);
    }
    out
}

/// A text in pieces of at most `bytes` bytes, none of them torn inside a character.
pub(super) fn pieces(text: &str, bytes: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    for c in text.chars() {
        match all.last_mut() {
            Some(last) if last.is_empty() || last.len() + c.len_utf8() <= bytes => last.push(c),
            _ => all.push(c.to_string()),
        }
    }
    all.retain(|piece| !piece.is_empty());
    all
}
