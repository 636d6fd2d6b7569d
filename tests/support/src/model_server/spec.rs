//! The behaviour of one request, written as a short dash-separated word list so that it fits
//! in a model name: `sim-c200-b16-r50-t100-cut20`.
//!
//! | word      | meaning                                                        | default |
//! |-----------|----------------------------------------------------------------|---------|
//! | `cN`      | number of content chunks                                       | 100     |
//! | `bN`      | bytes of text in a chunk (a stamp is never truncated)          | 24      |
//! | `rN`      | chunks per second, 0 = as fast as the socket takes them        | 0       |
//! | `tN`      | milliseconds before the first chunk                            | 0       |
//! | `file`    | the text given to the server instead of filler, in pieces of `bN`; `file.NAME` picks one | off |
//! | `cutN`    | drop the connection after N chunks                             | –       |
//! | `eofN`    | end the body tidily after N chunks, without any marker         | –       |
//! | `stallN`  | go silent after N chunks, connection held open                 | –       |
//! | `holdN`   | wait before chunk N until the server is told to release        | –       |
//! | `errN`    | an error event in place of chunk N, then the end of the body   | –       |
//! | `err.KIND`| the kind of that event: `server`, `overloaded`, `rate`, `quota`, `context`, `model`, `key` | server |
//! | `nodone`  | a finish reason, but no end marker                             | off     |
//! | `empty`   | no text, then a tidy end                                       | off     |
//! | `e429`    | answer with that status (`e429x3`: only the first three requests that carry this very spec) | – |
//! | `code.W`  | the code and type in the body of that refusal                  | by status |
//! | `raN`     | `retry-after` seconds sent with a 429                          | 1       |
//! | `quota`   | short for `e429-code.insufficient_quota`                       | off     |
//! | `html`    | status 200 with a web page                                     | off     |
//! | `bad`     | an invalid byte in the text of the middle chunk                | off     |
//! | `bom`     | a byte-order mark before the first event                       | off     |
//! | `hugeN`   | one line of N MiB without an end in place of the chunks        | –       |
//! | `split`   | text is multi-byte and each event is torn inside a character   | off     |
//! | `kaN`     | a `: keep-alive` comment before every Nth chunk                | –       |
//! | `crlf`    | CRLF line ends instead of LF                                   | off     |
//! | `nostamp` | no sequence number and timestamp in the text                   | off     |

/// What one request asks the server to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Content chunks.
    pub chunks: u64,
    /// Bytes of text in a chunk.
    pub bytes: usize,
    /// Chunks per second, 0 without a pace.
    pub rate: u64,
    /// Milliseconds before the first chunk.
    pub ttft_ms: u64,
    /// The name of a text to replay; empty for the only one.
    pub file: Option<String>,
    /// A fault at a chunk.
    pub cut: Option<u64>,
    /// A tidy end without a marker at a chunk.
    pub eof: Option<u64>,
    /// Silence at a chunk.
    pub stall: Option<u64>,
    /// A wait for the test at a chunk.
    pub hold: Option<u64>,
    /// An error event at a chunk.
    pub err: Option<u64>,
    /// Its kind.
    pub err_kind: ErrKind,
    /// No end marker.
    pub nodone: bool,
    /// A refusal instead of an answer.
    pub refuse: Option<Refuse>,
    /// The code in its body.
    pub code: Option<String>,
    /// Seconds to wait, told with a 429.
    pub retry_after: u64,
    /// A web page instead of an answer.
    pub html: bool,
    /// An invalid byte in the middle.
    pub bad: bool,
    /// A byte-order mark at the start.
    pub bom: bool,
    /// MiB of one line.
    pub huge: Option<u64>,
    /// Events torn inside a character.
    pub split: bool,
    /// A comment before every Nth chunk.
    pub keep_alive: Option<u64>,
    /// CRLF line ends.
    pub crlf: bool,
    /// A number and a time in every chunk.
    pub stamp: bool,
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refuse {
    /// The HTTP status.
    pub status: u16,
    /// How many requests are refused before one succeeds; `None` refuses for ever.
    pub times: Option<u64>,
}

/// What an error event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrKind {
    /// A fault of the server.
    Server,
    /// Too many users.
    Overloaded,
    /// Too many requests of this user.
    Rate,
    /// No money left.
    Quota,
    /// Too long a prompt.
    Context,
    /// No such model.
    Model,
    /// A wrong key.
    Key,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            chunks: 100,
            bytes: 24,
            rate: 0,
            ttft_ms: 0,
            file: None,
            cut: None,
            eof: None,
            stall: None,
            hold: None,
            err: None,
            err_kind: ErrKind::Server,
            nodone: false,
            refuse: None,
            code: None,
            retry_after: 1,
            html: false,
            bad: false,
            bom: false,
            huge: None,
            split: false,
            keep_alive: None,
            crlf: false,
            stamp: true,
        }
    }
}

