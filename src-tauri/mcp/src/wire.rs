//! One connection as the crate `rmcp` wants it: messages out, messages in. Whatever is behind it works in tasks that end with it.

use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use std::io;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Messages that wait to be sent or looked at; whoever is faster waits.
const WAITING: usize = 16;

pub(crate) struct Wire {
    out: mpsc::Sender<ClientJsonRpcMessage>,
    heard: mpsc::Receiver<ServerJsonRpcMessage>,
    pub tasks: JoinSet<()>,
}

pub(crate) type Out = mpsc::Receiver<ClientJsonRpcMessage>;
pub(crate) type Heard = mpsc::Sender<ServerJsonRpcMessage>;

impl Wire {
    /// A wire, and the other ends of it.
    pub fn new() -> (Self, Out, Heard) {
        let (out, to_send) = mpsc::channel(WAITING);
        let (read, heard) = mpsc::channel(WAITING);
        (Self { out, heard, tasks: JoinSet::new() }, to_send, read)
    }
}

impl Transport<RoleClient> for Wire {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        let out = self.out.clone();
        async move { out.send(message).await.map_err(|_| io::ErrorKind::BrokenPipe.into()) }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        self.heard.recv().await
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        self.tasks.shutdown().await;
        Ok(())
    }
}
