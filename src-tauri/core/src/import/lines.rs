//! Meanwhile's own export: a line for each conversation, and after it one for each thing that was said in it.

use super::reading::NO_EXPORT;
use serde_json::Value;
use std::io::BufRead;

/// Gives `take` each conversation, as its first line with the others in `lines`, until it says that it is enough. Lines of
/// another type are passed over. `begin` hears when the one before is out of memory.
///
/// # Errors
/// Why not all of it was read, in words.
pub fn each(
    mut bytes: impl BufRead,
    begin: &dyn Fn(),
    take: &mut dyn FnMut(Value) -> bool,
) -> Result<(), String> {
    let mut held: Option<Value> = None;
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        let read = bytes.read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut value: Value = serde_json::from_slice(&line).map_err(|error| match &held {
            None => format!("{NO_EXPORT} (line {number}: {error})"),
            // A conversation of which a part is missing is not taken: the whole one could not come after it.
            Some(_) if line.ends_with(b"\n") => format!("line {number} of the file is damaged ({error})"),
            Some(_) => format!("the file breaks off in line {number} ({error})"),
        })?;
        match (value["type"].as_str(), &mut held) {
            (Some("conversation"), _) => {
                begin();
                value["lines"] = Value::Array(Vec::new());
                if let Some(whole) = held.replace(value)
                    && !take(whole)
                {
                    return Ok(());
                }
            }
            (Some("message"), Some(held)) => {
                if let Some(lines) = held["lines"].as_array_mut() {
                    lines.push(value);
                }
            }
            (_, None) => begin(),
            _ => {}
        }
    }
    let whole = held.ok_or_else(|| NO_EXPORT.to_owned())?;
    take(whole);
    Ok(())
}
