//! The thread of the web process on which a page's script, styles and layout run.

use crate::Outcome;
use std::fs;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The main thread of a web process. It has the id of its process.
#[derive(Clone, Copy)]
pub struct MainThread(u32);

/// Between two looks at a thread that comes to rest.
const LOOK: Duration = Duration::from_millis(400);
/// A thread that used less than this part of a core between two looks has come to rest; a caret blinks for less.
const AT_REST: f64 = 0.02;
/// A page that works longer than this after an answer does not come to rest.
const REST_LIMIT: Duration = Duration::from_secs(30);

impl MainThread {
    pub fn of(web_process: u32) -> Self {
        Self(web_process)
    }

    /// CPU seconds so far. From the scheduler, which counts nanoseconds where `stat` counts in steps of 10 ms.
    pub fn cpu_seconds(self) -> Outcome<f64> {
        let text = fs::read_to_string(format!("/proc/{0}/task/{0}/schedstat", self.0))?;
        let on_cpu: f64 = text.split(' ').next().ok_or("schedstat is empty")?.parse()?;
        Ok(on_cpu / 1e9)
    }

    /// Waits until it does nothing worth mentioning; gives its CPU seconds at the beginning of that rest.
    pub async fn until_at_rest(self) -> Outcome<f64> {
        let began = Instant::now();
        let mut before = self.cpu_seconds()?;
        while began.elapsed() < REST_LIMIT {
            sleep(LOOK).await;
            let now = self.cpu_seconds()?;
            if now - before < AT_REST * LOOK.as_secs_f64() {
                return Ok(before);
            }
            before = now;
        }
        Err("the page does not come to rest".into())
    }
}
