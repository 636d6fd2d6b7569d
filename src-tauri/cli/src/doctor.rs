use crate::args::Doctor;
use crate::connection::Connection;
use crate::failure::{FAILED, Failure, NEWER};
use crate::out;
use meanwhile_core::{OpenError, backup, place};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

#[derive(Deserialize)]
struct Findings {
    findings: Vec<Finding>,
}

#[derive(Deserialize, Serialize)]
struct Finding {
    invariant: String,
    task_id: Option<String>,
    message: String,
}

/// One thing that would put findings right. Nothing is done before somebody calls it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Repair {
    /// The verbs to call, in order.
    commands: Vec<String>,
    /// What it brings and what it costs.
    effect: String,
}

/// Asks the running process, or reads the folder itself when nobody runs; it never starts one.
pub(crate) async fn doctor(folder: &Path, Doctor { repair_plan, json }: Doctor) -> Result<ExitCode, Failure> {
    let running = Connection::running(folder).await?;
    let found = match &running {
        Some(connection) => connection.get("/doctor").await?.parse::<Findings>()?.findings,
        None => check(folder, repair_plan)?,
    };
    let plan = repair_plan.then(|| plan(&found, Ways::of(folder, running.is_some())));
    let warning = place::warning(folder);
    if json {
        let mut answer = json!({ "findings": found });
        if let Some(words) = &warning {
            answer["warning"] = json!(words);
        }
        if let Some(plan) = &plan {
            answer["repairs"] = json!(plan);
        }
        out::line(&answer.to_string())?;
    } else {
        for Finding { invariant, task_id, message } in &found {
            let about = task_id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            out::line(&format!("{invariant}{about}: {message}"))?;
        }
        if found.is_empty() && running.is_none() && !folder.join("meanwhile.db").exists() {
            out::line(&format!("There are no data in {}.", folder.display()))?;
        } else if found.is_empty() {
            out::line("All is well.")?;
        }
        if let Some(words) = &warning {
            out::line(words)?;
        }
        for (at, Repair { commands, effect }) in plan.iter().flatten().enumerate() {
            out::line("")?;
            out::line(if at == 0 { "To put it right:" } else { "Or:" })?;
            for command in commands {
                out::line(&format!("  {command}"))?;
            }
            out::line(&format!("  {effect}"))?;
        }
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// With a plan to be made, data that cannot be read are a finding; else they are an error.
fn check(folder: &Path, for_plan: bool) -> Result<Vec<Finding>, Failure> {
    if !folder.join("meanwhile.db").exists() {
        // Nothing was ever stored here, so nothing is wrong.
        return Ok(Vec::new());
    }
    match meanwhile_core::doctor::check(folder) {
        Ok(found) => Ok(found
            .into_iter()
            .map(|found| Finding {
                invariant: found.invariant.to_owned(),
                task_id: found.task_id,
                message: found.message,
            })
            .collect()),
        Err(error @ OpenError::NewerSchema { .. }) => Err(Failure::new(NEWER, error.to_string())),
        Err(OpenError::Database { cause, .. }) if for_plan => Ok(vec![Finding {
            invariant: "I1".to_owned(),
            task_id: None,
            message: format!("the database cannot be read: {cause}"),
        }]),
        Err(error) => Err(Failure::failed(error.to_string())),
    }
}

/// What there is to work with.
struct Ways {
    is_running: bool,
    can_be_salvaged: bool,
    newest_copy: Option<String>,
    /// How the command line is called for this data.
    program: String,
}

impl Ways {
    fn of(folder: &Path, is_running: bool) -> Self {
        Self {
            is_running,
            can_be_salvaged: is_running || backup::can_be_salvaged(folder),
            newest_copy: backup::list(folder).first().map(|copy| copy.made_at.to_string()),
            program: program(folder),
        }
    }
}

/// A command that is pasted as it stands must not touch other data than these.
fn program(folder: &Path) -> String {
    let usual = std::path::absolute(meanwhile_core::default_data_dir());
    if usual.is_ok_and(|usual| usual == folder) {
        return "meanwhile".to_owned();
    }
    format!("meanwhile --data-dir '{}'", folder.display().to_string().replace('\'', "'\\''"))
}

fn plan(found: &[Finding], Ways { is_running, can_be_salvaged, newest_copy, program }: Ways) -> Vec<Repair> {
    if found.is_empty() {
        return Vec::new();
    }
    let commands = |last: &str| {
        let quit = is_running.then(|| format!("{program} quit --force"));
        quit.into_iter().chain([format!("{program} {last}")]).collect::<Vec<_>>()
    };
    let is_file = found.iter().any(|finding| finding.task_id.is_none());
    let salvage = can_be_salvaged.then(|| Repair {
        commands: commands("salvage"),
        effect: if is_file {
            "Reads what can be read of the damaged file. Rows on damaged pages are lost.".to_owned()
        } else {
            "Closes the tasks named above with the text they have; everything else stays as it is.".to_owned()
        },
    });
    let restore = newest_copy.map(|made_at| Repair {
        commands: commands("restore"),
        effect: format!("Goes back to the copy of {made_at}. What came after that is only in the data of now, which are kept."),
    });
    let mut plan: Vec<Repair> = [salvage, restore].into_iter().flatten().collect();
    if is_file {
        // A whole copy first, as far as it goes.
        plan.reverse();
    }
    if plan.is_empty() {
        plan.push(Repair {
            commands: Vec::new(),
            effect: "This version of Meanwhile can read nothing of it, and there is no copy. Keep meanwhile.db for somebody who can read more, move it away, \
                     and start anew."
                .to_owned(),
        });
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(task_id: Option<&str>) -> Finding {
        Finding { invariant: "I1".to_owned(), task_id: task_id.map(str::to_owned), message: String::new() }
    }

    fn commands(plan: &[Repair]) -> Vec<Vec<&str>> {
        plan.iter().map(|repair| repair.commands.iter().map(String::as_str).collect()).collect()
    }

    fn ways() -> Ways {
        Ways { is_running: false, can_be_salvaged: true, newest_copy: None, program: "meanwhile".to_owned() }
    }

    #[test]
    fn a_command_of_the_plan_names_the_folder_unless_it_is_the_usual_one() {
        assert_eq!(program(&meanwhile_core::default_data_dir()), "meanwhile");
        assert_eq!(program(Path::new("/tmp/it's here")), r"meanwhile --data-dir '/tmp/it'\''s here'");
    }

    #[test]
    fn damage_of_the_file_asks_for_the_copy_first_and_of_a_task_for_closing_it() {
        let copy = || Some("yesterday".to_owned());
        let of = |task_id, is_running, newest_copy| {
            plan(&[finding(task_id)], Ways { is_running, newest_copy, ..ways() })
        };
        assert_eq!(commands(&of(None, false, copy())), [["meanwhile restore"], ["meanwhile salvage"]]);
        assert_eq!(commands(&of(Some("t"), false, copy())), [["meanwhile salvage"], ["meanwhile restore"]]);
        assert_eq!(commands(&of(None, true, None)), [["meanwhile quit --force", "meanwhile salvage"]]);
        assert_eq!(plan(&[], Ways { newest_copy: copy(), ..ways() }), []);
    }

    #[test]
    fn what_cannot_be_salvaged_is_not_promised() {
        let of = |newest_copy| plan(&[finding(None)], Ways { can_be_salvaged: false, newest_copy, ..ways() });
        assert_eq!(commands(&of(Some("yesterday".to_owned()))), [["meanwhile restore"]]);
        let nothing = of(None);
        assert!(
            nothing[0].commands.is_empty()
                && nothing[0].effect.starts_with("This version of Meanwhile can read nothing")
        );
    }
}
