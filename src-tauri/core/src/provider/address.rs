//! What an address of a provider may be.

use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use std::net::IpAddr;

/// True when a key on its way to `address` is encrypted, or does not leave this machine or the user's own network.
///
/// Names without a dot and those of RFC 6762, RFC 8375 and the reserved `.internal` are found in the own network only.
pub fn keeps_a_key_safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return address.is_empty() };
    let near = |name: &str| {
        let name = name.trim_end_matches('.');
        let is_own = |end: &&str| name.ends_with(end);
        name == "localhost"
            || !name.contains('.')
            || [".localhost", ".local", ".lan", ".internal", ".home.arpa"].iter().any(is_own)
    };
    url.scheme() == "https"
        || url.host_str().is_some_and(|host| match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
            Err(_) => near(host),
        })
}

/// True for an address a provider can have: http or https, with a host and without a password in it.
pub fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.password().is_none()
    })
}

/// True for a header that a user may add: one that HTTP allows and that does not say how the message itself is sent.
pub fn is_header(name: &str, value: &str) -> bool {
    const OURS: [&str; 7] = [
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "accept",
        "accept-encoding",
    ];
    let is_sent = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok();
    is_sent && !value.is_empty() && !OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

#[cfg(test)]
mod tests {
    use super::keeps_a_key_safe;

    #[test]
    fn a_key_travels_encrypted_or_within_the_own_network() {
        for near in [
            "https://api.example.com/v1",
            "http://localhost:11434/v1",
            "http://127.0.0.1:8000/v1",
            "http://[::1]:8000/v1",
            "http://10.0.0.7/v1",
            "http://gpu-box:8000/v1",
            "http://gpu-box.local/v1",
            "",
        ] {
            assert!(keeps_a_key_safe(near), "{near}");
        }
        for far in ["http://api.example.com/v1", "http://8.8.8.8/v1", "http://localhost.example.com/v1"] {
            assert!(!keeps_a_key_safe(far), "{far}");
        }
    }
}
