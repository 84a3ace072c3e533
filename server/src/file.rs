//! Files that are there whole or not at all, whenever power or process ends.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Gives the finished file `part` its name `path`, unless there is one of that name; `part` is gone
/// then. What is in it must be on the disk already.
pub(crate) fn settle(part: &Path, path: &Path) -> io::Result<()> {
    let settled = match fs::hard_link(part, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if path.try_exists()? => Err(io::ErrorKind::AlreadyExists.into()),
        // There are file systems without links.
        Err(_) => return fs::rename(part, path).and_then(|()| sync_folder(path)),
        Ok(()) => sync_folder(path),
    };
    fs::remove_file(part)?;
    settled
}

/// Has the disk know the names in the folder of `path`.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_its_place_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let (part, path) = (folder.path().join("a.part"), folder.path().join("a"));
        fs::write(&part, "first").unwrap();
        settle(&part, &path).unwrap();
        fs::write(&part, "second").unwrap();
        let error = settle(&part, &path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert!(!part.exists());
    }
}
