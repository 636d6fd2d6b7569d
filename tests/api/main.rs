//! What the HTTP API and the command line promise, over real sockets and with the real program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod abort;
#[cfg(target_os = "linux")]
mod acp_story;
#[cfg(target_os = "linux")]
mod acp_trouble;
mod admission;
mod agent_story;
mod canary;
mod chat;
mod children_story;
mod cli;
mod contract;
mod copy_story;
mod ctrl_c;
mod disk;
mod events;
mod fixture;
mod gate;
#[cfg(target_os = "linux")]
mod hosts;
mod huge;
mod limits;
mod list;
mod process;
mod provider;
mod proxy;
mod raw;
mod remote;
mod scopes;
mod serve;
#[cfg(target_os = "linux")]
mod servers;
mod socket;
mod start;
mod steps;
mod tls;
mod usage;
mod websocket;
