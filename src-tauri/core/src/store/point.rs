//! Moments at which a test lets the process abort, with nothing flushed, as after `kill -9`: right before a step is committed, and right after, when
//! nobody was told yet. Not in a release.
//!
//! `MEANWHILE_FAILPOINT` names one: `running>completed:before`, or `text:after@3` for the third time. The rows themselves say
//! which steps a transaction takes, so a new step has its two moments without a line here.

use super::{StoreError, row, tx};
use rusqlite::Connection;

/// Notes each step in the transaction that takes it. They belong to one connection, and what they note to its transaction.
const NOTES: &str = "
    CREATE TEMP TABLE step_taken (name TEXT NOT NULL);
    CREATE TEMP TRIGGER task_made AFTER INSERT ON main.task BEGIN
      INSERT INTO step_taken VALUES ('new>' || NEW.state);
    END;
    CREATE TEMP TRIGGER task_moved AFTER UPDATE OF state ON main.task WHEN OLD.state <> NEW.state BEGIN
      INSERT INTO step_taken VALUES (OLD.state || '>' || NEW.state);
    END;
    CREATE TEMP TRIGGER stop_asked AFTER UPDATE OF cancel_at ON main.task WHEN OLD.cancel_at IS NULL BEGIN
      INSERT INTO step_taken SELECT 'cancel asked' WHERE NEW.cancel_at IS NOT NULL;
    END;
    CREATE TEMP TRIGGER pause_asked AFTER UPDATE OF pause_at ON main.task WHEN OLD.pause_at IS NULL BEGIN
      INSERT INTO step_taken SELECT 'pause asked' WHERE NEW.pause_at IS NOT NULL;
    END;
    CREATE TEMP TRIGGER delivery_moved AFTER UPDATE OF state ON main.delivery WHEN OLD.state <> NEW.state BEGIN
      INSERT INTO step_taken VALUES ('delivery ' || OLD.state || '>' || NEW.state);
    END;
    CREATE TEMP TRIGGER call_asked AFTER INSERT ON main.call BEGIN
      INSERT INTO step_taken VALUES ('call asked');
    END;
    CREATE TEMP TRIGGER call_moved AFTER UPDATE OF state ON main.call WHEN OLD.state <> NEW.state BEGIN
      INSERT INTO step_taken VALUES ('call ' || OLD.state || '>' || NEW.state);
    END;
    CREATE TEMP TRIGGER approval_asked AFTER INSERT ON main.approval BEGIN
      INSERT INTO step_taken VALUES ('approval asked');
    END;
    CREATE TEMP TRIGGER approval_decided AFTER UPDATE OF decision ON main.approval WHEN OLD.decision IS NULL BEGIN
      INSERT INTO step_taken VALUES ('approval decided');
    END;
    CREATE TEMP TRIGGER file_kept AFTER INSERT ON main.snapshot BEGIN
      INSERT INTO step_taken VALUES ('file kept');
    END;
    CREATE TEMP TRIGGER folder_kept BEFORE INSERT ON main.folder_snapshot BEGIN
      INSERT INTO step_taken VALUES ('folder kept');
    END;
    CREATE TEMP TRIGGER text_came AFTER INSERT ON main.delta BEGIN
      INSERT INTO step_taken VALUES ('text');
    END;";

/// The moment that was named.
pub struct Point {
    name: String,
    step: String,
    is_after: bool,
    /// Steps of that name to let pass, and this one.
    left: u32,
}

impl Point {
    /// The one of the environment; `None` when it names none.
    ///
    /// # Errors
    /// `Invalid` for a name that can be no moment: a test that asks for it must not pass.
    pub fn of_environment(sql: &Connection) -> Result<Option<Self>, StoreError> {
        let Ok(name) = std::env::var("MEANWHILE_FAILPOINT") else { return Ok(None) };
        let point = Self::named(&name)
            .ok_or_else(|| StoreError::Invalid(format!("there is no moment like {name}")))?;
        sql.execute_batch(NOTES)?;
        Ok(Some(point))
    }

    fn named(name: &str) -> Option<Self> {
        let (moment, time) = name.split_once('@').unwrap_or((name, "1"));
        let (step, when) = moment.rsplit_once(':')?;
        let is_after = match when {
            "before" => false,
            "after" => true,
            _ => return None,
        };
        let left = time.parse().ok().filter(|time| *time > 0)?;
        Some(Self { name: name.to_owned(), step: step.to_owned(), is_after, left })
    }

    /// Commits; if this transaction takes the step, nobody lives to hear of it.
    pub fn commit(&mut self, sql: &Connection) -> Result<(), StoreError> {
        let taken = sql
            .prepare_cached("SELECT COUNT(*) AS n FROM step_taken WHERE name = ?1")?
            .query_row([&self.step], |r| row::count(r, "n"))?;
        tx::execute(sql, "DELETE FROM step_taken")?;
        let is_here = self.left > 0 && taken >= self.left;
        if is_here && !self.is_after {
            self.end();
        }
        tx::execute(sql, "COMMIT")?;
        if is_here {
            self.end();
        }
        self.left = self.left.saturating_sub(taken);
        Ok(())
    }

    /// Nothing is flushed, closed or told.
    fn end(&self) -> ! {
        tracing::error!(point = self.name, "the process ends here, as it was asked to");
        std::process::abort()
    }
}
