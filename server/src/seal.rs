//! What sealing keeps outside the database: the signing key, and the last checkpoint, which tells
//! at the next start that the database was not put back to an earlier day.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use audit::{Audit, Ports, Principal, Seed};

use crate::command::CommandError;
use crate::config::Settings;

/// The file of the last checkpoint, in the data folder.
const CHECKPOINT: &str = "checkpoint";

/// Starts to seal, after a look at whether the database is the one that was sealed here before.
pub(crate) async fn start(audit: &Audit, settings: &Settings) -> Result<(), CommandError> {
    let seed = seed(settings)?;
    check(audit, settings).await?;
    Ok(audit.start_sealing(&seed, settings.new_signing_key).await?)
}

/// The secret that checkpoints are signed with: from its file, which is made if it is missing.
/// Only its owner may read the file.
fn seed(settings: &Settings) -> Result<Seed, CommandError> {
    let path = &settings.signing_key_file;
    let failed = |source| CommandError::System {
        what: format!("the signing key {} cannot be used", path.display()),
        source,
    };
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                tracing::warn!(path = %path.display(), "others than its owner may read the signing key");
            }
            Seed::from_base64(&text).ok_or_else(|| {
                let path = path.display();
                CommandError::Other(format!("{path} holds no signing key: 32 bytes in base64"))
            })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            (Ports::default().random)(&mut bytes);
            let seed = Seed(bytes);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            let mut options = OpenOptions::new();
            // Of two servers that start at once, one makes it and the other reads it next time.
            options.write(true).create_new(true).mode(0o600);
            let mut file = options.open(path).map_err(failed)?;
            writeln!(file, "{}", seed.to_base64()).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            sync_folder(path).map_err(failed)?;
            tracing::info!(path = %path.display(), "a signing key was made; keep a copy of it");
            Ok(seed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Refuses a database that is behind the last checkpoint signed here, unless that is meant; then
/// it is recorded.
async fn check(audit: &Audit, settings: &Settings) -> Result<(), CommandError> {
    let path = path(settings);
    let note = match fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            let what = format!("the checkpoint {} cannot be read", path.display());
            return Err(CommandError::System { what, source });
        }
    };
    let Err(why) = audit::integrity::holds(audit, &note).await else {
        return Ok(());
    };
    if !settings.accept_older_database {
        return Err(CommandError::Other(format!(
            "the database is not the one that was sealed here: {why}. If it was put back on \
             purpose, start once with --accept-older-database; that is recorded. The checkpoint \
             is in {}",
            path.display()
        )));
    }
    audit::integrity::accept(audit, &Principal::System, &note, &why).await?;
    let aside = path.with_extension("before");
    fs::rename(&path, &aside).map_err(|source| CommandError::System {
        what: format!("the checkpoint {} cannot be moved", path.display()),
        source,
    })?;
    tracing::warn!(%why, kept = %aside.display(), "an older database was accepted");
    Ok(())
}

/// Writes every new checkpoint to the data folder, until the audit core is closed.
pub(crate) async fn keep(audit: Audit, settings: Settings) {
    let Some(mut sealed) = audit.sealed() else {
        return;
    };
    drop(audit);
    let path = path(&settings);
    let mut told = false;
    while sealed.changed().await.is_ok() {
        let Some(note) = sealed.borrow_and_update().clone() else {
            continue;
        };
        let to = path.clone();
        let written = tokio::task::spawn_blocking(move || replace(&to, &note)).await;
        match written {
            Ok(Ok(())) => told = false,
            Ok(Err(error)) if !told => {
                tracing::error!(%error, path = %path.display(), "the checkpoint cannot be kept");
                told = true;
            }
            _ => {}
        }
    }
}

fn path(settings: &Settings) -> PathBuf {
    settings.data_dir.join(CHECKPOINT)
}

/// Replaces a file whole: whatever happens, the old or the new text is there.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
