//! What a page can be asked for at, written as it is sent.

use crate::limit::ADDRESS;
use crate::near::{is_near, is_near_name};
use reqwest::Url;
use std::net::IpAddr;

/// Where a page is: `http` or `https`, without a name or a password in it, and without what follows a `#`, which is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// In words, for a model.
    pub fn read(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim()).map_err(|error| {
            format!("This is no whole address, such as https://example.com/page: {error}. Nothing was asked.")
        })?;
        Self::of(url)
    }

    /// Where a page leads.
    pub(crate) fn join(&self, to: &str) -> Result<Self, String> {
        self.0.join(to).map_err(|error| error.to_string()).and_then(Self::of)
    }

    fn of(mut url: Url) -> Result<Self, String> {
        let refused = |why: &str| Err(format!("{why} Nothing was asked."));
        if !matches!(url.scheme(), "http" | "https") {
            return refused("Only addresses with http and https can be asked.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("An address with a name or a password in it is not asked.");
        }
        url.set_fragment(None);
        // With a dot at its end it is the same host, and what was said about that counts.
        if let Some(bare) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned)
            && (bare.is_empty() || bare.ends_with('.') || url.set_host(Some(&bare)).is_err())
        {
            return refused("There is no such host.");
        }
        if url.as_str().len() > ADDRESS {
            return refused(&format!("An address has at most {ADDRESS} letters."));
        }
        Ok(Self(url))
    }

    /// All that is sent, in letters that everybody sees.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, in the letters it is looked up by, and its port if that is not the usual one: what a standing rule is about.
    pub fn host(&self) -> String {
        let host = self.name();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether its name has letters of other scripts, which may look like others.
    pub fn is_international(&self) -> bool {
        self.name().split('.').any(|part| part.starts_with("xn--"))
    }

    /// Whether it says of itself that it is in the own network. Nobody is asked.
    pub fn is_near(&self) -> bool {
        self.ip().map_or_else(|| is_near_name(self.name()), is_near)
    }

    /// What is sent travels so that only the host can read it.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn name(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The address it names itself.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.name().trim_matches(['[', ']']).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_will_be_sent_in_letters_that_everybody_sees() {
        let read = |text: &str| Address::read(text).unwrap();
        let odd = read(" https://B\u{fc}cher.example/a\u{200b}b?q=\u{202e}x#secret ");
        assert_eq!(odd.as_str(), "https://xn--bcher-kva.example/a%E2%80%8Bb?q=%E2%80%AEx");
        assert!(odd.is_international() && !odd.is_near());
        assert_eq!(read("https://example.com.:443/").as_str(), "https://example.com/");
        assert_eq!(read("https://example.com.:8443/").host(), "example.com:8443");
        assert_eq!(
            (read("http://example.com").host(), read("https://example.com").host()),
            ("example.com".into(), "example.com".into())
        );
    }

    #[test]
    fn what_can_be_no_page_is_refused_before_anybody_is_asked() {
        let long = format!("https://example.com/{}", "a".repeat(ADDRESS));
        for text in [
            "",
            "page",
            "/etc/passwd",
            "file:///etc/passwd",
            "ftp://example.com/",
            "javascript:alert(1)",
            "data:text/plain,a",
            "https://",
            "https://name@example.com/",
            "https://name:word@example.com/",
            "https://./",
            "https://a../",
            &long,
        ] {
            assert!(Address::read(text).is_err(), "{text}");
        }
    }

    // S-37
    #[test]
    fn an_address_of_the_own_network_is_known_however_it_is_written() {
        for text in [
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://LOCALHOST/",
            "http://localhost./",
            "http://\u{24db}ocalhost/",
            "http://router/",
            "http://\u{ff11}27.0.0.1/",
        ] {
            assert!(Address::read(text).unwrap().is_near(), "{text}");
        }
    }
}
