//! Agents: those that come with Meanwhile, and those in the user's own folder. Each is a Markdown file: what its model is told,
//! after a few lines that say what it is called and what it may use.

use crate::command::CommandError;
use crate::model::{
    Agent, AgentAtWork, AgentChoice, AgentProgram, AgentSource, CopyOf, UnreadAgent, is_variable,
    runs_another,
};
use crate::tool;
use std::path::{Path, PathBuf};

/// Those that come with Meanwhile.
const INSTALLED: [&str; 4] = [
    include_str!("general.md"),
    include_str!("researcher.md"),
    include_str!("reviewer.md"),
    include_str!("file-gardener.md"),
];

/// Bytes of a file that describes an agent; all of it goes before each request.
const LONGEST: u64 = 64 << 10;
/// Files of the user's folder that are read.
const MOST: usize = 200;
/// Letters of a name, and of what it is for.
const NAME: usize = 60;
const ABOUT: usize = 300;

/// All agents by name, and what was found in the user's folder that is none. One of the user's in the name of an installed one
/// takes its place.
pub fn all(folder: &Path) -> (Vec<Agent>, Vec<UnreadAgent>) {
    let installed = INSTALLED.iter().filter_map(|text| parse(text, AgentSource::Installed).ok());
    let mut agents: Vec<Agent> = installed.collect();
    let mut unread = Vec::new();
    let mut wrong = |file: &Path, why: String| {
        let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        unread.push(UnreadAgent { file, why });
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return (agents, unread) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    for file in files.into_iter().take(MOST) {
        match read(&file) {
            Ok(mut agent) => {
                match agents.iter_mut().find(|other| other.name.eq_ignore_ascii_case(&agent.name)) {
                    Some(other) if other.source == AgentSource::Installed => {
                        agent.source = AgentSource::Remixed;
                        agent.original = Some(other.instructions.clone());
                        *other = agent;
                    }
                    Some(_) => wrong(&file, format!("there is another agent {}", agent.name)),
                    None => agents.push(agent),
                }
            }
            Err(why) => wrong(&file, why),
        }
    }
    (agents, unread)
}

fn read(file: &Path) -> Result<Agent, String> {
    let found = std::fs::metadata(file).map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("it is no file".to_owned());
    }
    if found.len() > LONGEST {
        return Err(format!("it has more than {} KiB", LONGEST >> 10));
    }
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    parse(&text, AgentSource::Local)
}

fn parse(text: &str, source: AgentSource) -> Result<Agent, String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (head, instructions) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .ok_or("it does not begin with lines between two lines of ---")?;
    let mut agent = Agent {
        name: String::new(),
        about: String::new(),
        source,
        instructions: instructions.trim().to_owned(),
        tools: Vec::new(),
        servers: Vec::new(),
        model: None,
        original: None,
        program: None,
    };
    let mut variables = None;
    for line in head.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("the line \"{line}\" has no colon"))?;
        let value = value.trim();
        match key.trim() {
            "name" => agent.name = crate::model::one_line(value, NAME),
            "about" => agent.about = crate::model::one_line(value, ABOUT),
            "model" => agent.model = Some(value.to_owned()).filter(|model| !model.is_empty()),
            "tools" => {
                agent.tools =
                    value.split(',').map(|tool| tool.trim().to_owned()).filter(|t| !t.is_empty()).collect()
            }
            "servers" => {
                agent.servers =
                    value.split(',').map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect()
            }
            "program" => {
                let words = shlex::split(value).filter(|words| !words.is_empty());
                let words = words.ok_or("the line \"program\" is no command line")?;
                agent.program = Some(AgentProgram { words, variables: Vec::new() });
            }
            "variables" => variables = Some(names(value)?),
            other => {
                return Err(format!(
                    "nobody knows the line \"{other}\"; there are name, about, tools, servers, model, program and variables"
                ));
            }
        }
    }
    if agent.name.is_empty() {
        return Err("it has no name".to_owned());
    }
    match (&mut agent.program, variables) {
        (Some(_), _) if !agent.tools.is_empty() || agent.model.is_some() => {
            return Err("a program brings its own tools and its own model; take those lines out".to_owned());
        }
        (Some(program), Some(variables)) => program.variables = variables,
        (None, Some(_)) => return Err("variables are handed to a program, and it names none".to_owned()),
        _ => {}
    }
    if agent.instructions.is_empty() && agent.program.is_none() {
        return Err("it says nothing after its first lines".to_owned());
    }
    let known = tool::names();
    match agent.tools.iter().find(|tool| !known.contains(tool)) {
        Some(tool) => Err(format!("there is no tool {tool}; there are {}", known.join(", "))),
        None => Ok(agent),
    }
}

