//! What every dialect promises: the same stories, told by each model API in its own words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "dialects/answer.rs"]
mod answer;
#[path = "dialects/batch.rs"]
mod batch;
#[path = "dialects/calls.rs"]
mod calls;
#[path = "dialects/common.rs"]
mod common;
#[path = "dialects/forms.rs"]
mod forms;
#[path = "dialects/question.rs"]
mod question;
#[path = "dialects/recorded.rs"]
mod recorded;
#[path = "dialects/refusal.rs"]
mod refusal;
#[path = "dialects/tools.rs"]
mod tools;
#[path = "dialects/work.rs"]
mod work;