/// A word that is not in the table above.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownWord(pub String);

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown word '{}' in the spec", self.0)
    }
}

impl std::error::Error for UnknownWord {}

impl Spec {
    /// Reads a spec. A leading `sim` and anything before the last `/` are dropped, so
    /// `openai/sim-c10` works behind routers that prefix the provider's name.
    ///
    /// # Errors
    /// [`UnknownWord`] with the first word that means nothing.
    pub fn parse(text: &str) -> Result<Self, UnknownWord> {
        let text = text.rsplit('/').next().unwrap_or(text);
        let mut spec = Self::default();
        for word in text.split('-').filter(|word| !word.is_empty() && *word != "sim") {
            spec.apply(word).ok_or_else(|| UnknownWord(word.to_owned()))?;
        }
        Ok(spec)
    }

    fn apply(&mut self, word: &str) -> Option<()> {
        match word {
            "split" => self.split = true,
            "crlf" => self.crlf = true,
            "nostamp" => self.stamp = false,
            "file" => self.file = Some(String::new()),
            "eof" => self.eof = Some(0),
            "hold" => self.hold = Some(0),
            "nodone" => self.nodone = true,
            "empty" => self.chunks = 0,
            "html" => self.html = true,
            "bad" => self.bad = true,
            "bom" => self.bom = true,
            "quota" => {
                self.refuse = Some(Refuse { status: 429, times: None });
                self.code = Some("insufficient_quota".to_owned());
            }
            _ => return self.apply_with_value(word),
        }
        Some(())
    }

    fn apply_with_value(&mut self, word: &str) -> Option<()> {
        if let Some((key, value)) = word.split_once('.') {
            match key {
                "file" => self.file = Some(value.to_owned()),
                "code" => self.code = Some(value.to_owned()),
                "err" => self.err_kind = ErrKind::parse(value)?,
                _ => return None,
            }
            return Some(());
        }
        let (key, value) = word.split_at(word.find(|c: char| c.is_ascii_digit())?);
        if key == "e" {
            let (status, times) = match value.split_once('x') {
                Some((status, times)) => (status, Some(times.parse().ok()?)),
                None => (value, None),
            };
            let status = status.parse().ok().filter(|status| (300..600).contains(status))?;
            self.refuse = Some(Refuse { status, times });
            return Some(());
        }
        let n: u64 = value.parse().ok()?;
        match key {
            "c" => self.chunks = n,
            "b" => self.bytes = usize::try_from(n).ok()?,
            "r" => self.rate = n,
            "t" => self.ttft_ms = n,
            "cut" => self.cut = Some(n),
            "eof" => self.eof = Some(n),
            "err" => self.err = Some(n),
            "stall" => self.stall = Some(n),
            "hold" => self.hold = Some(n),
            "huge" => self.huge = Some(n),
            "ra" => self.retry_after = n,
            "ka" => self.keep_alive = Some(n.max(1)),
            _ => return None,
        }
        Some(())
    }
}

impl ErrKind {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "server" => Self::Server,
            "overloaded" => Self::Overloaded,
            "rate" => Self::Rate,
            "quota" => Self::Quota,
            "context" => Self::Context,
            "model" => Self::Model,
            "key" => Self::Key,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_full_spec() {
        let s = Spec::parse("openai/sim-c7-b64-r50-t100-cut3-ka2-split").unwrap();
        assert_eq!((s.chunks, s.bytes, s.rate, s.ttft_ms), (7, 64, 50, 100));
        assert_eq!((s.cut, s.keep_alive, s.split), (Some(3), Some(2), true));
    }

    #[test]
    fn reads_a_refusal_with_a_count_and_a_code() {
        let s = Spec::parse("sim-e429x2-ra5-code.slow_down").unwrap();
        assert_eq!(s.refuse, Some(Refuse { status: 429, times: Some(2) }));
        assert_eq!((s.retry_after, s.code.as_deref()), (5, Some("slow_down")));
    }

    #[test]
    fn names_the_word_it_does_not_know() {
        assert_eq!(Spec::parse("sim-c5-wat9"), Err(UnknownWord("wat9".into())));
    }
}