/// The names of variables.
fn names(value: &str) -> Result<Vec<String>, String> {
    let names: Vec<&str> = value.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(odd) = names.iter().find(|name| !is_variable(name)) {
        return Err(format!("{odd} is no name of a variable; their values do not belong here"));
    }
    match names.iter().find(|name| runs_another(name)) {
        Some(name) => {
            Err(format!("with the variable {name} another program could run than the one that is named"))
        }
        None => Ok(names.into_iter().map(str::to_owned).collect()),
    }
}

/// The agent that a prompt is for, as it is now, at work in its folder. `own` is where Meanwhile keeps its data.
///
/// # Errors
/// `Invalid` for one that is not there, and for a folder that cannot be worked in.
pub fn at_work(
    agents: &[Agent],
    choice: &AgentChoice,
    own: &Path,
    copy: Option<&Path>,
) -> Result<(AgentAtWork, Option<String>), CommandError> {
    let found = agents.iter().find(|agent| agent.name.eq_ignore_ascii_case(&choice.name));
    let agent = found.ok_or_else(|| {
        let names: Vec<_> = agents.iter().map(|agent| agent.name.as_str()).collect();
        CommandError::invalid(format!(
            "there is no agent {}; there are {}. Nothing was sent",
            choice.name,
            names.join(", ")
        ))
    })?;
    let folder = choice.folder.as_deref().map(|folder| usable(Path::new(folder), own)).transpose()?;
    if agent.program.is_some() && folder.is_none() {
        return Err(CommandError::invalid(format!(
            "{} is a program and works in a folder; choose one. Nothing was sent",
            agent.name
        )));
    }
    let copy_of = match (copy, &folder) {
        (Some(_), None) => {
            return Err(CommandError::invalid(
                "a copy is made of a folder; choose the folder. Nothing was sent",
            ));
        }
        (Some(_), Some(folder)) => Some(CopyOf { folder: folder.clone(), base: String::new() }),
        (None, _) => None,
    };
    let folder = copy.map(|copy| copy.to_string_lossy().into_owned()).or(folder);
    let place = match &folder {
        _ if agent.program.is_some() => String::new(),
        Some(folder) => format!(
            "You work in the folder {folder}. Paths are meant from there on, such as `src/main.rs`, and nothing outside can be \
             reached. Whatever changes something is shown to the user first and may be refused."
        ),
        None => "No folder was given to you, so you cannot look at files.".to_owned(),
    };
    let plan = match choice.plan_first {
        true => {
            " The user wants to see your plan first: look around as far as you must, then call `update_plan` with all steps and \
                 wait for the answer. Before that nothing can be changed."
        }
        false => "",
    };
    if choice.plan_first && agent.program.is_some() {
        return Err(CommandError::invalid(format!(
            "{} is a program, which shows its plan as it likes. Nothing was sent",
            agent.name
        )));
    }
    let instructions = format!("{}\n\n{place}{plan}", agent.instructions).trim().to_owned();
    let mut tools = agent.tools.clone();
    if choice.plan_first && !tools.iter().any(|tool| tool == tool::PLAN) {
        tools.push(tool::PLAN.to_owned());
    }
    let at_work = AgentAtWork {
        name: agent.name.clone(),
        instructions,
        tools,
        folder,
        copy_of,
        plan_first: choice.plan_first,
        remote: Vec::new(),
        program: agent.program.clone(),
    };
    Ok((at_work, agent.model.clone()))
}

