//! What can still be read of damaged data, as a sound database in its place.

use super::backup::{self, check, put};
use super::open::{self, SCHEMA_VERSION, folder_error};
use super::{StoreError, mend, row};
use crate::error::OpenError;
use crate::model::Timestamp;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, ErrorCode, Row, Statement, params_from_iter};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every table, those first that others point to. What the search is made of follows the messages by itself.
const TABLES: [&str; 32] = [
    "run",
    "settings",
    "provider",
    "model",
    "conversation",
    "branch",
    "message",
    "task",
    "idempotency",
    "attempt",
    "event",
    "delta",
    "thought",
    "delivery",
    "notice",
    "channel",
    "circuit",
    "crash",
    "remote",
    "ledger",
    "document",
    "piece",
    "part",
    "call",
    "approval",
    "permit",
    "snapshot",
    "remark",
    "folder_snapshot",
    "snapshot_gap",
    "tool_server",
    "sleep",
];
/// Ranges of rows looked at in one table before the rest counts as unreadable. A damaged page costs some twenty.
const LOOKS: usize = 4_000;

/// No row has a number of more bits: they are given one by one.
const HIGHEST_BITS: u32 = 40;

/// What was read of damaged data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// Chats, the trash included.
    pub conversations: u64,
    /// Prompts and answers.
    pub messages: u64,
    /// Tasks.
    pub tasks: u64,
    /// Tasks that could not be read.
    pub lost: u64,
    /// Those that were read and whose history was not whole: they were closed with the text that was there.
    pub closed: u64,
    /// Where the damaged data are now.
    pub replaced: PathBuf,
}

/// Reads all that can be read and puts it in the place of the data, which are kept in a folder of their own.
///
/// # Errors
/// [`OpenError`] when somebody has the data open, when not even the list of tables can be read, or when the data are of
/// another version; nothing was changed then.
pub fn salvage(folder: &Path, now: Timestamp) -> Result<Salvaged, OpenError> {
    let _lock = open::lock(folder)?;
    backup::exchange(folder, None).map_err(|e| folder_error(folder, &e))?;
    let file = folder.join("meanwhile.db");
    let bad = |cause: String| OpenError::Database { file: file.clone(), cause };
    open::refuse_newer(&file)?;
    if !can_be_salvaged(folder) {
        return Err(bad("its list of tables is of an earlier version or cannot be read".to_owned()));
    }
    let part = folder.join("meanwhile.db.salvaged");
    let result = read_all(&file, &part, now).map_err(|e| bad(e.to_string())).and_then(|salvaged| {
        check(&part)?;
        let replaced = put(folder, &part, now)?;
        Ok(Salvaged { replaced, ..salvaged })
    });
    let _ = fs::remove_file(&part);
    result
}

/// True when the list of tables can be read, and is that of this version.
pub fn can_be_salvaged(folder: &Path) -> bool {
    let file = folder.join("meanwhile.db");
    let list =
        |sql: Connection| sql.query_row("SELECT COUNT(sql) FROM sqlite_schema", [], |_| Ok(())).is_ok();
    open::refuse_newer(&file).is_ok_and(|found| found == SCHEMA_VERSION)
        && open::reader(&file).is_ok_and(list)
}

fn read_all(file: &Path, part: &Path, now: Timestamp) -> Result<Salvaged, StoreError> {
    let broken = |e: &dyn std::fmt::Display| StoreError::Broken(e.to_string());
    let source = open::reader(file)?;
    let _ = fs::remove_file(part);
    open::create_private(part).map_err(|e| broken(&e))?;
    let mut target = Connection::open(part)?;
    target.pragma_update(None, "foreign_keys", false)?;
    open::migrate(&mut target).map_err(|e| broken(&e))?;
    let tx = target.transaction()?;
    tx.execute_batch("DELETE FROM settings; DELETE FROM provider")?;
    for table in TABLES {
        Table::of(&tx, table)?.read(&source, &tx)?;
    }
    tx.execute("INSERT OR IGNORE INTO settings (id, document, changed_seq) VALUES (1, '{}', 0)", [])?;
    let given = tasks_given(&source, &tx)?;
    let closed = mend::mend(&tx, now)?;
    let count = |table: &str| -> rusqlite::Result<u64> {
        let rows: i64 = tx.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |r| r.get(0))?;
        Ok(rows.unsigned_abs())
    };
    let salvaged = Salvaged {
        conversations: count("conversation")?,
        messages: count("message")?,
        tasks: count("task")?,
        // An answer without its task got one that stands for it.
        lost: given.saturating_sub(count("task")?),
        closed,
        replaced: PathBuf::new(),
    };
    tx.commit()?;
    Ok(salvaged)
}

/// How many tasks there were: they are numbered without holes and never deleted. After a first salvage what it lost is
/// missing still. Only without the number that was given last the highest that was read counts, which may be damaged.
fn tasks_given(source: &Connection, target: &Connection) -> Result<u64, StoreError> {
    let given = "SELECT seq FROM sqlite_sequence WHERE name = 'task'";
    let given = source.query_row(given, [], |r| r.get::<_, i64>(0));
    let given =
        given.or_else(|_| target.query_row("SELECT COALESCE(MAX(number), 0) FROM task", [], |r| r.get(0)))?;
    Ok(given.unsigned_abs())
}

