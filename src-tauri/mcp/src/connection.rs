//! A server that is spoken with.

use crate::definition::Definition;
use crate::error::ServerError;
use crate::health::Health;
use crate::http::{self, Address};
use crate::limit::{PAGES, Patience, TOOLS};
use crate::pipe::{self, Errors};
use crate::result::Said;
use meanwhile_tool::Program;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientCapabilities, ClientConfig, ClientRequest, ErrorData,
    Implementation, ListToolsRequest, PaginatedRequestParams, ServerResult,
};
use rmcp::service::{RequestContext, RunningService};
use rmcp::{ClientHandler, Peer, RoleClient, ServiceError, serve_client};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::timeout;

/// Letters of what a server says about an error.
const WORDS: usize = 500;

/// How a server is reached. What is secret in it is in no error and in no argument list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A program that is started here and ends with the connection.
    Program(Program),
    /// An address.
    Address(Address),
}

/// A server that said which tools it has. Dropped, it ends, with every process that a program started.
pub struct Connection {
    server: String,
    service: RunningService<RoleClient, Deaf>,
    health: Arc<Health>,
    errors: Option<Errors>,
    tools: Mutex<Arc<[Definition]>>,
    patience: Patience,
}

/// Gives a server nothing.
struct Deaf;

impl ClientHandler for Deaf {
    fn get_info(&self) -> ClientConfig {
        let ours = Implementation::new("meanwhile", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), ours)
    }

    #[expect(deprecated, reason = "servers of earlier versions ask for it")]
    async fn list_roots(
        &self,
        _: RequestContext<RoleClient>,
    ) -> Result<rmcp::model::ListRootsResult, ErrorData> {
        Err(ErrorData::invalid_request("there are no folders for you here", None))
    }
}

impl Connection {
    /// Starts or calls the server, and asks for its tools.
    ///
    /// # Errors
    /// [`ServerError`]; nothing of the server runs then.
    pub async fn open(server: &str, reach: &Reach, patience: Patience) -> Result<Self, ServerError> {
        let unreachable = |why| ServerError::Unreachable { server: server.to_owned(), why };
        let health = Arc::new(Health::default());
        let (wire, errors) = match reach {
            Reach::Program(program) => pipe::open(program, &health)
                .map(|(wire, errors)| (wire, Some(errors)))
                .map_err(unreachable)?,
            Reach::Address(address) => (http::open(address, &health).map_err(unreachable)?, None),
        };
        let met = async {
            let service = serve_client(Deaf, wire).await.map_err(|error| match error {
                rmcp::service::ClientInitializeError::JsonRpcError(error) => {
                    format!("it says {}", said(&error.message))
                }
                rmcp::service::ClientInitializeError::ConnectionClosed(_) => "it ended at once".to_owned(),
                _ => "it does not begin as a server of tools does".to_owned(),
            })?;
            let tools = list(server, service.peer(), &health).await?;
            Ok::<_, String>((service, tools))
        };
        // Its future is large, and most of what waits here is smaller.
        let met = timeout(patience.connect, Box::pin(met)).await;
        let (service, tools) = match met {
            Ok(Ok(met)) => met,
            Ok(Err(why)) => {
                let why = health.why().cloned().unwrap_or(why);
                return Err(unreachable(with_last_words(why, errors).await));
            }
            Err(_) => return Err(ServerError::Silent { server: server.to_owned(), after: patience.connect }),
        };
        let tools = Mutex::new(tools.into());
        Ok(Self { server: server.to_owned(), service, health, errors, tools, patience })
    }

    /// The tools it names; it is asked again if it said that they are others now.
    ///
    /// # Errors
    /// [`ServerError`]; the connection is to be dropped.
    pub async fn tools(&self) -> Result<Arc<[Definition]>, ServerError> {
        if self.health.take_changed() {
            let asked = Box::pin(list(&self.server, self.service.peer(), &self.health));
            let listed = timeout(self.patience.connect, asked).await;
            if !matches!(listed, Ok(Ok(_))) {
                // Whoever asks next has to ask as well.
                self.health.set_changed();
            }
            let server = self.server.clone();
            let tools = match listed {
                Ok(Ok(tools)) => tools,
                Ok(Err(why)) => {
                    return Err(ServerError::Unreachable {
                        server,
                        why: self.health.why().cloned().unwrap_or(why),
                    });
                }
                Err(_) => return Err(ServerError::Silent { server, after: self.patience.connect }),
            };
            *self.named() = tools.into();
        }
        Ok(Arc::clone(&self.named()))
    }

