//! What the practice model says.

/// The models of the practice provider.
pub const PRACTICE_MODELS: [&str; 3] = ["tour", "long-task", "quick"];

/// Every answer begins with this, so that nobody takes it for a real one.
pub const PRACTICE_LABEL: &str = "Practice model: sample text, not a real answer.";

const TOUR: &str = include_str!("practice_text/tour.md");
/// As much of the prompt as `quick` gives back, in characters.
const ECHO_CHARS: usize = 60;

const LONG_TASK: [(&str, &str); 12] = [
    ("Reading the question", "Nothing is sent anywhere; this model lives inside the app."),
    ("Making a plan", "The steps are fixed, so two runs give the same text."),
    ("Collecting notes", "You may send this to the background now, if it is not there yet."),
    ("Sorting the notes", "The count above moves in the task list as well."),
    ("Writing a first half", "Every piece is on disk before it is on the screen."),
    ("Looking at the clock", "About half of the time has passed."),
    ("Writing a second half", "You may close the window; the work goes on without it."),
    ("Comparing both halves", "Opening the window again shows what was written meanwhile."),
    ("Removing what is not needed", "Stop would keep everything up to here."),
    ("Reading it once more", "A real model would be thinking now. This one only waits."),
    ("Adding a summary", "You will be told once, when all of it is there."),
    ("Finishing", "The result waits under Tasks and in its conversation."),
];

/// The whole answer of a practice model; `None` for a name that is not one.
pub(crate) fn answer(model: &str, prompt: &str) -> Option<String> {
    match model {
        "tour" => Some(format!("*{PRACTICE_LABEL}*\n\n{TOUR}")),
        "long-task" => Some(long_task()),
        "quick" => Some(quick(prompt)),
        _ => None,
    }
}

fn long_task() -> String {
    let steps = LONG_TASK.len();
    let mut text = format!("*{PRACTICE_LABEL}*\n\n");
    for (at, (title, remark)) in LONG_TASK.iter().enumerate() {
        text += &format!("**Step {} of {steps}: {title}.** {remark}\n\n", at + 1);
    }
    text + "Done. All steps were made without a model and without the network.\n"
}

fn quick(prompt: &str) -> String {
    let words = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = match words.char_indices().nth(ECHO_CHARS) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    };
    format!("{PRACTICE_LABEL} Your prompt began \u{201c}{quoted}\u{201d}.\n")
}
