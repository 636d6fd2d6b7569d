//! Servers of tools that are spoken with: one connection for each, made when it is first needed and dropped when it failed.

use crate::model::{RemoteTool, ServerPlace, ServerRow, ServerTool};
use crate::secrets::{Access, Secret, SecretStore};
use crate::store::{Store, StoreError};
use meanwhile_mcp::{Address, Connection, Definition, Patience, Reach, Said, ServerError};
use meanwhile_tool::Program;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// Tools of servers that one agent is offered, and bytes of all that is said of them: they go with each request.
const OFFERED: usize = 64;
const OFFERED_BYTES: usize = 128 << 10;

/// The servers, ready to be asked.
pub struct Servers {
    store: Store,
    secrets: Arc<dyn SecretStore>,
    /// What keeps programs, if it is not the program that runs.
    keeper: Option<PathBuf>,
    patience: Patience,
    open: Mutex<HashMap<String, Arc<OnceCell<Open>>>>,
}

/// A server that named its tools.
pub struct Open {
    connection: Connection,
    access: Access,
}

/// Why nothing was asked of a server.
pub enum Unready {
    /// In words for a model and its user.
    Words(String),
    /// Nothing is known about the server itself.
    Store(StoreError),
}

impl From<StoreError> for Unready {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Servers {
    /// Nothing is started until something is asked.
    pub fn new(
        store: Store,
        secrets: Arc<dyn SecretStore>,
        keeper: Option<PathBuf>,
        patience: Patience,
    ) -> Self {
        Self { store, secrets, keeper, patience, open: Mutex::default() }
    }

    /// Ends every connection, and with it the programs.
    pub fn close(&self) {
        self.open().clear();
    }

    /// Ends the connection with one server.
    pub fn forget(&self, row: &ServerRow) {
        self.open().remove(row.id.as_str());
    }

    /// The tools that a server names now, over a new connection.
    ///
    /// # Errors
    /// In words.
    pub async fn look(&self, row: &ServerRow) -> Result<Vec<ServerTool>, String> {
        self.forget(row);
        let open = self.slot(row).await?;
        self.named(row, &open).await
    }

    /// The server of a tool that an agent asks for, if both are still what was accepted.
    ///
    /// # Errors
    /// [`Unready`]; nothing was asked of it.
    pub async fn accepted(&self, remote: &RemoteTool) -> Result<ServerRow, Unready> {
        let server = &remote.server;
        let words = match self.store.tool_server(server.clone()).await? {
            None => format!("The server {server} was removed."),
            Some(row) if !row.is_ready() => changed(server),
            Some(row) if row.definition(&remote.tool) != remote.definition => changed(server),
            Some(row) if !row.seen.contains(&remote.tool) => changed(server),
            Some(row) => return Ok(row),
        };
        Err(Unready::Words(format!("{words} Go on without it.")))
    }

    /// A connection with a server whose tools are those that were accepted. What it names instead is kept for its user.
    ///
    /// # Errors
    /// [`Unready`]; nothing was asked of it.
    pub async fn ready(&self, row: &ServerRow) -> Result<Arc<OnceCell<Open>>, Unready> {
        let open = self.slot(row).await.map_err(|why| Unready::Words(format!("Nothing was done: {why}.")))?;
        let seen = self
            .named(row, &open)
            .await
            .map_err(|why| Unready::Words(format!("Nothing was done: {why}.")))?;
        if row.accepted.as_ref() == Some(&seen) {
            return Ok(open);
        }
        self.forget(row);
        self.store.see_tools(row.id.clone(), seen).await?;
        Err(Unready::Words(format!("{} Go on without it.", changed(&row.name))))
    }

    /// Has a tool do something. A connection that failed is dropped, and its program ends.
    pub async fn call(
        &self,
        row: &ServerRow,
        open: &OnceCell<Open>,
        tool: &str,
        arguments: Map<String, Value>,
    ) -> Result<Said, ServerError> {
        let Some(Open { connection, access }) = open.get() else {
            return Err(ServerError::Unreachable {
                server: row.name.clone(),
                why: "it is closed".to_owned(),
            });
        };
        let said = connection.call(tool, arguments).await;
        if said.as_ref().is_err_and(ServerError::is_over) {
            self.forget(row);
        }
        // What it was told in confidence it may say again.
        match said {
            Ok(said) => Ok(Said { text: access.hide_in(&said.text), ..said }),
            Err(error) => Err(error.with_words(|why| access.hide_in(why))),
        }
    }

    async fn slot(&self, row: &ServerRow) -> Result<Arc<OnceCell<Open>>, String> {
        let slot = {
            let mut open = self.open();
            let slot = open.entry(row.id.to_string()).or_default();
            if slot.get().is_some_and(|open| !open.connection.is_open()) {
                *slot = Arc::default();
            }
            Arc::clone(slot)
        };
        slot.get_or_try_init(|| self.connect(row)).await?;
        Ok(slot)
    }

