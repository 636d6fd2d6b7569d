use super::{StoreError, backup};
use crate::error::OpenError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The newest schema this program knows: the number of migrations.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

const MIGRATIONS: [&str; 24] = [
    include_str!("migrations/001_tasks.sql"),
    include_str!("migrations/002_circuit.sql"),
    include_str!("migrations/003_going_on.sql"),
    include_str!("migrations/004_crash.sql"),
    include_str!("migrations/005_remote.sql"),
    include_str!("migrations/006_money.sql"),
    include_str!("migrations/007_attachments.sql"),
    include_str!("migrations/008_catalogue.sql"),
    include_str!("migrations/009_conversation_tools.sql"),
    include_str!("migrations/010_thoughts.sql"),
    include_str!("migrations/011_usage.sql"),
    include_str!("migrations/012_branches.sql"),
    include_str!("migrations/013_batches.sql"),
    include_str!("migrations/014_folders.sql"),
    include_str!("migrations/015_running.sql"),
    include_str!("migrations/016_agents.sql"),
    include_str!("migrations/017_rules.sql"),
    include_str!("migrations/018_servers.sql"),
    include_str!("migrations/019_sources.sql"),
    include_str!("migrations/020_children.sql"),
    include_str!("migrations/021_looks.sql"),
    include_str!("migrations/022_channels.sql"),
    include_str!("migrations/023_forecasts.sql"),
    include_str!("migrations/024_system.sql"),
];

/// A waiting writer of another program is borne this long before the action fails.
const BUSY: Duration = Duration::from_secs(5);

/// A database ready for writing.
pub struct Opened {
    /// The only connection that may write.
    pub connection: Connection,
    /// Where it is.
    pub file: PathBuf,
    /// Held for the life of the process; the kernel gives it back however the process ends.
    pub lock: File,
}

pub fn open(folder: &Path) -> Result<Opened, OpenError> {
    make_private(folder).map_err(|e| folder_error(folder, &e))?;
    let lock = lock(folder)?;
    backup::exchange(folder, None).map_err(|e| folder_error(folder, &e))?;
    let file = folder.join("meanwhile.db");
    let bad = |cause: String| OpenError::Database { file: file.clone(), cause };
    if file.exists() {
        refuse_newer(&file)?;
        close_to_others(&file);
    } else {
        create_private(&file).map_err(|e| folder_error(folder, &e))?;
    }
    let mut connection = Connection::open(&file).map_err(|e| bad(e.to_string()))?;
    configure(&connection).map_err(|e| bad(e.to_string()))?;
    back_up_before_upgrade(&connection, folder).map_err(|e| bad(e.to_string()))?;
    migrate(&mut connection).map_err(|e| bad(e.to_string()))?;
    Ok(Opened { connection, file, lock })
}

/// Brings a database to the newest schema.
pub fn migrate(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    Migrations::new(MIGRATIONS.map(M::up).to_vec()).to_latest(connection)
}

pub fn reader(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    keep_plans(&connection)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // In KiB, below zero by SQLite's convention. The system caches the file anyway, and each commit empties this one.
    connection.pragma_update(None, "cache_size", -512)?;
    connection.set_prepared_statement_cache_capacity(64);
    #[cfg(test)]
    super::scans::watch(&connection);
    Ok(connection)
}

/// Without this, SQLite plans a query again for each new value of a parameter: an eighth of the work of a busy core.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    keep_plans(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB, below zero by SQLite's convention: what a commit touches, and the upper pages of every tree.
    connection.pragma_update(None, "cache_size", -1536)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    // On macOS a plain fsync does not reach the disk; elsewhere this does nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    #[cfg(test)]
    super::scans::watch(connection);
    Ok(())
}

/// Reads the version without writing a byte, so that a newer file stays exactly as it is.
pub fn refuse_newer(file: &Path) -> Result<i64, OpenError> {
    let bad =
        |cause: rusqlite::Error| OpenError::Database { file: file.to_owned(), cause: cause.to_string() };
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(bad)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(bad)?;
    if found > SCHEMA_VERSION {
        return Err(OpenError::NewerSchema { file: file.to_owned(), found, known: SCHEMA_VERSION });
    }
    Ok(found)
}

fn back_up_before_upgrade(connection: &Connection, folder: &Path) -> rusqlite::Result<()> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 || found == SCHEMA_VERSION {
        return Ok(());
    }
    let copy = folder.join(format!("meanwhile-schema-{found}.backup.db"));
    if copy.exists() {
        return Ok(());
    }
    connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map(drop)
}

pub fn lock(folder: &Path) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    private(&mut options);
    let file = options.open(folder.join("lock")).map_err(|e| folder_error(folder, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::AlreadyRunning { folder: folder.to_owned() }),
        Err(TryLockError::Error(e)) => Err(folder_error(folder, &e)),
    }
}

pub fn folder_error(folder: &Path, cause: &std::io::Error) -> OpenError {
    OpenError::Folder { folder: folder.to_owned(), cause: cause.to_string() }
}

#[cfg(unix)]
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

/// SQLite gives its side files the mode of the database, so only this one has to be set.
pub fn create_private(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    private(&mut options);
    options.open(file).map(drop)
}

/// A new file only for the user.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// A database that was copied here may carry a mode that lets others read it.
pub fn close_to_others(file: &Path) {
    #[cfg(unix)]
    if let Err(error) = std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)) {
        tracing::warn!(%error, "other users of this computer may be able to read the database");
    }
    #[cfg(not(unix))]
    let _ = file;
}
