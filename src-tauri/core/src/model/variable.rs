//! Variables that a program gets from us.

/// Whether it is the name of a variable.
pub fn is_variable(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 100
}

/// Whether a program with this variable may run something else than what its user was shown: the loader, a shell, git or a
/// language begins with what it names.
pub fn runs_another(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    STARTS.iter().any(|start| name.starts_with(start)) || NAMES.contains(&name.as_str())
}

const STARTS: [&str; 3] = ["LD_", "DYLD_", "GIT_"];
const NAMES: [&str; 15] = [
    "BASH_ENV",
    "ENV",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "RUBYLIB",
    "RUBYOPT",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_another_program_run_is_told_from_a_key() {
        for name in
            ["LD_PRELOAD", "ld_audit", "DYLD_INSERT_LIBRARIES", "GIT_SSH_COMMAND", "PATH", "Path", "BASH_ENV"]
        {
            assert!(runs_another(name), "{name}");
        }
        for name in ["GITHUB_TOKEN", "ANTHROPIC_API_KEY", "OLD_PATH", "ENVIRONMENT", "PYTHONUTF8"] {
            assert!(!runs_another(name), "{name}");
        }
    }
}