    /// The tools that a server names, in the order of their names: that of a list means nothing.
    async fn named(&self, row: &ServerRow, open: &OnceCell<Open>) -> Result<Vec<ServerTool>, String> {
        let Some(Open { connection, access }) = open.get() else { return Err("it is closed".to_owned()) };
        let tools = connection.tools().await.map_err(|error| {
            self.forget(row);
            access.hide_in(&error.to_string())
        })?;
        let mut tools: Vec<ServerTool> = tools.iter().map(of).collect();
        tools.sort_by(|a, b| a.name.cmp(&b.name));
        // What was accepted was looked through before.
        if row.accepted.as_ref() != Some(&tools) && tools.iter().any(|tool| tells(tool, access)) {
            self.forget(row);
            return Err(format!(
                "what the server {} says of its tools has one of its own secrets in it, so it is not kept",
                row.name
            ));
        }
        Ok(tools)
    }

    async fn connect(&self, row: &ServerRow) -> Result<Open, String> {
        let access = self.access(row).await?;
        let reach = self.reach(row, &access);
        let connection = Connection::open(&row.name, &reach, self.patience).await;
        let connection = connection.map_err(|error| {
            let is_slow = matches!(error, ServerError::Silent { .. });
            let hint = match row.place {
                ServerPlace::Program { .. } if is_slow => {
                    "; if it is fetched at its first start, start it once in a terminal"
                }
                _ => "",
            };
            access.hide_in(&error.to_string()) + hint
        })?;
        Ok(Open { connection, access })
    }

    async fn access(&self, row: &ServerRow) -> Result<Access, String> {
        if row.secrets.is_empty() {
            return Ok(Access::default());
        }
        let gone = || {
            format!("the secrets of the server {} are not there any more; add it again with them", row.name)
        };
        let kept = self.secrets.get(&row.id).await.map_err(|error| error.to_string())?.ok_or_else(gone)?;
        let headers = Access::unpacked(&row.secrets, &kept).ok_or_else(gone)?;
        // An address gets its token in a header, and may repeat it alone.
        let token = headers.iter().find_map(|(_, value)| value.expose().strip_prefix("Bearer "));
        Ok(Access { key: token.map(Secret::new), headers })
    }

    fn reach(&self, row: &ServerRow, access: &Access) -> Reach {
        let secrets: Vec<_> =
            access.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        match &row.place {
            ServerPlace::Address { url } => Reach::Address(Address { url: url.clone(), headers: secrets }),
            ServerPlace::Program { words, folder } => {
                let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
                Reach::Program(Program {
                    name: words.first().cloned().unwrap_or_default(),
                    arguments: words.get(1..).unwrap_or_default().to_vec(),
                    folder: folder.as_ref().map_or(home, PathBuf::from),
                    variables: secrets,
                    watched_by: self.keeper.clone(),
                })
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<OnceCell<Open>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what is said of a tool repeats what its server was told in confidence.
fn tells(tool: &ServerTool, access: &Access) -> bool {
    let parameters = tool.parameters.to_string();
    let texts = [tool.name.as_str(), &tool.tool, &tool.description, &parameters];
    texts.iter().any(|text| access.hide_in(text) != **text)
}

fn changed(server: &str) -> String {
    format!(
        "The server {server} describes its tools in another way than the user accepted, so none of them is used before the user \
         accepts that."
    )
}

fn of(definition: &Definition) -> ServerTool {
    let Definition { name, tool, description, parameters, hash } = definition.clone();
    ServerTool { name, tool, description, parameters, hash }
}

/// The tools that an agent is offered: those accepted, of the servers that its file names, and whether some found no room.
pub fn offered(rows: &[ServerRow], servers: &[String]) -> (Vec<RemoteTool>, bool) {
    let is_its = |row: &&ServerRow| {
        servers.iter().any(|name| name == ALL || name.eq_ignore_ascii_case(&row.name)) && row.is_ready()
    };
    let (mut offered, mut bytes, mut is_cut) = (Vec::new(), 0, false);
    for row in rows.iter().filter(is_its) {
        for tool in &row.seen {
            bytes += tool.name.len() + tool.description.len() + tool.parameters.to_string().len();
            if offered.len() >= OFFERED || bytes > OFFERED_BYTES {
                is_cut = true;
                break;
            }
            let definition = row.definition(tool);
            offered.push(RemoteTool { server: row.name.clone(), tool: tool.clone(), definition });
        }
    }
    (offered, is_cut)
}

/// What an agent's file says for every server there is.
pub const ALL: &str = "all";
