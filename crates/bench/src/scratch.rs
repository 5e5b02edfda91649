//! A folder for one run's data, gone afterwards.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process,
};

/// The folder.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one in `parent`, through which other users may pass but not look.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(parent: &Path) -> io::Result<Scratch> {
        let path = parent.join(format!("tegata-bench-{}", process::id()));
        fs::create_dir(&path)?;
        let scratch = Scratch(path);
        fs::set_permissions(&scratch.0, fs::Permissions::from_mode(0o711))?;
        Ok(scratch)
    }

    /// A new folder in it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir(&path)?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left where temporary files belong.
        let _ = fs::remove_dir_all(&self.0);
    }
}
