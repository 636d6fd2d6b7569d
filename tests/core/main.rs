//! What the core promises, through its public face: one file for each promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod agents;
mod approvals;
mod attachments;
mod background;
mod backup;
mod bad_days;
mod batches;
mod branches;
mod budget;
mod caps;
mod catalogue;
mod channels;
mod children;
mod conversation;
mod crowd;
mod day_limit;
mod delivery;
mod doctor;
mod export;
mod folders;
mod follow;
mod forecasts;
mod hand_over;
mod history;
mod import;
mod intake;
mod keys;
mod log_size;
#[allow(dead_code)]
#[path = "extract/make.rs"]
mod make;
mod manner;
mod model;
mod outage;
mod pages;
mod parts;
mod put_back;
mod recovery;
mod remarks;
mod remote;
mod said;
mod salvage;
mod search;
mod simulation;
mod stop;
mod storage;
mod system;
mod thoughts;
mod told;
mod usage;
mod wake;
