use crate::failure::Failure;
use std::io::{BufRead, IsTerminal, Write};

/// What to do with an answer after Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Stop,
    Background,
    Watch,
}

/// What the terminal said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    CtrlC,
    /// The terminal is gone, or somebody wants this program to end: nobody is left to read the answer.
    #[cfg_attr(not(unix), allow(dead_code))]
    HangUp,
}

/// What the terminal says.
pub(crate) struct Presses {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Presses {
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind).map_err(|error| Failure::failed(format!("cannot listen for Ctrl-C: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> Press {
        tokio::select! {
            _ = self.interrupt.recv() => Press::CtrlC,
            _ = self.hang_up.recv() => Press::HangUp,
            _ = self.terminate.recv() => Press::HangUp,
        }
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> Press {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Press::CtrlC
    }
}

/// Asks on the terminal. Without one, and on a second Ctrl-C, the answer is to stop.
pub(crate) async fn ask(presses: &mut Presses) -> Choice {
    if !std::io::stderr().is_terminal() {
        return Choice::Stop;
    }
    loop {
        let mut err = std::io::stderr();
        let _ = write!(err, "\nStop, continue in Background, or keep Watching? [s/b/w] ");
        let _ = err.flush();
        tokio::select! {
            line = tokio::task::spawn_blocking(read_line) => match line {
                Ok(Some(line)) => if let Some(choice) = choice(&line) { return choice },
                Ok(None) | Err(_) => return Choice::Stop,
            },
            press = presses.next() => {
                let _ = writeln!(err);
                return if press == Press::HangUp { Choice::Background } else { Choice::Stop };
            }
        }
    }
}

fn choice(line: &str) -> Option<Choice> {
    match line.trim().to_lowercase().as_str() {
        "s" | "stop" => Some(Choice::Stop),
        "b" | "background" => Some(Choice::Background),
        "w" | "watch" | "watching" => Some(Choice::Watch),
        _ => None,
    }
}

/// From the terminal itself: standard input may have been the prompt.
fn read_line() -> Option<String> {
    #[cfg(unix)]
    let mut lines = std::io::BufReader::new(std::fs::File::open("/dev/tty").ok()?);
    #[cfg(not(unix))]
    let mut lines = std::io::stdin().lock();
    let mut line = String::new();
    match lines.read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_or_the_word_is_enough() {
        assert_eq!(choice("b\n"), Some(Choice::Background));
        assert_eq!(choice(" Stop "), Some(Choice::Stop));
        assert_eq!(choice("W"), Some(Choice::Watch));
        assert_eq!(choice("yes"), None);
    }
}