struct Table {
    name: &'static str,
    columns: Vec<String>,
    /// Columns of the key of a table without row numbers.
    key: Option<Vec<String>>,
}

impl Table {
    fn of(sql: &Connection, name: &'static str) -> Result<Self, StoreError> {
        let names = |query: &str| row::all(sql, query, [name], |r| Ok(r.get::<_, String>(0)?));
        let columns = names("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
        let key = names("SELECT name FROM pragma_table_xinfo(?1) WHERE pk > 0 ORDER BY pk")?;
        let is_numbered = names("SELECT name FROM pragma_table_list WHERE name = ?1 AND wr = 0")?.len() == 1;
        Ok(Self { name, columns, key: (!is_numbered).then_some(key) })
    }

    fn read(&self, source: &Connection, target: &Connection) -> Result<(), StoreError> {
        let columns = self.columns.join(", ");
        let places = vec!["?"; self.columns.len()].join(", ");
        let insert = format!("INSERT OR IGNORE INTO {} ({columns}) VALUES ({places})", self.name);
        let mut insert = target.prepare(&insert)?;
        let mut failed = None;
        let mut take = |row: &Row<'_>| {
            if let Err(error) = keep(row, self.columns.len(), &mut insert) {
                failed.get_or_insert(error);
            }
        };
        let Some(key) = &self.key else {
            let query = |order| {
                let name = self.name;
                format!(
                    "SELECT {columns}, rowid FROM {name} NOT INDEXED WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid {order}"
                )
            };
            read_ranges(source, &query("ASC"), &query("DESC"), self.columns.len(), &mut take);
            return failed.map_or(Ok(()), |error| Err(error.into()));
        };
        // From both ends as far as it goes; what lies between two damaged pages is not found here.
        for order in ["ASC", "DESC"] {
            let order = key.iter().map(|column| format!("{column} {order}")).collect::<Vec<_>>().join(", ");
            let query = format!("SELECT {columns} FROM {} ORDER BY {order}", self.name);
            if scan(source, &query, None, &mut |row| take(row)) {
                break;
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Reads all rows of a table by their numbers. Where it cannot go on it comes from the other side, and then looks at the halves
/// of what is between.
fn read_ranges(source: &Connection, up: &str, down: &str, number: usize, take: &mut impl FnMut(&Row<'_>)) {
    // Small ones first: where the last page is damaged, all the numbers that were never given lead to it too.
    let sized = |low: i64, high: i64| Reverse((high - low, low, high));
    let mut ranges: BinaryHeap<_> = (0..HIGHEST_BITS).map(|bit| sized(1 << bit, (2 << bit) - 1)).collect();
    for _ in 0..LOOKS {
        let Some(Reverse((_, mut low, mut high))) = ranges.pop() else { return };
        let is_whole = scan(source, up, Some((low, high)), &mut |row| {
            low = row.get::<_, i64>(number).map_or(low, |at| at.saturating_add(1));
            take(row);
        });
        if is_whole {
            continue;
        }
        let is_whole = scan(source, down, Some((low, high)), &mut |row| {
            high = row.get::<_, i64>(number).map_or(high, |at| at.saturating_sub(1));
            take(row);
        });
        if is_whole || low >= high {
            continue;
        }
        let middle = low.midpoint(high);
        ranges.extend([sized(low, middle), sized(middle + 1, high)]);
    }
}

/// Gives every row up to the first that cannot be read; true when that was the end.
fn scan(
    source: &Connection,
    query: &str,
    range: Option<(i64, i64)>,
    take: &mut impl FnMut(&Row<'_>),
) -> bool {
    let Ok(mut statement) = source.prepare_cached(query) else { return false };
    let bounds: Vec<i64> = range.into_iter().flat_map(|(low, high)| [low, high]).collect();
    let Ok(mut rows) = statement.query(params_from_iter(bounds)) else { return false };
    loop {
        match rows.next() {
            Ok(Some(row)) => take(row),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// A row that the rules of its table do not allow is left out.
fn keep(row: &Row<'_>, columns: usize, insert: &mut Statement<'_>) -> rusqlite::Result<()> {
    let value = |at| match row.get_ref(at) {
        // Text that is not UTF-8 any more.
        Ok(ValueRef::Text(bytes)) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        Ok(ValueRef::Integer(number)) => Value::Integer(number),
        Ok(ValueRef::Real(number)) => Value::Real(number),
        // No table has other kinds.
        Ok(ValueRef::Null | ValueRef::Blob(_)) | Err(_) => Value::Null,
    };
    match insert.execute(params_from_iter((0..columns).map(value))) {
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_read() {
        let mut sql = Connection::open_in_memory().unwrap();
        open::migrate(&mut sql).unwrap();
        let query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
           AND name NOT LIKE 'sqlite%' AND name <> 'message_number'";
        let all: BTreeSet<String> =
            row::all(&sql, query, [], |r| Ok(r.get(0)?)).unwrap().into_iter().collect();
        assert_eq!(all, TABLES.map(str::to_owned).into());
    }
}
