//! What is sent to a channel, in its own form. Pure: outcomes in, one message out.

use crate::model::{
    ChannelPlace, ConversationId, Delivery, DeliveryState, Notice, NoticeEvent, Outcome, TaskId, TaskState,
    Timestamp, compose_several, hidden_title,
};
use crate::store::Due;
use serde_json::{Value, json};

/// Bytes of answers in one mail.
const MAIL: usize = 64 << 10;
/// Bytes of a text for Slack, which cuts a block of text at 3,000 characters.
const SLACK: usize = 3_000;
/// Bytes of a text for ntfy, which makes a file of what is longer than 4,096.
const NTFY: usize = 3_500;
/// Bytes of an answer for a program, which can ask for the whole.
const WEBHOOK: usize = 8 << 10;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A mail.
    Mail {
        /// One line.
        subject: String,
        /// Plain text.
        body: String,
    },
    /// A request.
    Json(Value),
}

impl Message {
    /// All of it as its user sees it beforehand.
    pub fn preview(&self) -> String {
        match self {
            Self::Mail { subject, body } => format!("Subject: {subject}\n\n{body}"),
            Self::Json(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
        }
    }
}

/// The outcomes as one message for such a place. `is_private` leaves out everything but that something happened.
pub fn compose(place: &ChannelPlace, due: &[Due], is_private: bool) -> Message {
    let notices: Vec<Notice> = due.iter().map(|one| one.delivery.notice.clone()).collect();
    let title = match notices.as_slice() {
        [one] if is_private => hidden_title(one.outcome).to_owned(),
        [one] => one.title.clone(),
        several => compose_several(several).0,
    };
    let text = |most: usize, escape: fn(&str) -> String| -> String {
        if is_private {
            return String::new();
        }
        let share = most / due.len().max(1);
        let part = |one: &Due| match due {
            [_] => said(one, share, escape),
            _ => format!(
                "{}\n{}",
                escape(&one.delivery.notice.title),
                said(one, share.saturating_sub(200), escape)
            ),
        };
        due.iter().map(part).collect::<Vec<_>>().join("\n\n")
    };
    match place {
        ChannelPlace::Email { .. } => Message::Mail { subject: title, body: text(MAIL, plain) + FOOT },
        ChannelPlace::Slack { .. } => {
            let body = text(SLACK, slack);
            let whole = format!("*{}*\n{body}", slack(&title));
            Message::Json(json!({
                "text": whole.trim_end(), "unfurl_links": false, "unfurl_media": false, "link_names": 0,
            }))
        }
        ChannelPlace::Ntfy { topic, .. } => {
            let asks = due
                .iter()
                .any(|one| matches!(one.delivery.notice.outcome, Outcome::Failed | Outcome::NeedsYou));
            let tag = due.first().map_or("bell", |one| tag(one.delivery.notice.outcome));
            let body = text(NTFY, str::to_owned);
            // An empty message would be shown as "triggered".
            let message = if body.is_empty() { "Look into Meanwhile." } else { &body };
            Message::Json(json!({
                "topic": topic, "title": title, "message": message, "priority": if asks { 4 } else { 3 }, "tags": [tag],
            }))
        }
        ChannelPlace::Webhook { .. } => match due {
            [one] => Message::Json(event(one, &title, is_private)),
            several => Message::Json(several.iter().map(|one| event(one, &title, is_private)).collect()),
        },
    }
}

/// What a test sends. It says so, and is made like any other.
pub fn sample(at: Timestamp) -> Due {
    let task_id = TaskId::from_text("tsk_test");
    let text = "This is a test from Meanwhile. When a task is done, its answer comes here. If you can read this, \
                say in the settings that it arrived.";
    Due {
        delivery: Delivery {
            id: 0,
            task_id: task_id.clone(),
            created_seq: 0,
            state: DeliveryState::Claimed,
            event: Some(NoticeEvent::Done),
            notice: Notice {
                task_id,
                conversation_id: ConversationId::from_text("cnv_test"),
                outcome: Outcome::Done,
                title: "Done: A test".to_owned(),
                body: text.to_owned(),
                at,
            },
        },
        title: "A test".to_owned(),
        state: TaskState::Completed,
        cost_usd: None,
        text: text.to_owned(),
        more: 0,
    }
}

/// At the end of each mail.
const FOOT: &str =
    "\n\n-- \nSent by Meanwhile on your computer. What it sends, and when, is in its settings.\n";

/// For a program.
fn event(one: &Due, title: &str, is_private: bool) -> Value {
    let whole = if one.text.is_empty() { one.delivery.notice.body.as_str() } else { one.text.as_str() };
    let kept = first_sentences(whole, WEBHOOK);
    json!({
        "event": one.delivery.event,
        "task_id": one.delivery.task_id,
        "state": one.state,
        "title": if is_private { title } else { one.title.as_str() },
        "text": (!is_private).then_some(kept),
        "text_is_cut": !is_private && (kept.len() < whole.len() || one.more > 0),
        "cost_usd": one.cost_usd,
        "at": one.delivery.notice.at,
    })
}

/// What came of one task: its answer as far as it fits, else the line of its notice.
fn said(one: &Due, most: usize, escape: fn(&str) -> String) -> String {
    let whole = one.text.trim();
    if whole.is_empty() {
        return escape(&one.delivery.notice.body);
    }
    let kept = first_sentences(whole, most.saturating_sub(160));
    if kept.len() == whole.len() && one.more == 0 {
        return escape(whole);
    }
    let left = whole.len() - kept.len() + one.more;
    format!("{}\n\n[{} more are in Meanwhile, in the chat of this task.]", escape(kept), size(left))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        _ => format!("{} KiB", bytes.div_ceil(1_024)),
    }
}

