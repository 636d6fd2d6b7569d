//! The model server as a program, for measurements and for trying things by hand.
//!
//!     modelsim [--port 4010] [--threads 1] [--model NAME[=SPEC]]... [--text NAME=FILE]...
//!
//! It prints its address. POST /v1/chat/completions, /v1/responses, /v1/messages, /v1beta/models/MODEL:streamGenerateContent
//! and /api/chat; GET /v1/models, /v1beta/models and /api/tags; GET /stats, POST /release.

use meanwhile_support::model_server::{Spec, serve};
use std::io;

fn main() -> io::Result<()> {
    let (mut port, mut threads, mut models, mut texts) = (4010u16, 1usize, Vec::new(), Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let value = args.next().unwrap_or_else(|| usage_exit(&format!("{flag} needs a value")));
        match flag.as_str() {
            "--port" => port = value.parse().unwrap_or_else(|_| usage_exit("bad port")),
            "--threads" => threads = value.parse().unwrap_or_else(|_| usage_exit("bad threads")),
            "--model" => {
                let (name, spec) = value.split_once('=').unwrap_or((&value, &value));
                if let Err(error) = Spec::parse(spec) {
                    usage_exit(&error.to_string());
                }
                models.push((name.to_owned(), spec.to_owned()));
            }
            "--text" => {
                let (name, file) =
                    value.split_once('=').unwrap_or_else(|| usage_exit("--text needs NAME=FILE"));
                texts.push((name.to_owned(), std::fs::read_to_string(file)?));
            }
            _ => usage_exit(&format!("unknown flag {flag}")),
        }
    }
    if models.is_empty() {
        models.push(("sim".to_owned(), "sim".to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            served = serve(port, models, texts, |address| println!("modelsim on http://{address}")) => served,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

fn usage_exit(message: &str) -> ! {
    eprintln!(
        "modelsim: {message}\nusage: modelsim [--port N] [--threads N] [--model NAME[=SPEC]]... [--text NAME=FILE]..."
    );
    std::process::exit(2)
}
