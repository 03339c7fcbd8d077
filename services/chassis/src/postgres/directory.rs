//! The cluster's folder: where it is, who uses it, and its password.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::{digest, rand};

use super::ClusterError;
use super::owner::Owner;

/// Where root's clusters live when root's own directories are closed to the server's user.
const SHARED: &str = "/var/lib/guardmesh";

/// The folder of the cluster, where its owner can reach it.
pub(super) fn name(root: &Path, major: u32) -> PathBuf {
    root.join(format!("postgres-{major}"))
}

/// Makes the folder of the cluster: `<root>/postgres-<major>`, owned by the server's user.
pub(super) fn prepare(root: &Path, major: u32, owner: &Owner) -> Result<PathBuf, ClusterError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| ClusterError::Directory { path, error }
    };
    fs::create_dir_all(root).map_err(at(root))?;
    let root = fs::canonicalize(root).map_err(at(root))?;
    let home = if owner.can_reach(&root) {
        name(&root, major)
    } else {
        // Another checkout is another cluster.
        let digest = digest::digest(&digest::SHA256, root.as_os_str().as_encoded_bytes());
        let folder = hex::encode(&digest.as_ref()[..8]);
        let home = name(&Path::new(SHARED).join(folder), major);
        tracing::info!(path = %home.display(), "PostgreSQL's user cannot enter {}: its data is kept elsewhere", root.display());
        home
    };
    fs::create_dir_all(&home).map_err(at(&home))?;
    owner.take(&home).map_err(at(&home))?;
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).map_err(at(&home))?;
    Ok(home)
}

/// Keeps the folder to this process; the system lets go of it however the process ends.
pub(super) fn lock(home: &Path) -> Result<File, ClusterError> {
    let path = home.join("lock");
    let failed = |error| ClusterError::Directory {
        path: home.to_owned(),
        error,
    };
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(home.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The password of all roles: made once, kept beside the data, readable by us alone.
pub(super) fn password(home: &Path) -> Result<String, ClusterError> {
    let path = home.join("password");
    read_or_make(&path).map_err(|error| ClusterError::Directory { path, error })
}

fn read_or_make(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Ok(password) if !password.is_empty() => return Ok(password),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).map_err(io::Error::other)?;
    let password = hex::encode(bytes);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(password.as_bytes())?;
    Ok(password)
}
