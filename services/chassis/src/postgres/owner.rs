//! As whom the server runs: root drops to another user, everyone else is themselves.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use super::ClusterError;

/// The user that owns the data and runs the server.
#[derive(Debug)]
pub(super) struct Owner {
    /// Set when we are root and drop to this user and group.
    drop_to: Option<(u32, u32)>,
}

// === impl Owner ===

impl Owner {
    /// `home` is where the cluster is, or will be: root runs one that exists as its owner, so
    /// that a visit of root does not take it away from them.
    pub(super) fn choose(home: &Path) -> Result<Self, ClusterError> {
        if !Uid::effective().is_root() {
            return Ok(Self { drop_to: None });
        }
        let owner = fs::metadata(home).map(|meta| (meta.uid(), meta.gid()));
        if let Ok((uid, gid)) = owner
            && uid != 0
        {
            return Ok(Self {
                drop_to: Some((uid, gid)),
            });
        }
        let user = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .ok_or(ClusterError::NoUser)?;
        Ok(Self {
            drop_to: Some((user.uid.as_raw(), user.gid.as_raw())),
        })
    }

    /// Gives `path` to the owner.
    pub(super) fn take(&self, path: &Path) -> io::Result<()> {
        match self.drop_to {
            Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }

    /// Makes `command` run as the owner.
    pub(super) fn run_as(&self, command: &mut Command) {
        if let Some((uid, gid)) = self.drop_to {
            command.uid(uid).gid(gid);
        }
    }

    /// Whether the owner can pass through `path` and all above it: root's own home is closed to
    /// others.
    pub(super) fn can_reach(&self, path: &Path) -> bool {
        let Some((uid, gid)) = self.drop_to else {
            return true;
        };
        path.ancestors()
            .all(|directory| match fs::metadata(directory) {
                Ok(meta) if meta.uid() == uid => meta.mode() & 0o100 != 0,
                Ok(meta) if meta.gid() == gid => meta.mode() & 0o010 != 0,
                Ok(meta) => meta.mode() & 0o001 != 0,
                Err(_) => true, // to be made by us
            })
    }
}