    fn named(&self) -> MutexGuard<'_, Arc<[Definition]>> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is still there.
    pub fn is_open(&self) -> bool {
        !self.service.is_transport_closed() && self.health.why().is_none()
    }

    /// Has a tool do something.
    ///
    /// # Errors
    /// [`ServerError`]. With [`ServerError::is_over`] the connection is to be dropped, and what was asked may have been done.
    pub async fn call(&self, tool: &str, arguments: Map<String, Value>) -> Result<Said, ServerError> {
        self.health.begin();
        let asked = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let refused = |why: &str| ServerError::Refused { server: self.server.clone(), why: said(why) };
        match timeout(self.patience.call, Box::pin(self.service.peer().call_tool_once(asked))).await {
            Err(_) => Err(ServerError::Silent { server: self.server.clone(), after: self.patience.call }),
            Ok(Ok(CallToolResponse::Complete(result))) => Ok(Said::of(result)),
            Ok(Ok(CallToolResponse::InputRequired(_))) => {
                Err(refused("it wants to ask something first, and servers cannot ask here"))
            }
            Ok(Ok(_)) => Err(refused("it made a longer task of this, which is not followed here")),
            Ok(Err(ServiceError::McpError(error))) => Err(refused(&error.message)),
            Ok(Err(ServiceError::UnexpectedResponse)) => Err(refused("it answered with no result of a tool")),
            Ok(Err(_)) => {
                let why = self.health.why().cloned().unwrap_or_else(|| "it is closed".to_owned());
                let why = with_last_words(why, self.errors.clone()).await;
                Err(ServerError::Gone { server: self.server.clone(), why })
            }
        }
    }
}

/// All tools, part by part.
async fn list(server: &str, peer: &Peer<RoleClient>, health: &Health) -> Result<Vec<Definition>, String> {
    let mut tools: Vec<Definition> = Vec::new();
    let mut cursors = BTreeSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES {
        health.begin();
        // Not through its own list, which may be one that it kept.
        let page = PaginatedRequestParams::default().with_cursor(cursor);
        let asked = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(page));
        let part = peer.send_request(asked).await.and_then(|answer| match answer {
            ServerResult::ListToolsResult(part) => Ok(part),
            _ => Err(ServiceError::UnexpectedResponse),
        });
        let part = part.map_err(|error| match error {
            ServiceError::McpError(error) => {
                format!("it does not say which tools it has: {}", said(&error.message))
            }
            ServiceError::UnexpectedResponse => "what it says about its tools is not understood".to_owned(),
            _ => "it ended before it said which tools it has".to_owned(),
        })?;
        if tools.len() + part.tools.len() > TOOLS {
            return Err(format!("it has more than {TOOLS} tools"));
        }
        for tool in part.tools {
            let tool = Definition::of(server, tool)?;
            if tools.iter().any(|other| other.name == tool.name) {
                return Err(format!("it names its tool {} twice", said(&tool.tool)));
            }
            tools.push(tool);
        }
        match part.next_cursor.filter(|next| !next.is_empty()) {
            None => return Ok(tools),
            Some(next) if !cursors.insert(next.clone()) => {
                return Err("its list of tools goes round in a circle".to_owned());
            }
            Some(next) => cursor = Some(next),
        }
    }
    Err(format!("its list of tools has more than {PAGES} parts"))
}

/// Words of a server on one line, with everything hidden visible.
fn said(words: &str) -> String {
    let line = words.chars().take(WORDS).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    meanwhile_tool::visible(&line)
}

async fn with_last_words(why: String, errors: Option<Errors>) -> String {
    let Some(errors) = errors else { return why };
    match errors.last().await {
        last if last.is_empty() => why,
        last => format!("{why}. Its last words: {last}"),
    }
}
