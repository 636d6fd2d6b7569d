use crate::arguments::{Arguments, Asked};
use crate::notify::Native;
use crate::raise::Raised;
use crate::subscribe::Subscriptions;
use crate::window_size::WindowSize;
use crate::{display, lifecycle, logging, named, notify, page, prove, raise, shortcut, tray, window};
use meanwhile_core::model::sentence;
use meanwhile_core::{Core, OpenError, Options, default_data_dir};
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::{App, AppHandle, Wry};

/// A process that gives way ends within three seconds.
const FAREWELL: Duration = Duration::from_secs(5);

/// How often a process that holds the data folder is asked.
const TRIES: u32 = 3;

/// Starts the app and stays until it is quit.
///
/// Exit codes: 0 quit, or another process showed its window; 1 it could not start; 2 wrong arguments; 3 the data were
/// written by a newer version.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(words) {
        Asked::Start(arguments) => arguments,
        Asked::AnswerProof(folder) => return prove::answer(folder),
        Asked::Print(text) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Asked::Refuse(why) => {
            eprintln!("meanwhile-desktop: {why}");
            return ExitCode::from(2);
        }
    };
    display::choose_renderer(arguments.safe_graphics);
    if let Err(error) = display::connect() {
        eprintln!("meanwhile-desktop: {error}");
        return ExitCode::FAILURE;
    }
    let data_dir = arguments.data_dir.clone().unwrap_or_else(default_data_dir);
    let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
    let _log = logging::start(&data_dir);
    match tokio::runtime::Builder::new_multi_thread()
        // Each keeps a stack and an arena of memory; what blocks here is short, or waits for a person.
        .max_blocking_threads(8)
        .enable_all()
        .thread_name("work")
        .build()
    {
        Ok(runtime) => {
            let code = open(&runtime, &arguments, data_dir);
            // What blocks there must not keep the process.
            runtime.shutdown_background();
            code
        }
        Err(error) => refuse(&arguments, "Meanwhile cannot start", &error.to_string(), 1),
    }
}

/// Opens the core, and only then the desktop around it.
fn open(runtime: &tokio::runtime::Runtime, arguments: &Arguments, data_dir: PathBuf) -> ExitCode {
    tauri::async_runtime::set(runtime.handle().clone());
    let native = Native::default();
    let mut options = Options::new(data_dir.clone());
    options.notifiers.push(Arc::new(native.clone()));
    let mut opened = runtime.block_on(Box::pin(Core::open(options.clone())));
    // Another start may be faster when a process gives way, so what comes after that is looked at again.
    for _ in 0..TRIES {
        if !matches!(opened, Err(OpenError::AlreadyRunning { .. })) {
            break;
        }
        match second(arguments, &data_dir) {
            Second::Over(code) => return code,
            Second::GivesWay => opened = runtime.block_on(Box::pin(open_after(options.clone()))),
        }
    }
    let core = match opened {
        Ok(core) => core,
        Err(error @ OpenError::NewerSchema { .. }) => {
            return refuse(arguments, "These data are newer than this program", &error.to_string(), 3);
        }
        Err(error) => return refuse(arguments, "Meanwhile cannot open its data", &error.to_string(), 1),
    };
    match desktop(arguments, core.clone(), native, &data_dir) {
        Ok(app) => {
            let code = app.run_return(lifecycle::event);
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            runtime.block_on(core.shutdown());
            refuse(arguments, "Meanwhile cannot start", &error.to_string(), 1)
        }
    }
}

fn desktop(arguments: &Arguments, core: Core, native: Native, data_dir: &Path) -> tauri::Result<App<Wry>> {
    let hidden = arguments.hidden;
    let builder = tauri::Builder::default()
        .plugin(single_instance(data_dir))
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_clipboard_manager::init());
    #[cfg(not(target_os = "linux"))]
    let builder = builder
        .plugin(tauri_plugin_notification::init())
        .plugin(shortcut::plugin())
        .plugin(crate::file_dialog::plugin());
    #[cfg(target_os = "linux")]
    let builder = builder.manage(crate::keep_awake::Awake::default());
    builder
        .manage(core)
        .manage(Subscriptions::default())
        .manage(lifecycle::Life::default())
        .manage(prove::Proving::default())
        .manage(page::Pages::default())
        .manage(shortcut::Shortcuts::default())
        .manage(window::Closing::default())
        .manage(WindowSize::of(data_dir))
        .manage(tray::Tray::default())
        .manage(named::NamedFiles::default())
        .invoke_handler(crate::answer())
        .on_window_event(window::event)
        .setup(move |app| {
            let app = app.handle();
            notify::start(app, &native);
            if !hidden {
                tauri::async_runtime::block_on(window::open(app, None));
            }
            tray::start(app);
            shortcut::start(app);
            lifecycle::start(app);
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// The plugin reaches a process that is up but whose lock was not seen, as on systems without our kind of lock.
/// Data folders other than the usual one have a name of their own, so that two of them can be open side by side.
fn single_instance(data_dir: &Path) -> tauri::plugin::TauriPlugin<Wry> {
    let raised = |app: &AppHandle, words: Vec<String>, _folder: String| {
        if !words.iter().any(|word| word == "--hidden") {
            window::spawn_open(app, None);
        }
    };
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    tauri_plugin_single_instance::Builder::new()
        .callback(raised)
        .dbus_id(format!("app.meanwhile.desktop.d{:016x}", hasher.finish()))
        .build()
}

/// What becomes of a start while another process holds the data folder.
enum Second {
    /// That one shows its window, or cannot; this one ends.
    Over(ExitCode),
    /// That one ends, and this one goes on with its work.
    GivesWay,
}

fn second(arguments: &Arguments, data_dir: &Path) -> Second {
    match raise::raise(data_dir, arguments.hidden) {
        Ok(Raised::Shown) => Second::Over(ExitCode::SUCCESS),
        Ok(Raised::GivesWay) => Second::GivesWay,
        Err(_) if arguments.hidden => Second::Over(ExitCode::SUCCESS),
        Err(error) => Second::Over(refuse(arguments, "Meanwhile is already running", &error.to_string(), 1)),
    }
}

/// Opens the data that another process is about to leave.
async fn open_after(options: Options) -> Result<Core, OpenError> {
    let started = Instant::now();
    loop {
        match Box::pin(Core::open(options.clone())).await {
            // Nothing tells when a lock is free, so it is tried again.
            Err(OpenError::AlreadyRunning { .. }) if started.elapsed() < FAREWELL => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}

/// Says why nothing starts: on stderr for a terminal, in a box for somebody who clicked an icon.
fn refuse(arguments: &Arguments, title: &str, why: &str, code: u8) -> ExitCode {
    tracing::info!(why, "{title}");
    eprintln!("meanwhile-desktop: {title}: {why}");
    if !arguments.hidden && !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        display::say(title, &sentence(why));
    }
    ExitCode::from(code)
}
