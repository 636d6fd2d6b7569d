//! Branches of a conversation. An edited prompt begins one: what stood before it is shared, what stood after it stays in its own.
//! A conversation that was never edited has no rows here, and none are read for it.

use super::tx::Tx;
use super::{Store, StoreError, conversation, row, system, task};
use crate::model::{ConversationId, PutForward, Stretch, Task, TaskId, Turn, Version};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The branch that every conversation begins with.
pub const FIRST: u32 = 0;

/// Begins a branch with another version of the prompt that stands there; gives its number. It was not shown yet.
pub fn begin(tx: &mut Tx<'_>, id: &ConversationId, branch: u32, turn: u32) -> Result<u32, StoreError> {
    // Both found by their place: a chat may have been edited ten thousand times.
    let query = "SELECT parent FROM branch WHERE conversation_id = ?1 AND number = ?2 AND turn = ?3";
    let left =
        row::all(tx.sql, query, params![id.as_str(), branch, turn], |r| Ok(r.get::<_, Option<u32>>(0)?))?;
    let parent = left.into_iter().next().flatten().unwrap_or(branch);
    let query = "SELECT COALESCE(MAX(number), 0) + 1 AS number FROM branch WHERE conversation_id = ?1";
    let number = tx.sql.prepare_cached(query)?.query_row([id.as_str()], |r| row::count(r, "number"))?;
    let mut insert = tx.sql.prepare_cached(
        "INSERT INTO branch (conversation_id, number, parent, turn, shown_seq) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    if number == 1 {
        let seq = tx.next_seq();
        insert.execute(params![id.as_str(), FIRST, None::<u32>, 1, seq])?;
    }
    insert.execute(params![id.as_str(), number, parent, turn, 0])?;
    Ok(number)
}

/// Shows a branch and goes on with it.
pub fn show(tx: &mut Tx<'_>, id: &ConversationId, branch: u32) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached("UPDATE branch SET shown_seq = ?3 WHERE conversation_id = ?1 AND number = ?2")?
        .execute(params![id.as_str(), branch, seq])?;
    tx.sql
        .prepare_cached(
            "UPDATE conversation SET branch = ?2, shown_seq = ?3, changed_seq = ?3 WHERE id = ?1",
        )?
        .execute(params![id.as_str(), branch, seq])?;
    Ok(())
}

/// Where the turns of a branch stand, from the first turn on. It reads as many rows as there are branches on the way.
pub fn path(sql: &Connection, id: &ConversationId, branch: u32) -> Result<Vec<Stretch>, StoreError> {
    let first = Stretch { branch: FIRST, from: 1 };
    if branch == FIRST {
        return Ok(vec![first]);
    }
    let mut path = row::all(
        sql,
        "WITH RECURSIVE up (number, parent, turn) AS (
           SELECT number, parent, turn FROM branch WHERE conversation_id = ?1 AND number = ?2
           UNION ALL
           SELECT b.number, b.parent, b.turn FROM up JOIN branch b ON b.conversation_id = ?1 AND b.number = up.parent)
         SELECT number, turn FROM up ORDER BY number DESC",
        params![id.as_str(), branch],
        |r| Ok(Stretch { branch: row::count(r, "number")?, from: row::count(r, "turn")? }),
    )?;
    // What left the first branch at its first turn shares nothing with it.
    path.dedup_by_key(|stretch| stretch.from);
    path.reverse();
    Ok(path)
}

/// The parts of a path that these turns stand in, in order.
pub fn stretches(path: &[Stretch], turns: RangeInclusive<u32>) -> Vec<(u32, RangeInclusive<u32>)> {
    let ends = path.iter().skip(1).map(|next| next.from.saturating_sub(1)).chain([u32::MAX]);
    path.iter()
        .zip(ends)
        .map(|(stretch, end)| (stretch.branch, stretch.from.max(*turns.start())..=end.min(*turns.end())))
        .filter(|(_, turns)| !turns.is_empty())
        .collect()
}

/// All branches of one conversation, in the order in which they were begun.
pub struct Branches(Vec<Branch>);

struct Branch {
    number: u32,
    parent: Option<u32>,
    turn: u32,
    shown_seq: i64,
}

