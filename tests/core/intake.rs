//! A prompt is accepted once, and a bad one is refused with words.

use meanwhile_core::model::{ConversationId, Lane, Origin, TaskState};
use meanwhile_core::{ErrorCode, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{hang, refuse, stop, text};

fn keyed(key: &str) -> SendMessage {
    SendMessage { idempotency_key: Some(key.to_owned()), ..prompt("m", Lane::Background) }
}

// F68
#[tokio::test]
async fn the_same_key_gives_the_same_task_however_often_it_comes() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let sends = (0..100).map(|_| app.core.send_message(keyed("k")));
    let sent: Vec<_> =
        futures_util::future::join_all(sends).await.into_iter().map(|sent| sent.unwrap()).collect();
    assert_eq!(sent.iter().filter(|s| s.is_new).count(), 1);
    assert!(sent.iter().all(|s| s.task.id == sent[0].task.id));
    app.until_told(&sent[0].task.id).await;
    assert_eq!(app.server.requests().len(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_prompt_is_refused() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    app.core.send_message(keyed("k")).await.unwrap();
    let other = SendMessage { text: "Something else".to_owned(), ..keyed("k") };
    assert_eq!(code(app.core.send_message(other).await), ErrorCode::Conflict);
    assert_eq!(app.core.conversations().await.unwrap().len(), 1, "nothing of it was kept");
}

#[tokio::test]
async fn an_unknown_conversation_is_named() {
    let app = Harness::start().await;
    let id = ConversationId::from_text("cnv_nowhere");
    let message = SendMessage { conversation_id: Some(id), ..prompt("m", Lane::Interactive) };
    let error = app.core.send_message(message).await.unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::NotFound, "there is no conversation cnv_nowhere")
    );
}

#[tokio::test]
async fn a_prompt_without_any_model_says_what_to_do() {
    let app = Harness::start().await;
    let message = SendMessage { model: None, ..prompt("m", Lane::Interactive) };
    let error = app.core.send_message(message).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NoModel);
    assert_eq!(
        error.message,
        "no model is set up yet. Your prompt is kept; choose a model, then send it again"
    );
}

#[tokio::test]
async fn an_empty_prompt_is_refused_and_one_of_a_mebibyte_is_not() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let empty = SendMessage { text: " \n ".to_owned(), ..prompt("m", Lane::Interactive) };
    assert_eq!(code(app.core.send_message(empty).await), ErrorCode::Invalid);
    let large = SendMessage { text: "x".repeat(1 << 20), ..prompt("m", Lane::Background) };
    let task = app.core.send_message(large).await.unwrap().task;
    app.until_told(&task.id).await;
    assert_eq!(app.server.requests()[0].body["messages"][0]["content"].as_str().unwrap().len(), 1 << 20);
}

#[tokio::test]
async fn a_prompt_of_more_than_four_mebibytes_is_refused() {
    let app = Harness::start().await;
    let huge = SendMessage { text: "x".repeat((4 << 20) + 1), ..prompt("m", Lane::Background) };
    let error = app.core.send_message(huge).await.unwrap_err();
    assert_eq!(error.message, "the prompt has 4 MiB and the limit is 4 MiB; nothing was sent");
}

#[tokio::test]
async fn a_model_of_an_unknown_provider_is_refused_before_anything_is_stored() {
    let app = Harness::start().await;
    let message = SendMessage { model: Some("nowhere/m".to_owned()), ..prompt("m", Lane::Interactive) };
    let error = app.core.send_message(message).await.unwrap_err();
    assert_eq!(error.message, "there is no provider called nowhere; add it first");
    assert_eq!(app.core.conversations().await.unwrap(), []);
}

#[tokio::test]
async fn the_way_back_is_fixed_before_the_work_starts() {
    use meanwhile_core::model::{Origin, Surface};
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    assert_eq!(task.ownership.origin, Origin::Window);
    assert_eq!(task.ownership.end, Surface::Conversation(task.conversation_id.clone()));
    assert_eq!(task.ownership.work, Surface::Task(task.id.clone()));
}

#[tokio::test]
async fn a_conversation_in_the_trash_takes_no_new_work() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    let message =
        SendMessage { conversation_id: Some(task.conversation_id.clone()), ..prompt("m", Lane::Background) };
    let error = app.core.send_message(message).await.unwrap_err();
    assert_eq!(error.message, "this conversation is in the trash; restore it first");
    assert_eq!(app.server.requests().len(), 1);
}

#[tokio::test]
async fn a_provider_is_found_however_its_name_is_written() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let message = SendMessage { model: Some("SIM/m".to_owned()), ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    assert_eq!(task.model, "sim/m", "kept in the provider's own spelling");
    app.until_told(&task.id).await;
}

#[tokio::test]
async fn pressing_retry_twice_asks_once() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![refuse(400, &[], "no")], vec![hang()]]);
    let failed = app.send("m", Lane::Background).await;
    app.until_state(&failed.id, TaskState::Failed).await;
    let retry = || app.core.retry_task(&failed.id, Lane::Background, Origin::Window, None);
    let (first, second) = tokio::join!(retry(), retry());
    assert_eq!(first.unwrap().task.id, second.unwrap().task.id);
    app.assert_healthy().await;
}
