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
use crate::file::{settle, sync_folder};

/// Starts to seal, after a look at whether the database is the one that was sealed here before.
pub(crate) async fn start(audit: &Audit, settings: &Settings) -> Result<(), CommandError> {
    let seed = seed(settings)?;
    check(audit, settings).await?;
    Ok(audit.start_sealing(&seed).await?)
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
            if !make(path, &seed).map_err(failed)? {
                return self::seed(settings);
            }
            tracing::info!(path = %path.display(), "a signing key was made; keep a copy of it");
            Ok(seed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Puts a new key in its place, whole or not at all: one that was half written would keep every
/// later start from going on. `false` where another server was quicker.
fn make(path: &Path, seed: &Seed) -> io::Result<bool> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    writeln!(file, "{}", seed.to_base64())?;
    file.sync_all()?;
    match settle(&new, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        settled => settled.map(|()| true),
    }
}

/// Refuses a database that is behind the last checkpoint signed here, unless that is meant; then
/// it is recorded.
async fn check(audit: &Audit, settings: &Settings) -> Result<(), CommandError> {
    let path = path(audit, settings).await?;
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
    let path = match path(&audit, &settings).await {
        Ok(path) => path,
        Err(error) => {
            tracing::error!(%error, "checkpoints cannot be kept");
            return;
        }
    };
    drop(audit);
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

/// The file of the last checkpoint. It is named after the trail: one folder may serve several
/// databases, one after the other.
async fn path(audit: &Audit, settings: &Settings) -> Result<PathBuf, CommandError> {
    let name = audit::integrity::origin(audit).await?.replace('/', "-");
    Ok(settings.data_dir.join(format!("{name}.checkpoint")))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;
    use audit::Options;
    use proof::{Checkpoint, Hash, Signer};

    fn settings(folder: &Path, accept: bool) -> Settings {
        Settings::read(Flags {
            data_dir: Some(folder.to_owned()),
            accept_older_database: accept,
            ..Flags::default()
        })
        .unwrap()
    }

    async fn opened(settings: &Settings) -> Audit {
        migration::up(&settings.database_url).await.unwrap();
        Audit::open(&settings.database_url, Options::default())
            .await
            .unwrap()
    }

    #[test]
    fn a_signing_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let strict = settings(&folder.path().join("data"), false);
        let made = seed(&strict).unwrap();
        let kept = fs::metadata(&strict.signing_key_file).unwrap();
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
        assert_eq!(seed(&strict).unwrap().0, made.0);
        assert!(!make(&strict.signing_key_file, &Seed([7; 32])).unwrap());
        assert_eq!(
            seed(&strict).unwrap().0,
            made.0,
            "another server is no quicker"
        );
        let files = fs::read_dir(folder.path().join("data")).unwrap().count();
        assert_eq!(files, 1, "nothing else is left");
        fs::write(&strict.signing_key_file, "c2hvcnQ=").unwrap();
        let error = seed(&strict).unwrap_err().to_string();
        assert!(error.contains("32 bytes"), "{error}");
        assert!(!error.contains("c2hvcnQ"), "{error}");
    }

    #[tokio::test]
    async fn a_database_behind_its_last_checkpoint_is_refused_unless_that_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let strict = settings(folder.path(), false);
        let audit = opened(&strict).await;
        start(&audit, &strict).await.unwrap();
        let file = path(&audit, &strict).await.unwrap();
        // Signed here over a hundred logs, which the database does not hold any more.
        let origin = audit::integrity::origin(&audit).await.unwrap();
        let signer = Signer::new(&origin, &seed(&strict).unwrap().0).unwrap();
        let later = signer.sign(&Checkpoint {
            origin,
            size: 100,
            root: Hash::of_nothing(),
        });
        replace(&file, &later).unwrap();
        audit.close().await;

        let audit = opened(&strict).await;
        let error = start(&audit, &strict).await.unwrap_err().to_string();
        assert!(error.contains("over 100 logs"), "{error}");
        assert!(error.contains("--accept-older-database"), "{error}");
        assert!(audit.sealed().is_none(), "nothing is sealed on it");
        audit.close().await;

        let meant = settings(folder.path(), true);
        let audit = opened(&meant).await;
        start(&audit, &meant).await.unwrap();
        assert!(!file.exists() && file.with_extension("before").exists());
        let query = types::LogQuery {
            model: Some("revisor.trail".to_owned()),
            ..types::LogQuery::default()
        };
        let told = audit::logs::list(&audit, &Principal::System, &query)
            .await
            .unwrap();
        assert_eq!(told.items.len(), 1, "that it was accepted is a log");
        audit.close().await;
        // The next start needs no flag: what was accepted is the trail from now on.
        let audit = opened(&strict).await;
        start(&audit, &strict).await.unwrap();
        audit.close().await;
    }

    #[tokio::test]
    async fn a_folder_may_serve_one_database_after_another() {
        let folder = tempfile::tempdir().unwrap();
        let strict = settings(folder.path(), false);
        let audit = opened(&strict).await;
        start(&audit, &strict).await.unwrap();
        let first = path(&audit, &strict).await.unwrap();
        replace(&first, "whatever was kept of the first").unwrap();
        audit.close().await;
        let other = Settings {
            database_url: format!("sqlite://{}/other.db?mode=rwc", folder.path().display()),
            ..strict
        };
        let audit = opened(&other).await;
        start(&audit, &other).await.unwrap();
        assert_ne!(path(&audit, &other).await.unwrap(), first);
        audit.close().await;
    }
}
