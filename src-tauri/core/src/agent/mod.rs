//! Agents: those that come with Meanwhile, and those in the user's own folder. Each is a Markdown file: what its model is told,
//! after a few lines that say what it is called and what it may use.

use crate::command::CommandError;
use crate::model::{Agent, AgentAtWork, AgentChoice, AgentSource};
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

/// A file that describes no agent, and why.
pub type Unread = (PathBuf, String);

/// All agents by name, and what was found in the user's folder that is none. One of the user's in the name of an installed one
/// takes its place.
pub fn all(folder: &Path) -> (Vec<Agent>, Vec<Unread>) {
    let installed = INSTALLED.iter().filter_map(|text| parse(text, AgentSource::Installed).ok());
    let mut agents: Vec<Agent> = installed.collect();
    let mut unread = Vec::new();
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
                    Some(_) => unread.push((file, format!("there is another agent {}", agent.name))),
                    None => agents.push(agent),
                }
            }
            Err(why) => unread.push((file, why)),
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
        model: None,
        original: None,
    };
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
            other => {
                return Err(format!(
                    "nobody knows the line \"{other}\"; there are name, about, tools and model"
                ));
            }
        }
    }
    if agent.name.is_empty() {
        return Err("it has no name".to_owned());
    }
    if agent.instructions.is_empty() {
        return Err("it says nothing after its first lines".to_owned());
    }
    let known = tool::names();
    match agent.tools.iter().find(|tool| !known.contains(tool)) {
        Some(tool) => Err(format!("there is no tool {tool}; there are {}", known.join(", "))),
        None => Ok(agent),
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
    let place = match &folder {
        Some(folder) => format!(
            "You work in the folder {folder}. Paths are meant from there on, such as `src/main.rs`, and nothing outside can be \
             reached. Whatever changes something is shown to the user first and may be refused."
        ),
        None => "No folder was given to you, so you cannot look at files.".to_owned(),
    };
    let instructions = format!("{}\n\n{place}", agent.instructions);
    let at_work = AgentAtWork { name: agent.name.clone(), instructions, tools: agent.tools.clone(), folder };
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
        let why: Vec<_> = unread.iter().map(|(_, why)| why.split(';').next().unwrap()).collect();
        assert_eq!(why, ["there is no tool fly", "it does not begin with lines between two lines of ---"]);
    }

    #[test]
    fn no_agent_works_where_meanwhile_keeps_its_data() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir_all(own.join("attachments")).unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        let (agents, _) = all(folder.path());
        let choose = |place: &Path| {
            let choice =
                AgentChoice { name: "General".to_owned(), folder: Some(place.to_str().unwrap().to_owned()) };
            at_work(&agents, &choice, &own).map(|(agent, _)| agent.folder.unwrap())
        };
        for place in [folder.path(), &own, &own.join("attachments"), Path::new("/"), Path::new("work")] {
            assert!(choose(place).is_err(), "{}", place.display());
        }
        let work = folder.path().join("work");
        assert_eq!(choose(&work).unwrap(), work.canonicalize().unwrap().to_str().unwrap());
    }
}
