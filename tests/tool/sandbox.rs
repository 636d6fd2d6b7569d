//! What a command in a sandbox cannot do.

use crate::command::{PROGRAM, name, sandboxes};
use crate::folder::Folder;
use meanwhile_tool::Sandbox;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::Command;

// F61
#[tokio::test]
async fn a_command_writes_nothing_outside_of_its_folder() {
    for sandbox in sandboxes() {
        let folder = Folder::new(&[]);
        fs::write(folder.outside("secret"), "secret").unwrap();
        symlink(folder.outside("secret"), folder.path("link")).unwrap();
        symlink(folder.outside(""), folder.path("up")).unwrap();
        let secret = folder.outside("secret").display().to_string();
        let home = std::env::home_dir().unwrap().display().to_string();
        let mark = folder.mark();
        let ways = format!(
            "echo escaped > {secret}\necho escaped > ../secret\necho escaped > link\necho escaped > up/secret\n\
             echo escaped > up/new\necho escaped > /proc/self/root{secret}\necho escaped > /proc/1/root{secret}\n\
             echo escaped > /proc/$PPID/root{secret}\necho escaped > /proc/$PPID/cwd/../secret\nrm -f {secret}\n\
             mv {secret} {secret}2\nln -f {secret} hard && echo escaped > hard\nchmod 777 {secret}\n\
             touch /usr/{mark} /etc/{mark} /{mark} /var/{mark} /opt/{mark} /dev/{mark}\necho escaped > {home}/{mark}\n\
             mkdir ../made\nmount --bind {secret} link\nunshare -rm true && echo escaped > {secret}\n\
             (echo escaped > /proc/sys/kernel/domainname) && echo written\necho escaped > /etc/passwd\n\
             mknod disk b 254 0 && head -c 1 disk && echo escaped > {secret}\n\
             cd /tmp && echo escaped > {secret}\nexit 0"
        );
        let done = folder.command(sandbox, &ways).await;
        assert!(done.text.ends_with("(exit 0)"), "{sandbox:?} {}", done.text);
        assert!(!folder.is_there("disk"), "{sandbox:?}");
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret", "{sandbox:?}");
        assert_eq!(fs::read_dir(folder.outside("")).unwrap().count(), 2, "{sandbox:?}");
        assert!(!done.text.contains("written"), "{sandbox:?} {}", done.text);
        for place in ["/usr", "/etc", "/", "/var", "/opt", "/dev", &home] {
            assert!(!fs::exists(format!("{place}/{mark}")).unwrap(), "{sandbox:?} {place}");
        }
    }
}

// F61
#[test]
fn a_command_sees_neither_secrets_of_the_home_nor_of_the_surroundings() {
    for sandbox in sandboxes() {
        let home = tempfile::tempdir_in("/var/tmp").unwrap();
        let canary = "canary-7d1f";
        for path in [".ssh/id", ".netrc", ".cargo/credentials.toml", ".cargo/bin/tool", "notes"] {
            fs::create_dir_all(home.path().join(path).parent().unwrap()).unwrap();
            fs::write(home.path().join(path), canary).unwrap();
        }
        let folder = home.path().join("project");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("own"), "own\n").unwrap();
        let at = home.path().canonicalize().unwrap().display().to_string();
        let command = format!(
            "cat own\nenv\ncat /proc/*/environ\ncat {at}/.ssh/id {at}/.netrc {at}/notes {at}/.cargo/credentials.toml\n\
             cat ~/.ssh/id ../notes /proc/1/root{at}/notes\nls -a {at} ~\nfind / -xdev -name notes 2>/dev/null\nid\n\
             cat /etc/shadow\nls /etc/ssl/private"
        );
        let said = Command::new(PROGRAM)
            .args(["drive", folder.to_str().unwrap(), &name(sandbox), &command])
            .env("HOME", home.path())
            .env_remove("CARGO_HOME")
            .env("MEANWHILE_CANARY", canary)
            .env("OPENAI_API_KEY", canary)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&said.stdout);
        assert!(said.starts_with("own"), "{sandbox:?} {said}");
        assert!(!said.contains(canary), "{sandbox:?} {said}");
        assert!(!said.contains("root:$") && !said.contains("root:*"), "{sandbox:?} {said}");
        let variables: Vec<&str> =
            said.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        let allowed = [
            "PATH",
            "HOME",
            "TERM",
            "LANG",
            "LANGUAGE",
            "TZ",
            "USER",
            "LOGNAME",
            "TMPDIR",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "PAGER",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "CARGO_NET_OFFLINE",
        ];
        for name in variables.into_iter().filter(|name| name.to_uppercase() == *name && !name.contains(' ')) {
            let is_known = allowed.contains(&name) || name.starts_with("LC_") || name.starts_with("GIT_");
            assert!(is_known, "{sandbox:?} {name}");
        }
    }
}

