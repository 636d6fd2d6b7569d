//! What leads to each step. A word of the model server says how it answers: `c6` in six pieces, `hold4` waits before the
//! fifth, `e401x1` refuses the key once.

use crate::life::Life;

/// Goes on until the program dies; `None` is its death, which is how each of these ends.
pub async fn play(step: &str, life: &mut Life) -> Option<()> {
    match step {
        "new>queued"
        | "queued>running"
        | "running>completed"
        | "delivery pending>claimed"
        | "delivery claimed>delivered" => {
            let task = life.ask("c6").await?;
            life.until(task, "completed").await
        }
        "text" => {
            // Slow enough for several commits.
            let task = life.ask("c12-r100").await?;
            life.until(task, "completed").await
        }
        "running>queued" => {
            let task = life.ask("c6-e500x1").await?;
            life.until(task, "completed").await
        }
        "running>failed" => {
            let task = life.ask("c6-e400").await?;
            life.until(task, "failed").await
        }
        "waiting>completed" => {
            let task = life.watch("cut3").await?;
            life.until(task, "waiting").await?;
            life.tell(task, "finish").await?;
            life.until(task, "completed").await
        }
        "running>waiting" => {
            let task = life.ask("c6-e401x1").await?;
            life.until(task, "waiting").await
        }
        "queued>waiting" => {
            life.places(1).await;
            let first = life.ask("c8-hold4").await?;
            life.until_text(first).await?;
            let refused = life.ask("c6-e401x1").await?;
            let held_back = life.ask("c5").await?;
            life.server.release();
            life.until(refused, "waiting").await?;
            life.until(held_back, "waiting").await
        }
        "running>paused" | "pause asked" => {
            let task = at_work(life).await?;
            life.tell(task, "pause").await?;
            life.until(task, "paused").await
        }
        "running>cancelled" | "cancel asked" => {
            let task = at_work(life).await?;
            life.tell(task, "stop").await?;
            life.until(task, "cancelled").await
        }
        "queued>paused" => {
            let task = queued(life).await?;
            life.tell(task, "pause").await
        }
        "queued>cancelled" => {
            let task = queued(life).await?;
            life.tell(task, "stop").await
        }
        "paused>queued" => {
            let task = paused(life).await?;
            life.tell(task, "resume").await
        }
        "paused>cancelled" => {
            let task = paused(life).await?;
            life.tell(task, "stop").await
        }
        "waiting>queued" => {
            let task = waiting(life).await?;
            life.tell(task, "resume").await
        }
        "waiting>paused" => {
            let task = waiting(life).await?;
            life.tell(task, "pause").await
        }
        "waiting>cancelled" => {
            let task = waiting(life).await?;
            life.tell(task, "stop").await
        }
        other => panic!("{other} is legal and no story leads to it: write one"),
    }
}

/// Whether the moment is in the recovery.
pub fn is_left_by_a_dead_run(story: &str) -> bool {
    story.ends_with("was cut")
}

/// Leaves what the recovery finds.
pub async fn leave(story: &str, life: &mut Life) {
    match story {
        "background work was cut" => {
            life.start("nothing:before").await;
            at_work(life).await.expect("it works");
            life.kill().await;
        }
        "a watched answer was cut" => {
            life.start("nothing:before").await;
            let task = life.watch("c8-hold4").await.expect("it answers");
            life.until_text(task).await.expect("it works");
            life.kill().await;
        }
        "a stop was cut" => die_at("cancel asked", "after", life).await,
        "a delivery was cut" => die_at("delivery claimed>delivered", "before", life).await,
        other => panic!("nothing is known of {other}"),
    }
}

async fn die_at(step: &str, when: &str, life: &mut Life) {
    let point = format!("{step}:{when}");
    life.start(&point).await;
    let _ = play(step, life).await;
    life.has_died(&point).await;
}

/// Half an answer was shown, and the other half waits.
async fn at_work(life: &mut Life) -> Option<usize> {
    let task = life.ask("c8-hold4").await?;
    life.until_text(task).await?;
    Some(task)
}

/// Behind one that has the only place.
async fn queued(life: &mut Life) -> Option<usize> {
    life.places(1).await;
    at_work(life).await?;
    life.ask("c6").await
}

async fn paused(life: &mut Life) -> Option<usize> {
    let task = queued(life).await?;
    life.tell(task, "pause").await?;
    Some(task)
}

async fn waiting(life: &mut Life) -> Option<usize> {
    let task = life.ask("c6-e401x1").await?;
    life.until(task, "waiting").await?;
    Some(task)
}
