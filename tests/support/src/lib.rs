//! What the tests share: servers to talk to, and ways to start, crash and watch the real programs.

pub mod answer;
pub mod api_client;
pub mod binary;
pub mod canary;
pub mod environment;
pub mod harness;
pub mod job;
pub mod model_server;
pub mod real_server;
pub mod sink;
pub mod site;
