//! `revisor backup`: a copy of the SQLite database as it is at one moment, beside a running server.
//!
//! The copy is made by SQLite (`VACUUM INTO`), which only reads: recording goes on meanwhile. It
//! is whole or not there, and only its owner can read it.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{CommandError, system};
use crate::{config::Settings, file::settle};

/// Where to.
#[derive(Args)]
pub(super) struct Backup {
    /// The file to write, which must not exist
    file: PathBuf,
}

pub(super) async fn run(settings: &Settings, backup: Backup) -> Result<(), CommandError> {
    if !settings.database_url.starts_with("sqlite:") {
        let told = "PostgreSQL is backed up by its own programs, pg_dump or pg_basebackup: see \
                    docs/backup.md";
        return Err(CommandError::Other(told.to_owned()));
    }
    let path = &backup.file;
    let failed = || system(path.display().to_string());
    if path.try_exists().map_err(failed())? {
        return Err(failed()(io::ErrorKind::AlreadyExists.into()));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let copied = copy(settings, &part).await;
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied?;
    settle(&part, path).map_err(failed())
}

async fn copy(settings: &Settings, part: &Path) -> Result<(), CommandError> {
    let failed = || system(part.display().to_string());
    // SQLite writes into an empty file, which has the rights it was given here.
    let mut options = OpenOptions::new();
    let made = options.write(true).create(true).truncate(true).mode(0o600);
    let file = made.open(part).map_err(failed())?;
    let into = part
        .to_str()
        .ok_or_else(|| CommandError::Other("the file's name must be valid UTF-8".to_owned()))?;
    audit::backup::copy(&settings.database_url, into).await?;
    file.sync_all().map_err(failed())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::Flags;
    use audit::{Audit, Options, Principal};

    fn settings(folder: &Path) -> Settings {
        Settings::read(Flags {
            data_dir: Some(folder.to_owned()),
            ..Flags::default()
        })
        .unwrap()
    }

    async fn hosts(settings: &Settings) -> Vec<String> {
        migration::up(&settings.database_url).await.unwrap();
        let audit = Audit::open(&settings.database_url, Options::default())
            .await
            .unwrap();
        let host = types::HostInput::read(serde_json::json!({"name": "crm"})).unwrap();
        audit::hosts::ensure(&audit, &Principal::System, host)
            .await
            .unwrap();
        let found = audit::hosts::list(&audit, &Principal::System, false)
            .await
            .unwrap();
        audit.close().await;
        found.into_iter().map(|host| host.name).collect()
    }

    #[tokio::test]
    async fn a_backup_is_a_database_for_its_owner_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let names = hosts(&settings).await;
        let file = folder.path().join("copy/revisor.db");
        fs::create_dir(file.parent().unwrap()).unwrap();
        let backup = || Backup { file: file.clone() };
        run(&settings, backup()).await.unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
        let error = run(&settings, backup()).await.unwrap_err().to_string();
        assert!(error.contains("exists"), "{error}");
        assert_eq!(
            hosts(&super::tests::settings(file.parent().unwrap())).await,
            names
        );
    }

    #[tokio::test]
    async fn no_database_is_made_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy.db");
        let backup = Backup { file: file.clone() };
        run(&settings(folder.path()), backup).await.unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
