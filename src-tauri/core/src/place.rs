//! Where the data folder is: a network or a program that synchronises can damage a database that is in use.

use std::path::{Path, PathBuf};

/// File systems of another computer or another program, by the number that `statfs` gives.
///
/// Source: `linux/magic.h`. FUSE is what SSHFS, rclone and the mounts of desktops are made with.
const FOREIGN: [(u32, &str); 8] = [
    (0x6969, "a network drive (NFS)"),
    (0x517B, "a network drive (SMB)"),
    (0xFF53_4D42, "a network drive (SMB)"),
    (0xFE53_4D42, "a network drive (SMB)"),
    (0x5346_414F, "a network drive (AFS)"),
    (0x00C3_6400, "a network drive (Ceph)"),
    (0x0102_1997, "a folder of another system (9P)"),
    (0x6573_5546, "a drive that another program provides (FUSE, such as SSHFS)"),
];

/// Folders that programs synchronise, by the beginning of the names that those programs give them.
const BY_NAME: [(&str, &str); 9] = [
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("com~apple~CloudDocs", "iCloud"),
    ("iCloud Drive", "iCloud"),
    ("iCloudDrive", "iCloud"),
    ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"),
];

/// What those programs leave in the uppermost folder that they synchronise.
const BY_MARK: [(&str, &str); 4] = [
    (".stfolder", "Syncthing"),
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".tmp.drivedownload", "Google Drive"),
];

/// Why the data are not safe in this folder, and what to do; `None` where they are, as far as can be told.
pub fn warning(folder: &Path) -> Option<String> {
    // It may not be there yet, and a link leads elsewhere.
    let there = folder.ancestors().find_map(|above| above.canonicalize().ok())?;
    let place = match synchronised(&there).or_else(|| synchronised(folder)) {
        Some(program) => format!("in a folder that {program} synchronises"),
        None => format!("on {}", foreign(file_system(&there)?)?),
    };
    Some(format!(
        "The data folder {} is {place}, where a database in use can be damaged. Set MEANWHILE_DATA_DIR to a folder \
         on this computer's own disk, and move the data there while Meanwhile does not run.",
        folder.display()
    ))
}

/// The file system of another computer or program that has this number.
fn foreign(magic: u32) -> Option<&'static str> {
    FOREIGN.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name)
}

/// The program that synchronises this folder or one above it.
fn synchronised(folder: &Path) -> Option<&'static str> {
    folder.ancestors().find_map(|above| {
        let name = above.file_name()?.to_string_lossy();
        let by_name = BY_NAME.iter().find(|(known, _)| name.starts_with(known));
        let is_mark = |path: PathBuf| {
            // In the home folder, a folder of this name is where Dropbox keeps what it knows of itself.
            path.exists() && (path.is_file() || !path.ends_with(".dropbox"))
        };
        let by_mark = || BY_MARK.iter().find(|(mark, _)| is_mark(above.join(mark)));
        by_name.or_else(by_mark).map(|(_, program)| *program)
    })
}

#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> Option<u32> {
    // The numbers have 32 bits, whatever the width of the field and its sign.
    rustix::fs::statfs(folder).ok().map(|found| (found.f_type as u64 & 0xFFFF_FFFF) as u32)
}

/// Elsewhere they are told by name only.
#[cfg(not(target_os = "linux"))]
fn file_system(_: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    // F20
    #[test]
    fn a_network_drive_is_told_from_a_disk_by_its_number() {
        let drives = [(0x6969, "NFS"), (0xFF53_4D42, "SMB"), (0xFE53_4D42, "SMB"), (0x6573_5546, "SSHFS")];
        for (magic, name) in drives {
            assert!(foreign(magic).unwrap().contains(name), "{magic:x}");
        }
        // ext4, btrfs, xfs, tmpfs, overlayfs, ZFS
        for disk in [0xEF53, 0x9123_683E, 0x5846_5342, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1] {
            assert_eq!(foreign(disk), None, "{disk:x}");
        }
    }

    // F20
    #[test]
    fn a_folder_that_is_synchronised_is_told_by_its_path() {
        for (path, program) in [
            ("/home/ada/Dropbox/meanwhile", "Dropbox"),
            ("/home/ada/Dropbox (Work)/deep/down/meanwhile", "Dropbox"),
            ("/home/ada/OneDrive - Example Ltd/meanwhile", "OneDrive"),
            (
                "/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/meanwhile",
                "Google Drive",
            ),
            ("/Users/ada/Google Drive/meanwhile", "Google Drive"),
            ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/meanwhile", "iCloud"),
            ("/home/ada/Nextcloud/meanwhile", "Nextcloud"),
        ] {
            assert_eq!(synchronised(Path::new(path)), Some(program), "{path}");
        }
        assert_eq!(synchronised(Path::new("/home/ada/.local/share/meanwhile")), None);
    }

    // F20
    #[test]
    fn a_folder_that_is_synchronised_is_told_by_what_the_program_left_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("shared/meanwhile");
        std::fs::create_dir_all(folder.path().join(".dropbox")).unwrap();
        assert_eq!(warning(&data), None, "Dropbox is installed, and its folder is elsewhere");
        std::fs::create_dir_all(folder.path().join("shared/.stfolder")).unwrap();
        let said = warning(&data).unwrap();
        assert!(said.contains("in a folder that Syncthing synchronises"), "{said}");
        assert!(said.contains("MEANWHILE_DATA_DIR"), "{said}");
    }
}
