use std::time::Duration;

/// How long a test waits for a fact before it says that it never came. A window on a busy machine takes its time.
pub const FACT_LIMIT: Duration = Duration::from_secs(45);

const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// Asks until there is an answer, and gives it.
#[track_caller]
pub fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        match within(FACT_LIMIT, ask).await {
            Some(answer) => answer,
            None => panic!("{caller}: it never came to this: {what}"),
        }
    }
}

/// The same, but `None` when the time is over.
pub async fn within<T>(limit: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(limit, asking).await.ok()
}