// F61
#[tokio::test]
async fn a_command_reaches_nobody() {
    for sandbox in sandboxes() {
        let folder = Folder::new(&[]);
        folder.with_probe();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        udp.set_nonblocking(true).unwrap();
        let _socket = UnixListener::bind(folder.outside("socket")).unwrap();
        let mark = folder.mark();
        let _named = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&mark).unwrap()).unwrap();
        let reach = format!(
            "./probe reach {} {} {} {mark}",
            tcp.local_addr().unwrap(),
            udp.local_addr().unwrap(),
            folder.outside("socket").display()
        );
        let open = folder.command(Sandbox::None, &reach).await;
        assert_eq!(
            open.text, "tcp true\nsocket true\nabstract true\n(exit 0)",
            "without a sandbox all are reached"
        );
        assert!(udp.recv(&mut [0; 16]).is_ok());
        let done = folder.command(sandbox, &reach).await;
        assert_eq!(done.text, "tcp false\nsocket false\nabstract false\n(exit 0)", "{sandbox:?}");
        assert!(udp.recv(&mut [0; 16]).is_err(), "{sandbox:?}");
    }
}

// F61
#[tokio::test]
async fn a_command_writes_nothing_of_what_git_keeps() {
    for sandbox in sandboxes() {
        let folder = Folder::new(&[
            (".git/config", "[core]\n"),
            (".git/hooks/pre-commit", "#!/bin/sh\n"),
            ("sub/.git", "gitdir: x\n"),
            ("deep/er/.git/config", "[core]\n"),
            ("src/a", "a"),
        ]);
        let ways = "for git in .git sub/.git deep/er/.git; do\n\
                    echo escaped >> $git/config; echo escaped > $git/hooks/post-checkout; echo escaped >> $git\n\
                    mv $git $git-moved; rm -rf $git; chmod 777 $git/config; ln -sf /tmp $git; done\n\
                    echo changed > src/a; echo new > src/b; exit 0";
        let before = folder.all();
        let done = folder.command(sandbox, ways).await;
        assert!(done.text.ends_with("(exit 0)"), "{sandbox:?} {}", done.text);
        assert_eq!(folder.read("src/a"), "changed\n", "{sandbox:?}");
        assert_eq!(folder.read("src/b"), "new\n", "{sandbox:?}");
        let of_git = |all: Vec<(String, String)>| all.into_iter().filter(|(path, _)| path.contains(".git"));
        assert!(of_git(folder.all()).eq(of_git(before)), "{sandbox:?} {:?}", folder.all());
    }
}

// F61, F62
#[tokio::test]
async fn a_command_can_end_nobody_and_gets_nothing_that_was_open() {
    for sandbox in sandboxes() {
        let folder = Folder::new(&[]);
        let other = Command::new("sleep").arg("1000").spawn();
        let mut other = other.unwrap();
        let command = format!(
            "trap '' TERM; kill -9 {} $PPID {} 2>/dev/null; kill -TERM -1 2>/dev/null; ls /proc/self/fd | tr '\\n' ' '",
            other.id(),
            std::process::id()
        );
        let done = folder.command(sandbox, &command).await;
        assert_eq!(done.text, "0 1 2 3 \n(exit 0)", "{sandbox:?}");
        assert!(other.try_wait().unwrap().is_none(), "{sandbox:?}");
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
