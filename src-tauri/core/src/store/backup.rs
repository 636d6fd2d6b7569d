//! Copies of the database, and the way back to one.

use super::open::{self, folder_error};
use crate::error::OpenError;
use crate::model::{Seq, Timestamp};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Copies that are kept; the oldest go.
const KEPT: usize = 7;
/// What is left of a copy that was cut off; nobody works on one for so long.
const LEFT: Duration = Duration::from_secs(60 * 60);
/// The folder of the copies, in the data folder.
const FOLDER: &str = "backups";
/// How a copy is called: the moment it was made, UTC, so that names sort by time.
const NAME: &str = "meanwhile-%Y%m%d-%H%M%S.db";
/// A copy that is about to take the place of the data. After a crash in between, the next start ends the exchange.
pub const RESTORED: &str = "meanwhile.db.restored";

/// A checked copy of the whole database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub file: PathBuf,
    /// When it was made, to the second.
    pub made_at: Timestamp,
    /// Its size.
    pub bytes: u64,
}

/// Makes a copy beside whoever has the data open, checks it, and lets go of the oldest.
///
/// # Errors
/// [`OpenError`]; no copy was made then, and none was let go of.
pub fn make(folder: &Path, now: Timestamp) -> Result<Backup, OpenError> {
    let now = Timestamp::from_ms(now.as_ms() / 1_000 * 1_000);
    let source = folder.join("meanwhile.db");
    open::refuse_newer(&source)?;
    let copies = folder.join(FOLDER);
    open::make_private(&copies).map_err(|e| folder_error(&copies, &e))?;
    sweep(&copies);
    let file = copies.join(name(now));
    // Two that are made in the same second do not write to the same file.
    static MADE: AtomicU64 = AtomicU64::new(0);
    let part =
        file.with_extension(format!("{}-{}.part", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
    let made = copy(&source, &part).and_then(|()| check(&part)).and_then(|()| {
        fs::rename(&part, &file).and_then(|()| sync_folder(&copies)).map_err(|e| folder_error(&copies, &e))
    });
    if let Err(error) = made {
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    for old in surplus(list(folder)) {
        if let Err(error) = fs::remove_file(&old.file) {
            tracing::warn!(%error, "an old copy stays");
        }
    }
    let bytes = fs::metadata(&file).map_or(0, |data| data.len());
    Ok(Backup { file, made_at: now, bytes })
}

/// The copies there are, the newest first.
pub fn list(folder: &Path) -> Vec<Backup> {
    let entries = fs::read_dir(folder.join(FOLDER)).into_iter().flatten().flatten();
    let mut found: Vec<Backup> = entries
        .filter_map(|entry| {
            let made_at = made_at(entry.file_name().to_str()?)?;
            Some(Backup { file: entry.path(), made_at, bytes: entry.metadata().ok()?.len() })
        })
        .collect();
    found.sort_by_key(|copy| std::cmp::Reverse(copy.made_at));
    found
}

/// Lets go of copies that were cut off.
fn sweep(copies: &Path) {
    for entry in fs::read_dir(copies).into_iter().flatten().flatten() {
        let is_part = entry.path().extension().is_some_and(|extension| extension == "part");
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        if is_part && age.is_some_and(|age| age > LEFT) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The copies that nobody needs: not among the newest, nor the newest of one of the last days that have one. Whoever makes
/// many in an hour does not lose those of the week.
fn surplus(copies: Vec<Backup>) -> Vec<Backup> {
    let mut days: Vec<i64> = Vec::new();
    let is_kept = |(at, copy): (usize, &Backup)| {
        let day = copy.made_at.as_ms().div_euclid(24 * 60 * 60 * 1_000);
        let is_first = !days.contains(&day);
        if is_first {
            days.push(day);
        }
        at < KEPT || (is_first && days.len() <= KEPT)
    };
    let kept: Vec<bool> = copies.iter().enumerate().map(is_kept).collect();
    copies.into_iter().zip(kept).filter(|(_, is_kept)| !is_kept).map(|(copy, _)| copy).collect()
}

/// The newest change a copy contains; `None` when it cannot be read.
pub fn last_seq(backup: &Backup) -> Option<Seq> {
    open::reader(&backup.file).and_then(|sql| super::row::last_seq(&sql)).ok()
}

/// Puts a copy in the place of the data. What was there is kept in a folder of its own, which is given back.
///
/// # Errors
/// [`OpenError`] when somebody has the data open or the copy is not whole; nothing was changed then.
pub fn restore(folder: &Path, backup: &Path, now: Timestamp) -> Result<PathBuf, OpenError> {
    open::make_private(folder).map_err(|e| folder_error(folder, &e))?;
    let _lock = open::lock(folder)?;
    open::refuse_newer(backup)?;
    check(backup)?;
    put(folder, backup, now)
}

/// Puts a checked database in the place of the data, for whoever holds the lock.
pub fn put(folder: &Path, backup: &Path, now: Timestamp) -> Result<PathBuf, OpenError> {
    let failed = |e: std::io::Error| folder_error(folder, &e);
    let restored = folder.join(RESTORED);
    let part = restored.with_extension("part");
    let _ = fs::remove_file(&part);
    open::create_private(&part).map_err(failed)?;
    if let Err(error) = fs::copy(backup, &part).and_then(|_| File::open(&part)?.sync_all()) {
        // What is left of it may be all the space there was.
        let _ = fs::remove_file(&part);
        return Err(failed(error));
    }
    open::close_to_others(&part);
    let replaced =
        fresh(folder, &format!("replaced-{}", name(now).trim_end_matches(".db"))).map_err(failed)?;
    // From here on the copy is what the next start takes, whatever happens in between.
    fs::rename(&part, &restored).and_then(|()| sync_folder(folder)).map_err(failed)?;
    exchange(folder, Some(&replaced)).map_err(failed)?;
    Ok(replaced)
}

/// Ends an exchange that was begun. What stands in the way goes to `replaced`, or to a folder of its own.
pub fn exchange(folder: &Path, replaced: Option<&Path>) -> std::io::Result<()> {
    let restored = folder.join(RESTORED);
    if !restored.exists() {
        return Ok(());
    }
    let replaced = match replaced {
        Some(replaced) => replaced.to_owned(),
        None => match begun(folder) {
            Some(begun) => begun,
            None => fresh(folder, "replaced")?,
        },
    };
    // The log first: beside another database it would be taken for its own.
    for name in ["meanwhile.db-wal", "meanwhile.db-shm", "meanwhile.db"] {
        let file = folder.join(name);
        if file.exists() {
            fs::rename(&file, replaced.join(name))?;
        }
    }
    fs::rename(&restored, folder.join("meanwhile.db"))?;
    sync_folder(folder)
}

/// A folder of this name, or of this name and a number: nothing that was kept before is in it.
fn fresh(folder: &Path, name: &str) -> std::io::Result<PathBuf> {
    for number in 1.. {
        let path = if number == 1 { folder.join(name) } else { folder.join(format!("{name}-{number}")) };
        if !path.exists() {
            open::make_private(&path)?;
            return Ok(path);
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

/// Where an exchange that was cut off has put the log of the data and not yet the data.
fn begun(folder: &Path) -> Option<PathBuf> {
    let mut paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    paths.find(|path| {
        let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("replaced"));
        is_ours && path.is_dir() && !path.join("meanwhile.db").exists()
    })
}

/// All that is stored at this moment. Readers and the writer go on meanwhile.
fn copy(source: &Path, to: &Path) -> Result<(), OpenError> {
    let bad = |cause: String| OpenError::Database { file: source.to_owned(), cause };
    let _ = fs::remove_file(to);
    open::create_private(to).map_err(|e| folder_error(to, &e))?;
    let connection = open::reader(source).map_err(|e| bad(e.to_string()))?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map_err(|e| {
        match e.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => folder_error(to, &std::io::ErrorKind::StorageFull.into()),
            _ => bad(e.to_string()),
        }
    })?;
    File::open(to).and_then(|file| file.sync_all()).map_err(|e| folder_error(to, &e))
}

/// Every page and every reference of a database is sound.
pub fn check(file: &Path) -> Result<(), OpenError> {
    let bad = |cause: String| OpenError::Database { file: file.to_owned(), cause };
    let connection = open::reader(file).map_err(|e| bad(e.to_string()))?;
    let ask = |query: &str| connection.query_row(query, [], |r| r.get::<_, String>(0));
    match ask("PRAGMA integrity_check") {
        Ok(report) if report == "ok" => {}
        Ok(report) => return Err(bad(format!("it is damaged: {report}"))),
        Err(error) => return Err(bad(error.to_string())),
    }
    match ask("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1") {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(()),
        Ok(table) => Err(bad(format!("it is damaged: a row of {table} points nowhere"))),
        Err(error) => Err(bad(error.to_string())),
    }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Only Unix can; elsewhere the file system does it by itself.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn name(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_ms()).unwrap_or_default();
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime(NAME).to_string()
}

fn made_at(name: &str) -> Option<Timestamp> {
    let at = jiff::civil::DateTime::strptime(NAME, name).ok()?;
    Some(Timestamp::from_ms(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_copies_in_an_hour_do_not_push_out_those_of_the_week() {
        const DAY: i64 = 24 * 60 * 60 * 1_000;
        let copy = |ms: i64| Backup {
            file: PathBuf::from(ms.to_string()),
            made_at: Timestamp::from_ms(ms),
            bytes: 0,
        };
        let today = (0_i64..9).map(|minute| 100 * DAY + minute * 60_000);
        let mut all: Vec<Backup> = (90_i64..100).map(|day| day * DAY).chain(today).map(copy).collect();
        all.sort_by_key(|copy| std::cmp::Reverse(copy.made_at));
        let let_go: Vec<i64> = surplus(all).iter().map(|copy| copy.made_at.as_ms()).collect();
        let early_today = [1, 0].map(|minute| 100 * DAY + minute * 60_000);
        let long_ago = [93, 92, 91, 90].map(|day| day * DAY);
        assert_eq!(let_go, [&early_today[..], &long_ago[..]].concat());
    }

    #[test]
    fn a_name_says_when_the_copy_was_made() {
        let at = Timestamp::from_ms(1_795_291_544_000);
        assert_eq!(name(at), "meanwhile-20261121-200544.db");
        assert_eq!(made_at(&name(at)), Some(at));
        assert_eq!(made_at("meanwhile-20261121-200544.part"), None);
        assert_eq!(made_at("notes.db"), None);
    }
}
