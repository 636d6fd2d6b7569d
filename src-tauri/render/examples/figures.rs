//! Prints what parsing and following a long answer costs: `cargo run -p meanwhile-render --release --example figures`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use meanwhile_render::{Stream, parse, warm};

const ANSWER: &str = include_str!("../../../tests/fixtures/answer-60k.md");

fn main() {
    println!("warm()                             {}", ms(timed(warm).1));
    for lang in ["rust", "python", "bash", "javascript", "typescript"] {
        let code = format!("```{lang}\nlet a = 1\n```");
        println!("first line of {lang:<20} {}", ms(timed(|| parse(&code)).1));
    }

    let prose: String = fenceless(ANSWER);
    let long = ANSWER.repeat(10);
    println!("parse, {:>3} KB without code          {}", prose.len() / 1_000, ms(best(|| parse(&prose))));
    println!("parse, {:>3} KB with code             {}", ANSWER.len() / 1_000, ms(best(|| parse(ANSWER))));

    follow("60 KB answer, 16 bytes at a time", ANSWER, 0, 16);
    follow("600 KB answer, the last 60 KB", &long, long.len() - ANSWER.len(), 16);
    let defining = format!("[a]: https://x.y\n\n{ANSWER}");
    follow("60 KB with definitions, the last 2 KB", &defining, defining.len() - 2_000, 16);
    follow(
        "600 KB with definitions, the last 2 KB",
        &format!("[a]: https://x.y\n\n{long}"),
        long.len() - 2_000,
        16,
    );
    let code = format!(
        "```rust\n{}",
        "    let total: u64 = items.iter().map(|item| item.size).sum(); // bytes\n".repeat(4_000)
    );
    follow("code block of 4,000 lines, the last 2,000", &code, code.len() / 2, 16);
    let list: String = (0..500).map(|n| format!("{n}. **Step:** do `this` and *that*\n")).collect();
    follow("list of 500 items, the last 2 KB", &list, list.len() - 2_000, 16);
}

/// Cost of the updates from `from` on, and of the end; each is the best of three rounds, because other programs run too.
fn follow(name: &str, text: &str, from: usize, step: usize) {
    let mut best: Vec<Duration> = Vec::new();
    let (mut finish, mut patches) = (Duration::MAX, 0);
    for _ in 0..3 {
        let mut stream = Stream::new();
        stream.update(&text[..boundary(text, from)]);
        let (mut at, mut index) = (from, 0);
        patches = 0;
        while at < text.len() {
            at = boundary(text, at + step);
            let (new, spent) = timed(|| stream.update(&text[..at]));
            patches += new.len();
            best.resize(best.len().max(index + 1), Duration::MAX);
            best[index] = best[index].min(spent);
            index += 1;
        }
        finish = finish.min(timed(|| stream.finish(text)).1);
    }
    let updates = best.len();
    best.sort_unstable();
    println!(
        "{name:<42} update mean {} p50 {} p99 {} max {}, {:.1} patches; finish {}",
        ms(best.iter().sum::<Duration>() / updates as u32),
        ms(best[updates / 2]),
        ms(best[updates * 99 / 100]),
        ms(best[updates - 1]),
        patches as f64 / updates as f64,
        ms(finish),
    );
}

fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn fenceless(text: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        let is_fence = line.starts_with("```");
        inside ^= is_fence;
        !inside && !is_fence
    };
    text.lines().filter(keep).map(|line| format!("{line}\n")).collect()
}

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    (0..50).map(|_| timed(&mut work).1).min().unwrap()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn ms(time: Duration) -> String {
    format!("{:>8.3} ms", time.as_secs_f64() * 1_000.0)
}
