//! Who is behind a name. What is found is what is connected to: a name that leads elsewhere a moment later leads nowhere.

use crate::address::Address;
use crate::error::PageError;
use crate::limit::{CONNECT, TIME};
use crate::near::is_near;
use hyper_util::client::proxy::matcher::Matcher;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::timeout;

/// Addresses of one name that are tried.
const MOST: usize = 16;

/// How pages are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The proxy that hosts elsewhere are asked through; `None` for what the system says.
    pub proxy: Option<String>,
    /// From the first byte that is sent to the last that is read, over all redirects.
    pub time: Duration,
    /// Names that are not looked up, and who is behind them.
    pub names: Vec<(String, IpAddr)>,
}

impl Default for Reach {
    fn default() -> Self {
        Self { proxy: None, time: TIME, names: Vec::new() }
    }
}

/// The way to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// To one of these.
    At(Vec<IpAddr>),
    /// Through a proxy, which looks the name up itself: this one, or that of the system.
    Behind(Option<String>),
}

impl Found {
    /// The first of its addresses in the own network.
    pub fn near(&self) -> Option<IpAddr> {
        match self {
            Self::At(addresses) => addresses.iter().copied().find(|address| is_near(*address)),
            Self::Behind(_) => None,
        }
    }

    /// For whatever port the request has.
    pub(crate) fn sockets(&self) -> Vec<SocketAddr> {
        match self {
            Self::At(addresses) => addresses.iter().map(|address| SocketAddr::new(*address, 0)).collect(),
            Self::Behind(_) => Vec::new(),
        }
    }
}

/// Finds the way to a page. What is near is reached directly, all else through a proxy if there is one.
///
/// # Errors
/// [`PageError::Unknown`] when nobody knows the name.
pub async fn find(address: &Address, reach: &Reach) -> Result<Found, PageError> {
    let proxy = reach.proxy.as_deref();
    if let Some(ip) = address.ip() {
        let is_direct = is_near(ip) || (proxy.is_none() && !is_behind(address));
        return Ok(if is_direct { Found::At(vec![ip]) } else { Found::Behind(proxy.map(str::to_owned)) });
    }
    let known = reach.names.iter().filter(|(name, _)| name == address.name());
    let known: Vec<IpAddr> = known.map(|(_, ip)| *ip).collect();
    if !known.is_empty() {
        return Ok(Found::At(known));
    }
    if !address.is_near() && (proxy.is_some() || is_behind(address)) {
        return Ok(Found::Behind(proxy.map(str::to_owned)));
    }
    let looked_up = timeout(CONNECT, tokio::net::lookup_host((address.name(), address.port()))).await;
    let found: Vec<IpAddr> = match looked_up {
        Ok(Ok(found)) => found.map(|socket| socket.ip()).take(MOST).collect(),
        _ => Vec::new(),
    };
    if found.is_empty() { Err(PageError::Unknown(address.name().to_owned())) } else { Ok(Found::At(found)) }
}

/// Whether the system has a proxy for it. Its exceptions count.
fn is_behind(address: &Address) -> bool {
    let matcher = Matcher::from_system();
    address.as_str().parse().is_ok_and(|uri| matcher.intercept(&uri).is_some())
}
