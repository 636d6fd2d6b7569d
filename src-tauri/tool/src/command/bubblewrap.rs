//! A view of the system of a command's own, made by `bwrap`.

use super::orders::Orders;
use super::surroundings::SYSTEM;
use super::{Sandbox, filter};
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where it is looked for. What the user's own path names may be anything.
const PROGRAMS: [&str; 4] =
    ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap", "/run/current-system/sw/bin/bwrap"];

/// What programs need of the system's settings. No passwords, no keys, no names of machines.
pub(super) const SETTINGS: [&str; 19] = [
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/ca-certificates.conf",
    "/etc/fonts",
    "/etc/group",
    "/etc/gitconfig",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki/ca-trust",
    "/etc/pki/tls/certs",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
];

/// How long trying it may take.
const TRYING: Duration = Duration::from_secs(10);

/// The files that are handed to `bwrap`: the filter, and where it says what became of the command.
pub(super) struct View {
    filter: File,
    told: File,
}

impl View {
    pub fn make() -> io::Result<Self> {
        // They stay open in the process that is started, which is what they are for.
        let mut held = File::from(memfd_create("filter", MemfdFlags::empty())?);
        for step in filter::filter(Sandbox::Bubblewrap)? {
            held.write_all(&step.code.to_ne_bytes())?;
            held.write_all(&[step.jt, step.jf])?;
            held.write_all(&step.k.to_ne_bytes())?;
        }
        held.rewind()?;
        Ok(Self { filter: held, told: File::from(memfd_create("told", MemfdFlags::empty())?) })
    }

    /// Runs the command in the folder of the orders.
    pub fn command(&self, orders: &Orders) -> io::Result<Command> {
        let mut command = self.base(&orders.home, orders.memory_bytes / 4)?;
        for folder in &orders.seen {
            command.arg("--ro-bind-try").arg(folder).arg(folder);
        }
        command.arg("--bind").arg(&orders.folder).arg(&orders.folder);
        for kept in &orders.kept {
            let kept = orders.folder.join(kept);
            command.arg("--ro-bind").arg(&kept).arg(&kept);
        }
        command.args(["--remount-ro", "/", "--chdir"]).arg(&orders.folder);
        command.env("TMPDIR", "/tmp");
        // Shells name the limit of processes in two ways. Inside, only processes of this view count.
        let limited = r#"ulimit -u "$2" 2>/dev/null || ulimit -p "$2" 2>/dev/null
            command -v nice >/dev/null && exec nice -n "$3" /bin/sh -c "$1"
            exec /bin/sh -c "$1""#;
        command.args(["--", "/bin/sh", "-c", limited, "sh", &orders.command]);
        command.args([orders.most_processes().to_string(), super::COURTESY.to_string()]);
        Ok(command)
    }

    /// Whether there was a command at all, as far as `bwrap` says.
    pub fn had_command(&mut self) -> io::Result<bool> {
        let mut told = String::new();
        self.told.rewind()?;
        self.told.read_to_string(&mut told)?;
        Ok(told.contains("exit-code"))
    }

    fn base(&self, home: &Path, room: u64) -> io::Result<Command> {
        let program = program().ok_or_else(|| io::Error::other("bwrap is not there"))?;
        let mut command = Command::new(program);
        command.args(["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]);
        command.args(["--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"]);
        command.args(["--cap-drop", "ALL", "--hostname", "sandbox"]);
        command.arg("--seccomp").arg(self.filter.as_raw_fd().to_string());
        command.arg("--json-status-fd").arg(self.told.as_raw_fd().to_string());
        for folder in SYSTEM {
            // Mostly a link into `/usr`.
            match fs::read_link(folder) {
                Ok(to) => command.arg("--symlink").arg(to).arg(folder),
                Err(_) => command.args(["--ro-bind-try", folder, folder]),
            };
        }
        for setting in SETTINGS {
            command.args(["--ro-bind-try", setting, setting]);
        }
        // To the super user the system's own settings are open without any right, and `bwrap` does not always see to it.
        command.args(["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"]);
        for folder in [Path::new("/tmp"), Path::new("/var/tmp"), Path::new("/run"), home] {
            command.arg("--size").arg(room.to_string()).arg("--tmpfs").arg(folder);
        }
        Ok(command)
    }
}

/// Whether a command runs in such a view and can write nothing outside of its folder.
pub(super) fn works() -> bool {
    let tried = || -> io::Result<bool> {
        let view = View::make()?;
        let mut command = view.base(Path::new("/root"), 1 << 20)?;
        command.args(["--remount-ro", "/", "--", "/bin/sh", "-c"]);
        command.arg(
            "(echo x > /usr/x) 2>/dev/null && exit 1; (echo x > /x) 2>/dev/null && exit 1; \
             (echo x > /proc/sys/kernel/domainname) 2>/dev/null && exit 1; exit 77",
        );
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let last = Instant::now() + TRYING;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status.code() == Some(77));
            }
            if Instant::now() > last {
                child.kill()?;
                child.wait()?;
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    tried().unwrap_or(false)
}

fn program() -> Option<PathBuf> {
    PROGRAMS.iter().map(PathBuf::from).find(|program| program.is_file())
}
