//! What is shown to a provider with each request.

use super::Secret;
use super::form::SHORTEST;
use crate::model::ProviderId;
use std::collections::BTreeMap;

/// A key, and headers whose values are as secret as a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The key, if it needs one.
    pub key: Option<Secret>,
    /// Further headers, by name.
    pub headers: Vec<(String, Secret)>,
}

impl Access {
    /// `text` with everything secret replaced, in any of its encodings.
    pub fn hide_in(&self, text: &str) -> String {
        // A value such as `1` is no secret anybody could tell from the text around it.
        let headers = self.headers.iter().map(|(_, value)| value).filter(|value| value.0.len() >= SHORTEST);
        let secrets = self.key.iter().chain(headers);
        secrets.fold(text.to_owned(), |text, secret| secret.hide_in(&text))
    }

    /// The headers as one secret, under one entry of a keychain.
    pub fn packed(&self) -> Secret {
        let headers = self.headers.iter().map(|(name, value)| (name, value.expose()));
        Secret::new(serde_json::to_string(&headers.collect::<BTreeMap<_, _>>()).unwrap_or_default())
    }

    /// The headers of these names out of such a secret; `None` when one of them is not in it.
    pub fn unpacked(names: &[String], packed: &Secret) -> Option<Vec<(String, Secret)>> {
        let mut headers: BTreeMap<String, String> = serde_json::from_str(packed.expose()).ok()?;
        names.iter().map(|name| Some((name.clone(), Secret::new(headers.remove(name)?)))).collect()
    }
}

impl From<Option<Secret>> for Access {
    fn from(key: Option<Secret>) -> Self {
        Self { key, headers: Vec::new() }
    }
}

/// Under which id the headers of a provider are kept, beside its key.
pub fn headers_of(id: &ProviderId) -> ProviderId {
    ProviderId::from_text(format!("{id}.headers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let headers = [("x-team", "blue-and-green"), ("x-version", "1")];
        let headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec();
        Access { key: Some(Secret::new("sk-1234567890")), headers }
    }

    #[test]
    fn what_is_kept_as_one_comes_back_as_it_was_and_not_without_one_of_its_names() {
        let names = ["x-team", "x-version"].map(str::to_owned);
        assert_eq!(Access::unpacked(&names, &access().packed()), Some(access().headers));
        let more = ["x-team", "x-other"].map(str::to_owned);
        assert_eq!(Access::unpacked(&more, &access().packed()), None);
        assert_eq!(Access::unpacked(&names, &Secret::new("not what was kept")), None);
    }

    #[test]
    fn key_and_headers_are_hidden_and_the_words_around_them_stay() {
        let said = "status 401 for sk-1234567890 of blue-and-green";
        assert_eq!(access().hide_in(said), "status 401 for [key] of [key]");
        assert!(!format!("{:?}", access()).contains("blue"));
    }
}
