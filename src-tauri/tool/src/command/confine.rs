//! What a command gives up where there is no view of its own: Landlock for files and signals, a filter for the network.

use super::bubblewrap::SETTINGS;
use super::orders::Orders;
use super::surroundings::SYSTEM;
use super::{Sandbox, filter, tree};
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath, PathFd,
    Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetStatus, Scope,
};
use rustix::thread::{CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities};
use std::io;
use std::path::Path;

/// The first with signals: without them a command could end the process that has to end it. Less than all of it is nothing.
const NEEDED: ABI = ABI::V6;

/// Devices that hold nothing.
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Gives up, for this thread and whatever it starts, all that a command does not need.
pub(super) fn confine(orders: &Orders) -> io::Result<()> {
    let mut rules = ruleset()?;
    let reading = AccessFs::from_read(NEEDED);
    let own = orders.seen.iter().map(|path| path.as_path());
    let system = SYSTEM.iter().chain(&SETTINGS).chain(&["/proc"]).map(Path::new);
    for path in system.chain(own) {
        rules = allow(rules, path, reading)?;
    }
    for device in DEVICES {
        rules = allow(rules, Path::new(device), AccessFs::ReadFile | AccessFs::WriteFile)?;
    }
    if let Some(scratch) = &orders.scratch {
        rules = allow(rules, scratch, writing())?;
    }
    rules = writable(rules, &orders.folder, "", orders)?;
    powerless()?;
    enforce(rules)
}

/// The rights of the super user, should the app run as that, which Landlock does not take away.
fn powerless() -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    // What is not within these bounds is not given back to what is run later either.
    for right in CapabilitySet::all() {
        // Rights that this system does not know are not had.
        let _ = remove_capability_from_bounding_set(right);
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(())
}

/// The folder may be written, but for what git keeps. A rule holds for all that is below, so a folder with a repository in it
/// is given by what is in it now, and gets no new names itself.
fn writable(
    mut rules: RulesetCreated,
    folder: &Path,
    prefix: &str,
    orders: &Orders,
) -> io::Result<RulesetCreated> {
    let is_kept = |path: &str| orders.kept.iter().any(|kept| kept == path);
    let has_kept = |prefix: &str| orders.kept.iter().any(|kept| kept.starts_with(prefix));
    if !has_kept(prefix) {
        return allow(rules, folder, writing());
    }
    rules = allow(rules, folder, AccessFs::from_read(NEEDED))?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // What a link leads to has its own rule, or none.
        if is_kept(&path) || entry.file_type()?.is_symlink() {
            continue;
        }
        rules = if entry.file_type()?.is_dir() {
            writable(rules, &entry.path(), &format!("{path}/"), orders)?
        } else {
            allow(rules, &entry.path(), writing())?
        };
    }
    Ok(rules)
}

/// Everything but making devices and talking to them: one of them is the disk.
fn writing() -> BitFlags<AccessFs> {
    AccessFs::from_all(NEEDED) & !(AccessFs::MakeBlock | AccessFs::MakeChar | AccessFs::IoctlDev)
}

fn ruleset() -> io::Result<RulesetCreated> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEEDED)))
        .and_then(|rules| rules.scope(Scope::from_all(NEEDED)))
        .and_then(Ruleset::create)
        .map_err(io::Error::other)
}

/// What is not there needs no rule.
fn allow(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> io::Result<RulesetCreated> {
    let Ok(found) = std::fs::metadata(path) else { return Ok(rules) };
    let access = if found.is_dir() { access } else { access & AccessFs::from_file(NEEDED) };
    let opened = PathFd::new(path).map_err(io::Error::other)?;
    rules.add_rule(PathBeneath::new(opened, access)).map_err(io::Error::other)
}

fn enforce(rules: RulesetCreated) -> io::Result<()> {
    let status = rules.restrict_self().map_err(io::Error::other)?;
    if status.ruleset != RulesetStatus::FullyEnforced || !status.no_new_privs {
        return Err(io::Error::other("Landlock is not in force"));
    }
    let filter = filter::filter(Sandbox::Landlock)?;
    seccompiler::apply_filter(&filter).map_err(io::Error::other)
}

/// Whether all of it comes into force, tried on a thread that ends with it.
pub(super) fn works() -> bool {
    let tried = std::thread::spawn(|| {
        let can_read = || std::fs::read_dir("/").is_ok();
        let before = can_read();
        let is_in_force = ruleset().and_then(enforce).is_ok();
        is_in_force && before && !can_read() && std::net::UdpSocket::bind("127.0.0.1:0").is_err()
    });
    tree::is_known() && tried.join().unwrap_or(false)
}
