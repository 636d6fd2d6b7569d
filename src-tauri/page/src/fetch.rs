//! One request after another, until there is a page or the way leaves the host that was agreed to.

use crate::address::Address;
use crate::charset::decode;
use crate::error::PageError;
use crate::find::{Found, Reach};
use crate::limit::{BODY, CONNECT, REDIRECTS};
use crate::page::{Kind, Page};
use futures_util::StreamExt as _;
use meanwhile_tool::visible;
use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Client, Proxy, Response, redirect};
use std::error::Error as _;
use tokio::time::timeout;

/// What is read, in the order of liking.
const READ: &str = "text/html, application/xhtml+xml, text/markdown, text/plain, application/json;q=0.9, application/xml;q=0.8";

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A page.
    Page(Box<Page>),
    /// The page is at another host, which was not asked.
    Elsewhere(Address),
}

/// Asks for a page: its address, the kinds of text that are read and the name of this program, no cookie, no key, and not where
/// the address was found. Goes on within the same host, and only there.
///
/// # Errors
/// [`PageError`]
pub async fn fetch(address: &Address, found: &Found, reach: &Reach) -> Result<Fetched, PageError> {
    let time = reach.time;
    timeout(time, follow(address.clone(), found)).await.unwrap_or(Err(PageError::Slow(time.as_secs())))
}

async fn follow(mut address: Address, found: &Found) -> Result<Fetched, PageError> {
    let host = address.host();
    for _ in 0..=REDIRECTS {
        let response = ask(&address, found).await?;
        let Some(to) = leads_to(&response) else { return read(address, response).await };
        let stays = |why| PageError::NotFollowed { to: short(&to), why };
        let next = address.join(&to).map_err(|_| stays("it is no address of a page"))?;
        if address.is_encrypted() && !next.is_encrypted() {
            return Err(stays("what is sent there could be read on the way"));
        }
        if next.host() != host {
            return Ok(Fetched::Elsewhere(next));
        }
        address = next;
    }
    Err(PageError::NotFollowed { to: short(address.as_str()), why: "it leads on and on" })
}

fn leads_to(response: &Response) -> Option<String> {
    // 304 and 300 lead nowhere.
    let leads = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    leads.then(|| header(response, LOCATION)).flatten()
}

async fn ask(address: &Address, found: &Found) -> Result<Response, PageError> {
    let unreachable =
        |error: reqwest::Error| PageError::Unreachable { host: address.host(), cause: cause(&error) };
    let mut builder = Client::builder()
        .user_agent(concat!("Meanwhile/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT);
    builder = match found {
        Found::At(_) => builder.no_proxy().resolve_to_addrs(address.name(), &found.sockets()),
        Found::Behind(None) => builder,
        Found::Behind(Some(proxy)) => builder.proxy(Proxy::all(proxy).map_err(unreachable)?),
    };
    if !address.is_encrypted() {
        // Reading the computer's certificates takes time and fails where there are none.
        builder = builder.tls_certs_only([]);
    }
    let client = builder.build().map_err(unreachable)?;
    client.get(address.url().clone()).header(ACCEPT, READ).send().await.map_err(unreachable)
}

async fn read(address: Address, response: Response) -> Result<Fetched, PageError> {
    let status = response.status();
    if !status.is_success() {
        let words = status.canonical_reason().map_or_else(String::new, |reason| format!(" ({reason})"));
        return Err(PageError::Status(format!("{}{words}", status.as_u16())));
    }
    if let Some(packed) =
        header(&response, CONTENT_ENCODING).filter(|packed| !packed.eq_ignore_ascii_case("identity"))
    {
        return Err(PageError::Packed(short(&packed)));
    }
    let said = header(&response, CONTENT_TYPE).unwrap_or_default();
    let Some(kind) = Kind::of(&said) else {
        let size = header(&response, CONTENT_LENGTH)
            .and_then(|bytes| bytes.parse().ok())
            .map_or_else(String::new, sized);
        let kind = if said.is_empty() { "of a kind that it does not say".to_owned() } else { short(&said) };
        return Err(PageError::Kind { kind, size });
    };
    let (bytes, is_cut) = body(&address, response).await?;
    let letters =
        said.split(';').skip(1).find_map(|part| part.trim().strip_prefix("charset=").map(str::to_owned));
    let reading = tokio::task::spawn_blocking(move || {
        let text = decode(&bytes, letters.as_deref(), kind == Kind::Html);
        Page::read(address, kind, text, is_cut)
    });
    let broken =
        |_| PageError::Unreachable { host: String::new(), cause: "its text could not be read".to_owned() };
    reading.await.map(|page| Fetched::Page(Box::new(page))).map_err(broken)
}

/// The bytes, and whether there are more of them.
async fn body(address: &Address, response: Response) -> Result<(Vec<u8>, bool), PageError> {
    let (mut stream, mut bytes) = (response.bytes_stream(), Vec::new());
    while let Some(part) = stream.next().await {
        let part =
            part.map_err(|error| PageError::Unreachable { host: address.host(), cause: cause(&error) })?;
        bytes.extend_from_slice(&part);
        if bytes.len() > BODY {
            bytes.truncate(BODY);
            return Ok((bytes, true));
        }
    }
    Ok((bytes, false))
}

fn header(response: &Response, name: HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(|value| value.trim().to_owned())
}

/// Words of a server, as far as they belong into a sentence.
fn short(words: &str) -> String {
    visible(&words.chars().take(200).collect::<String>())
}

fn sized(bytes: u64) -> String {
    match bytes {
        0..1024 => format!(", {bytes} bytes"),
        1024..0x10_0000 => format!(", {} KiB", bytes >> 10),
        _ => format!(", {} MiB", bytes >> 20),
    }
}

/// The deepest cause.
fn cause(error: &reqwest::Error) -> String {
    let (mut next, mut text) = (error.source(), "the request could not be made".to_owned());
    while let Some(source) = next {
        text = source.to_string();
        next = source.source();
    }
    visible(&text)
}