impl Branches {
    pub fn all(sql: &Connection, id: &ConversationId) -> Result<Self, StoreError> {
        let query =
            "SELECT number, parent, turn, shown_seq FROM branch WHERE conversation_id = ?1 ORDER BY number";
        let branch = |r: &Row<'_>| {
            Ok(Branch {
                number: row::count(r, "number")?,
                parent: r.get("parent")?,
                turn: row::count(r, "turn")?,
                shown_seq: r.get("shown_seq")?,
            })
        };
        Ok(Self(row::all(sql, query, [id.as_str()], branch)?))
    }

    /// The branch that all versions of a prompt have in common: it holds one of them, and the others left it there.
    fn base(&self, branch: u32, turn: u32) -> u32 {
        let own = self.0.iter().find(|one| one.number == branch && one.turn == turn);
        own.and_then(|one| one.parent).unwrap_or(branch)
    }

    /// The branches in which the versions of a prompt stand.
    fn versions(&self, branch: u32, turn: u32) -> Vec<u32> {
        let base = self.base(branch, turn);
        let left = self.0.iter().filter(|one| one.parent == Some(base) && one.turn == turn);
        [base].into_iter().chain(left.map(|one| one.number)).collect()
    }

    /// The branches that go on from this prompt, its own among them.
    fn through(&self, branch: u32, turn: u32) -> BTreeSet<u32> {
        let mut through = BTreeSet::from([branch]);
        for one in &self.0 {
            let Some(parent) = one.parent else { continue };
            if through.contains(&parent) && (parent != branch || one.turn > turn) {
                through.insert(one.number);
            }
        }
        through
    }

    /// Of the branches that go on from this prompt the one that was shown last.
    fn last_shown(&self, branch: u32, turn: u32) -> u32 {
        let through = self.through(branch, turn);
        let of_them = self.0.iter().filter(|one| through.contains(&one.number));
        of_them.max_by_key(|one| (one.shown_seq, one.number)).map_or(branch, |one| one.number)
    }

    /// The versions of a prompt, oldest first; empty when there is only one.
    pub fn versions_of(
        &self,
        sql: &Connection,
        id: &ConversationId,
        branch: u32,
        turn: u32,
    ) -> Result<Vec<Version>, StoreError> {
        let branches = self.versions(branch, turn);
        if branches.len() < 2 {
            return Ok(Vec::new());
        }
        let query = "SELECT id, MIN(number) OVER () AS first FROM task
           WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3 ORDER BY shown_seq DESC, number LIMIT 1";
        let mut versions = Vec::new();
        for branch in branches {
            let found = row::all(sql, query, params![id.as_str(), branch, turn], |r| {
                Ok((r.get::<_, i64>("first")?, TaskId::from_text(r.get::<_, String>("id")?)))
            })?;
            if let Some((first, task_id)) = found.into_iter().next() {
                let branches = self.through(branch, turn).into_iter().collect();
                versions.push((first, Version { task_id, branches }));
            }
        }
        versions.sort_by_key(|(first, _)| *first);
        Ok(versions.into_iter().map(|(_, version)| version).collect())
    }
}

/// A branch as far as it has turns of its own.
pub struct Own {
    /// 0 for the one that was there first.
    pub number: u32,
    /// The branch it left.
    pub parent: Option<u32>,
    /// Its own turns.
    pub turns: RangeInclusive<u32>,
}

impl Store {
    /// The branches of a conversation, in the order in which they were begun.
    pub async fn branches(&self, id: ConversationId) -> Result<Vec<Own>, StoreError> {
        let query = "SELECT t.branch, b.parent, MIN(t.turn) AS first, MAX(t.turn) AS last FROM task t
           LEFT JOIN branch b ON b.conversation_id = t.conversation_id AND b.number = t.branch
           WHERE t.conversation_id = ?1 AND t.parent_id IS NULL AND t.system IS NULL GROUP BY t.branch ORDER BY t.branch";
        self.read(move |sql| {
            row::all(sql, query, [id.as_str()], |r| {
                Ok(Own {
                    number: row::count(r, "branch")?,
                    parent: r.get("parent")?,
                    turns: row::count(r, "first")?..=row::count(r, "last")?,
                })
            })
        })
        .await
    }

    /// Turns of one branch; that they may have other versions is not said.
    pub async fn turns(
        &self,
        id: ConversationId,
        branch: u32,
        turns: RangeInclusive<u32>,
    ) -> Result<Vec<Turn>, StoreError> {
        self.read(move |sql| Ok(conversation::turns(task::of_turns(sql, &id, branch, turns.clone())?))).await
    }

    /// Shows a task: the branch it stands in, as that was shown last, and it as the answer of its prompt. One that is shown
    /// stays as it is.
    pub async fn show_task(&self, id: TaskId) -> Result<PutForward, StoreError> {
        self.write(move |tx| {
            let task = task::load(tx.sql, &id)?;
            show_task(tx, task, false)
        })
        .await
    }