/// The beginning of a text up to the last sentence or line that ends within so many bytes.
fn first_sentences(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let fits = &text[..text.floor_char_boundary(most)];
    let ends = [fits.rfind(". "), fits.rfind('\n'), fits.rfind("? "), fits.rfind("! ")];
    let end =
        ends.into_iter().flatten().max().filter(|end| *end > most / 2).map_or(fits.len(), |end| end + 1);
    fits[..end].trim_end()
}

/// Slack reads these three as marks, which could call everybody of a channel. Source: its page on formatting. What speaks like
/// it calls people by an `@` alone, which a joiner that nobody sees keeps from being read so.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "@\u{200d}")
}

/// Lines end alike, and what steers a terminal or a reader of mail is a sign that can be seen.
fn plain(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let seen = |c: char| match c {
        '\n' | '\t' => c,
        // The pictures of these stand in their order.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if c.is_control() => '\u{fffd}',
        _ => c,
    };
    lines.chars().map(seen).collect()
}

/// The sign in front of a message of ntfy, by the names of its own list.
fn tag(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "white_check_mark",
        Outcome::Failed => "x",
        Outcome::NeedsYou => "raised_hand",
        Outcome::Nearly | Outcome::Halfway | Outcome::Says | Outcome::Cancelled => "hourglass_flowing_sand",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slack_place() -> ChannelPlace {
        ChannelPlace::Slack { host: "hooks.slack.com".to_owned() }
    }

    fn mail_place() -> ChannelPlace {
        ChannelPlace::Email {
            host: "mail.example.com".to_owned(),
            port: 465,
            security: crate::model::MailSecurity::Tls,
            user: None,
            from: "me@example.com".to_owned(),
            to: "me@example.com".to_owned(),
        }
    }

    fn done(title: &str, text: &str) -> Due {
        let mut due = sample(Timestamp::from_ms(0));
        due.title = title.to_owned();
        due.delivery.notice.title = format!("Done: {title}");
        due.text = text.to_owned();
        due
    }

    fn places() -> [ChannelPlace; 4] {
        let ntfy = ChannelPlace::Ntfy { server: "https://ntfy.sh".to_owned(), topic: "mine".to_owned() };
        [mail_place(), slack_place(), ntfy, ChannelPlace::Webhook { host: "example.com".to_owned() }]
    }

    #[test]
    fn a_long_answer_is_whole_in_a_mail_up_to_its_limit_which_says_what_was_cut() {
        let whole = "A sentence of thirty bytes ok. ".repeat(2_000);
        let Message::Mail { body, .. } = compose(&mail_place(), &[done("Long", &whole)], false) else {
            panic!()
        };
        assert!(body.starts_with(whole.trim()), "62,000 bytes fit");
        let longer = whole.repeat(2);
        let Message::Mail { body, .. } = compose(&mail_place(), &[done("Long", &longer)], false) else {
            panic!()
        };
        assert!(body.len() <= MAIL + FOOT.len());
        assert!(
            body.contains("ok.\n\n[58 KiB more are in Meanwhile, in the chat of this task.]"),
            "cut after a sentence"
        );
    }

    #[test]
    fn short_messages_keep_within_the_limits_of_their_channels() {
        let long = "Ein Satz mit Umlauten: öäü. ".repeat(4_000);
        for place in places() {
            let Message::Json(value) = compose(&place, &[done("Long", &long)], false) else { continue };
            let most = if matches!(place, ChannelPlace::Webhook { .. }) { WEBHOOK } else { 3_600 };
            for text in ["text", "message"].iter().filter_map(|name| value[name].as_str()) {
                assert!(text.len() <= most && text.len() > most / 2, "{place:?}: {} bytes", text.len());
            }
        }
    }

    #[test]
    fn a_private_message_says_that_something_happened_and_nothing_else_on_every_channel() {
        for place in places() {
            let one = compose(&place, &[done("Canary title", "canary text")], true).preview();
            let two = compose(&place, &[done("Canary title", "canary text"), done("Canary", "canary")], true)
                .preview();
            for shown in [one, two] {
                assert!(!shown.to_lowercase().contains("canary"), "{shown}");
                assert!(shown.contains("done"), "{shown}");
            }
        }
    }

    #[test]
    fn text_of_a_model_calls_nobody_in_slack() {
        let Message::Json(value) =
            compose(&slack_place(), &[done("<!here> & all", "<!channel> done, @channel @everyone")], false)
        else {
            panic!()
        };
        assert_eq!(
            value["text"],
            "*Done: &lt;!here&gt; &amp; all*\n&lt;!channel&gt; done, @\u{200d}channel @\u{200d}everyone"
        );
        let quiet = (&value["unfurl_links"], &value["unfurl_media"], &value["link_names"]);
        assert_eq!(quiet, (&json!(false), &json!(false), &json!(0)), "no link is opened, no name is called");
    }

    #[test]
    fn what_steers_a_reader_is_seen_in_a_mail_and_every_line_ends_alike() {
        let steers = done("Lines", "one\rtwo\r\nthree\u{1b}[2J\u{85}\tfour");
        let Message::Mail { body, .. } = compose(&mail_place(), &[steers], false) else { panic!() };
        assert!(body.starts_with("one\ntwo\nthree\u{241b}[2J\u{fffd}\tfour"), "{body:?}");
    }

    #[test]
    fn what_was_not_read_of_an_answer_counts_as_cut() {
        let long = Due { more: 2_048, ..done("Long", "Short enough.") };
        let Message::Mail { body, .. } = compose(&mail_place(), std::slice::from_ref(&long), false) else {
            panic!()
        };
        assert!(body.starts_with("Short enough.\n\n[2 KiB more are in Meanwhile"), "{body}");
        let hook = ChannelPlace::Webhook { host: "example.com".to_owned() };
        let Message::Json(value) = compose(&hook, &[long], false) else { panic!() };
        assert_eq!(value["text_is_cut"], true);
    }

    #[test]
    fn several_outcomes_are_one_message_with_each_of_them_in_it() {
        let all = [done("Tides", "High at six."), done("Rain", "None.")];
        let Message::Mail { subject, body } = compose(&mail_place(), &all, false) else { panic!() };
        assert_eq!(subject, "2 tasks are done");
        assert!(body.starts_with("Done: Tides\nHigh at six.\n\nDone: Rain\nNone."), "{body}");
    }
}
