//! What the user's standing rules say about a call. Pure: no wins over every yes.

use super::{TaskId, Timestamp};

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number.
    pub id: i64,
    /// The tool it is about.
    pub tool: String,
    /// The folder it is about; for a tool of a server, where that is.
    pub folder: String,
    /// All that a server said of its tool when it was allowed; `None` for a tool of ours, and for a no, which holds whatever it says.
    pub definition: Option<String>,
    /// The exact arguments it is about, or the host of pages; `None` for any.
    pub arguments: Option<String>,
    /// The only task it is for; `None` for all.
    pub task: Option<TaskId>,
    /// It does not count after this.
    pub expires_at: Timestamp,
    /// It says no.
    pub denies: bool,
}

/// What is about to happen.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The tool.
    pub tool: &'a str,
    /// Where.
    pub folder: &'a str,
    /// What a server says of its tool now.
    pub definition: Option<&'a str>,
    /// With what; for a page its host.
    pub arguments: &'a str,
    /// For which task.
    pub task: &'a TaskId,
    /// A standing yes is not enough for it.
    pub asks_each_time: bool,
    /// When.
    pub now: Timestamp,
}

/// What the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It is not to happen.
    Denied(&'a Rule),
    /// It may happen.
    Allowed(&'a Rule),
    /// Nothing: the user is asked.
    Unsaid,
}

impl Rule {
    fn is_about(&self, act: &Act<'_>) -> bool {
        self.tool == act.tool
            && self.folder == act.folder
            && (self.definition.as_deref() == act.definition || (self.denies && self.definition.is_none()))
            && self.arguments.as_deref().is_none_or(|arguments| arguments == act.arguments)
            && self.task.as_ref().is_none_or(|task| task == act.task)
            && self.expires_at >= act.now
    }
}

/// What these rules say about an act.
pub fn verdict<'a>(rules: &'a [Rule], act: &Act<'_>) -> Verdict<'a> {
    let about = || rules.iter().filter(|rule| rule.is_about(act));
    if let Some(no) = about().find(|rule| rule.denies) {
        return Verdict::Denied(no);
    }
    match about().next() {
        Some(yes) if !act.asks_each_time => Verdict::Allowed(yes),
        _ => Verdict::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule() -> impl Strategy<Value = Rule> {
        let word = || prop::sample::select(vec!["a", "b"]);
        let arguments = prop::option::of(word());
        let task = prop::option::of(word());
        let definition = prop::option::of(Just("a"));
        (word(), word(), definition, arguments, task, 0i64..4, any::<bool>()).prop_map(
            |(tool, folder, definition, arguments, task, expires_at, denies)| Rule {
                id: 0,
                tool: tool.to_owned(),
                folder: folder.to_owned(),
                definition: definition.map(str::to_owned),
                arguments: arguments.map(str::to_owned),
                task: task.map(|task| TaskId::from_text(task.to_owned())),
                expires_at: Timestamp::from_ms(expires_at),
                denies,
            },
        )
    }

    /// Every act of the same small world.
    fn acts() -> Vec<(Rule, bool)> {
        let mut all = Vec::new();
        for bits in 0..64u8 {
            let word = |bit: u8| if bits >> bit & 1 == 0 { "a" } else { "b" };
            for now in 0..4 {
                let act = Rule {
                    id: 0,
                    tool: word(0).to_owned(),
                    folder: word(1).to_owned(),
                    definition: (bits >> 5 & 1 == 1).then(|| "a".to_owned()),
                    arguments: Some(word(2).to_owned()),
                    task: Some(TaskId::from_text(word(3).to_owned())),
                    expires_at: Timestamp::from_ms(now),
                    denies: false,
                };
                all.push((act, bits >> 4 & 1 == 1));
            }
        }
        all
    }

    fn judge<'a>(rules: &'a [Rule], (act, asks_each_time): &(Rule, bool)) -> Verdict<'a> {
        let act = Act {
            tool: &act.tool,
            folder: &act.folder,
            definition: act.definition.as_deref(),
            arguments: act.arguments.as_deref().unwrap(),
            task: act.task.as_ref().unwrap(),
            asks_each_time: *asks_each_time,
            now: act.expires_at,
        };
        verdict(rules, &act)
    }

    proptest! {
        // F59
        #[test]
        fn one_more_no_never_allows_more(rules in prop::collection::vec(rule(), 0..8), no in rule(), at in 0usize..9) {
            let mut more = rules.clone();
            more.insert(at.min(rules.len()), Rule { denies: true, ..no });
            for act in acts() {
                let (before, after) = (judge(&rules, &act), judge(&more, &act));
                if matches!(after, Verdict::Allowed(_)) {
                    prop_assert!(matches!(before, Verdict::Allowed(_)), "{act:?}");
                }
                if matches!(before, Verdict::Denied(_)) {
                    prop_assert!(matches!(after, Verdict::Denied(_)), "{act:?}");
                }
            }
        }

        // F59
        #[test]
        fn what_is_allowed_has_a_yes_and_no_no(rules in prop::collection::vec(rule(), 0..8)) {
            for act in acts() {
                let about: Vec<_> = rules.iter().filter(|rule| matches!(judge(&[(*rule).clone()], &act), Verdict::Allowed(_) | Verdict::Denied(_))).collect();
                let is_allowed = matches!(judge(&rules, &act), Verdict::Allowed(_));
                prop_assert_eq!(is_allowed, !act.1 && !about.is_empty() && about.iter().all(|rule| !rule.denies));
            }
        }
    }
}