    /// The same; and of answers that are shown side by side it is the only one from then on.
    pub async fn keep_answer(&self, id: TaskId) -> Result<Task, StoreError> {
        self.write(move |tx| {
            let task = task::load(tx.sql, &id)?;
            let is_compared = task.parent_id.is_none() && task::is_compared(tx.sql, &task)?;
            Ok(show_task(tx, task, is_compared)?.task)
        })
        .await
    }
}

fn show_task(tx: &mut Tx<'_>, task: Task, is_kept: bool) -> Result<PutForward, StoreError> {
    system::refuse(&task)?;
    // A part is shown where the whole is.
    let task = match &task.parent_id {
        Some(parent) => task::load(tx.sql, parent)?,
        None => task,
    };
    let tip = conversation::standing(tx.sql, &task.conversation_id)?.branch;
    let branches = Branches::all(tx.sql, &task.conversation_id)?;
    let is_on_path = branches.through(task.branch, task.turn).contains(&tip);
    let to = if is_on_path { tip } else { branches.last_shown(task.branch, task.turn) };
    let is_answer = !is_kept && !task::has_newer_answer(tx.sql, &task)?;
    if is_on_path && is_answer {
        return Ok(PutForward { task, instead_of: None });
    }
    let instead_of = shown_at(tx.sql, &task.conversation_id, tip, task.turn)?;
    if !is_answer {
        task::put_forward(tx, &task.id)?;
    }
    show(tx, &task.conversation_id, to)?;
    Ok(PutForward { task: task::load(tx.sql, &task.id)?, instead_of })
}

/// The task that is shown in a turn of a branch, or in its last one if it has not as many.
fn shown_at(
    sql: &Connection,
    id: &ConversationId,
    branch: u32,
    turn: u32,
) -> Result<Option<TaskId>, StoreError> {
    let path = path(sql, id, branch)?;
    let stretch = path.iter().rfind(|stretch| stretch.from <= turn);
    let shown = row::task_ids(
        sql,
        "SELECT id FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn <= ?3
         ORDER BY turn DESC, shown_seq DESC, number LIMIT 1",
        params![id.as_str(), stretch.map_or(FIRST, |stretch| stretch.branch), turn],
    )?;
    Ok(shown.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(number: u32, parent: u32, turn: u32, shown_seq: i64) -> Branch {
        Branch { number, parent: (number > 0).then_some(parent), turn, shown_seq }
    }

    /// Turn 3 of the first branch was edited twice, then turn 5 of the first edit, and turn 2 of the first branch.
    fn tree() -> Branches {
        Branches(vec![
            branch(0, 0, 1, 1),
            branch(1, 0, 3, 2),
            branch(2, 0, 3, 3),
            branch(3, 1, 5, 4),
            branch(4, 0, 2, 5),
        ])
    }

    #[test]
    fn the_versions_of_a_prompt_are_the_same_from_each_of_them() {
        let tree = tree();
        for from in [0, 1, 2] {
            assert_eq!(tree.versions(from, 3), [0, 1, 2]);
        }
        assert_eq!((tree.versions(1, 5), tree.versions(3, 5)), (vec![1, 3], vec![1, 3]));
        assert_eq!((tree.versions(0, 2), tree.versions(4, 2)), (vec![0, 4], vec![0, 4]));
        assert_eq!(
            (tree.versions(0, 1), tree.versions(1, 4), tree.versions(2, 4)),
            (vec![0], vec![1], vec![2])
        );
    }

    #[test]
    fn what_goes_on_from_a_prompt_is_what_left_after_it() {
        let tree = tree();
        let through = |branch, turn| tree.through(branch, turn).into_iter().collect::<Vec<_>>();
        assert_eq!(through(0, 1), [0, 1, 2, 3, 4]);
        assert_eq!(through(0, 2), [0, 1, 2, 3]);
        assert_eq!(through(0, 3), [0]);
        assert_eq!(through(1, 3), [1, 3]);
        assert_eq!((tree.last_shown(1, 3), tree.last_shown(0, 2), tree.last_shown(2, 3)), (3, 3, 2));
    }

    #[test]
    fn a_path_is_cut_to_the_turns_that_are_read() {
        let path =
            [Stretch { branch: 0, from: 1 }, Stretch { branch: 1, from: 3 }, Stretch { branch: 3, from: 5 }];
        assert_eq!(stretches(&path, 1..=9), [(0, 1..=2), (1, 3..=4), (3, 5..=9)]);
        assert_eq!(stretches(&path, 2..=4), [(0, 2..=2), (1, 3..=4)]);
        assert_eq!(stretches(&path, 6..=6), [(3, 6..=6)]);
    }
}
