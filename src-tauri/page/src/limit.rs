//! How much of a page is borne.

use std::time::Duration;

/// How long a page may take in all.
pub const TIME: Duration = Duration::from_secs(20);
/// How long a connection, or looking up a name, may take.
pub const CONNECT: Duration = Duration::from_secs(10);
/// Bytes that are read.
pub const BODY: usize = 2 << 20;
/// Bytes of text that are told: some sixteen thousand tokens.
pub const TEXT: usize = 64 << 10;
/// Places within the same host that are gone to one after the other.
pub const REDIRECTS: usize = 5;
/// Letters of an address: what is longer says more than where something is.
pub const ADDRESS: usize = 2_000;
/// Links that are told.
pub(crate) const LINKS: usize = 150;
/// Letters of a title.
pub(crate) const TITLE: usize = 200;
/// Open elements. No page that was made for people has more.
pub(crate) const DEPTH: usize = 512;
/// How long the marks of a page may be read; a tag with a hundred thousand attributes takes minutes.
pub(crate) const READING: Duration = Duration::from_secs(5);
