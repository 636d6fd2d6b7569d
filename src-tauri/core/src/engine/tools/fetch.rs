//! A page of the web. To ask for one tells its host something, whatever comes back, and what comes back was written by others.

use super::{Step, Work, hash};
use crate::model::{CallState, Detail, ToolEffect, one_line};
use crate::store::{Begun, CallEnd, OpenCall, StoreError, Wanted};
use crate::tool;
use meanwhile_page::{Address, Fetched, PageError};
use std::net::IpAddr;

impl Work<'_> {
    pub(super) async fn fetch(&self, call: &OpenCall, is_its_turn: bool) -> Result<Step, StoreError> {
        let address = match tool::page(&call.arguments).and_then(|url| Address::read(&url)) {
            Ok(address) => address,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        let mut wanted = self.wanted_page(call, &address, None);
        self.heed_what_it_heard(&mut wanted).await?;
        if let Some(instead) = self.unless_allowed(call, &wanted).await? {
            return Ok(instead);
        }
        if !is_its_turn {
            return Ok(Step::Over);
        }
        // After the yes, because to look a name up tells of it already; and before it is used up.
        let found = match meanwhile_page::find(&address, self.pages).await {
            Ok(found) => found,
            Err(error) => {
                return self.ended(call, CallEnd { label: Some(wanted.summary), ..broken(&error) }).await;
            }
        };
        if let Some(near) = found.near().filter(|_| !address.is_near()) {
            wanted = self.wanted_page(call, &address, Some(near));
            if let Some(instead) = self.unless_allowed(call, &wanted).await? {
                return Ok(instead);
            }
        }
        if self.store.start_call(self.id.clone(), wanted.clone()).await? != Begun::Yes {
            return Ok(Step::Asks(wanted));
        }
        self.ended(call, end_of(meanwhile_page::fetch(&address, &found, self.pages).await)).await
    }

    /// What happens instead of what has no yes.
    async fn unless_allowed(&self, call: &OpenCall, wanted: &Wanted) -> Result<Option<Step>, StoreError> {
        match self.store.is_allowed(self.id.clone(), wanted.clone(), self.clock.now()).await? {
            Some(true) => Ok(None),
            Some(false) => self.forbidden(call, wanted.summary.clone()).await.map(Some),
            None => Ok(Some(Step::Asks(wanted.clone()))),
        }
    }

    /// `near` is what its name leads to, when only looking it up showed that.
    fn wanted_page(&self, call: &OpenCall, address: &Address, near: Option<IpAddr>) -> Wanted {
        let is_near = near.is_some() || address.is_near();
        let mut note = String::new();
        if call.is_unknown {
            note += "Meanwhile ended while this was being done, and nobody knows whether it was asked for. A yes does it again. ";
        }
        if let Some(near) = near {
            note += &format!("Its name leads to {near}, a computer in your own network. ");
        }
        if address.is_international() {
            note += "Its name has letters of another script, which may look like those of another name. ";
        }
        let leads_to = near.map(|near| near.to_string()).unwrap_or_default();
        Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: Some(ToolEffect::Send),
            summary: one_line(&format!("Fetch {}", short(address)), 120),
            hash: hash(&[
                self.id.as_str(),
                &self.agent.name,
                address.as_str(),
                &leads_to,
                if call.is_unknown { "again" } else { "" },
            ]),
            detail: Detail::Page { url: address.as_str().to_owned(), host: address.host(), is_near },
            note,
            asks_each_time: is_near || call.is_unknown,
        }
    }
}

/// An address without what everybody knows of it.
fn short(address: &Address) -> &str {
    address.as_str().trim_start_matches("https://").trim_end_matches('/')
}

fn end_of(fetched: Result<Fetched, PageError>) -> CallEnd {
    let (fact, result) = match fetched {
        Err(error) => return broken(&error),
        Ok(Fetched::Page(page)) => (page.fact(), page.told()),
        Ok(Fetched::Elsewhere(to)) => (
            format!("leads to {}", to.host()),
            format!(
                "It leads to another host, which was not asked: {}\nIf that is what is wanted, ask for it; the user is asked first.",
                to.as_str()
            ),
        ),
    };
    CallEnd { label: None, state: CallState::Done, fact: Some(fact), result, left: Vec::new() }
}

fn broken(error: &PageError) -> CallEnd {
    let fact = match error {
        PageError::Status(status) => format!("status {status}"),
        PageError::Kind { .. } | PageError::Packed(_) => "no text".to_owned(),
        PageError::Slow(_) => "too slow".to_owned(),
        PageError::NotFollowed { .. } => "not followed".to_owned(),
        PageError::Unknown(_) | PageError::Unreachable { .. } => "not reached".to_owned(),
    };
    let result = format!("There is no page: {error}.");
    CallEnd { label: None, state: CallState::Failed, fact: Some(fact), result, left: Vec::new() }
}