/// A folder as an absolute path without links.
fn usable(folder: &Path, own: &Path) -> Result<String, CommandError> {
    let refused = |why: String| {
        CommandError::invalid(format!(
            "the folder {} cannot be worked in: {why}. Nothing was sent",
            folder.display()
        ))
    };
    if !folder.is_absolute() {
        return Err(refused("its whole path is needed, from the root on".to_owned()));
    }
    let whole = folder.canonicalize().map_err(|error| refused(error.to_string()))?;
    if !whole.is_dir() {
        return Err(refused("it is no folder".to_owned()));
    }
    if whole.parent().is_none() {
        return Err(refused("it is the whole computer; choose a folder in it".to_owned()));
    }
    let own = own.canonicalize().unwrap_or_else(|_| own.to_owned());
    if own.starts_with(&whole) || whole.starts_with(&own) {
        return Err(refused("Meanwhile keeps its own data there; choose another one".to_owned()));
    }
    whole.to_str().map(str::to_owned).ok_or_else(|| refused("its name is not written in Unicode".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_installed_agent_can_be_read() {
        for text in INSTALLED {
            parse(text, AgentSource::Installed).unwrap();
        }
    }

    #[test]
    fn a_file_of_ones_own_is_an_agent_or_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("mine.md", "---\r\nname: Mine\r\ntools: read_file, ask_user\r\n---\r\nBe kind.\r\n");
        write("general.md", "---\nname: general\nabout: Mine now\n---\nBe short.\n");
        write("plain.md", "Be kind.");
        write("odd.md", "---\nname: Odd\ntools: fly\n---\nFly.\n");
        write("notes.txt", "no agent");
        let (agents, unread) = all(folder.path());
        let of = |name: &str| agents.iter().find(|agent| agent.name == name).unwrap();
        assert_eq!(of("Mine").tools, ["read_file", "ask_user"]);
        assert_eq!((of("Mine").source, of("general").source), (AgentSource::Local, AgentSource::Remixed));
        assert_eq!(agents.len(), INSTALLED.len() + 1);
        let files: Vec<_> = unread.iter().map(|it| it.file.as_str()).collect();
        assert_eq!(files, ["odd.md", "plain.md"]);
        let why: Vec<_> = unread.iter().map(|it| it.why.split(';').next().unwrap()).collect();
        assert_eq!(why, ["there is no tool fly", "it does not begin with lines between two lines of ---"]);
    }

    #[test]
    fn a_program_can_be_an_agent_and_brings_its_own_tools() {
        let read = |head: &str| parse(&format!("---\nname: Mine\n{head}\n---\n"), AgentSource::Local);
        let mine = read("program: npx -y 'some agent' --acp\nvariables: KEY, OTHER_KEY").unwrap();
        let words = ["npx", "-y", "some agent", "--acp"].map(str::to_owned).to_vec();
        let variables = ["KEY", "OTHER_KEY"].map(str::to_owned).to_vec();
        assert_eq!(mine.program, Some(AgentProgram { words, variables }));
        assert_eq!(mine.program.unwrap().line(), "npx -y 'some agent' --acp");
        for (head, why) in [
            (
                "program: a\ntools: read_file",
                "a program brings its own tools and its own model; take those lines out",
            ),
            (
                "program: a\nmodel: a/b",
                "a program brings its own tools and its own model; take those lines out",
            ),
            ("program: 'a", "the line \"program\" is no command line"),
            (
                "program: a\nvariables: KEY=secret",
                "KEY=secret is no name of a variable; their values do not belong here",
            ),
            (
                "program: a\nvariables: KEY, LD_PRELOAD",
                "with the variable LD_PRELOAD another program could run than the one that is named",
            ),
            ("variables: KEY", "variables are handed to a program, and it names none"),
        ] {
            assert_eq!(read(head).unwrap_err(), why);
        }
    }

    #[test]
    fn no_agent_works_where_meanwhile_keeps_its_data() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir_all(own.join("attachments")).unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        let (agents, _) = all(folder.path());
        let choose = |place: &Path| {
            let choice = AgentChoice {
                name: "General".to_owned(),
                folder: Some(place.to_str().unwrap().to_owned()),
                plan_first: false,
                in_copy: false,
            };
            at_work(&agents, &choice, &own, None).map(|(agent, _)| agent.folder.unwrap())
        };
        for place in [folder.path(), &own, &own.join("attachments"), Path::new("/"), Path::new("work")] {
            assert!(choose(place).is_err(), "{}", place.display());
        }
        let work = folder.path().join("work");
        assert_eq!(choose(&work).unwrap(), work.canonicalize().unwrap().to_str().unwrap());
    }
}
