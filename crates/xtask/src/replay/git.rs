//! Asking git about a repository. It is only ever read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::history::{self, Commit, Kind};
use super::tree::{self, Tree};
use crate::command;

/// How a mainline's differences are listed: along first parents, each commit against its first
/// parent, renames as deletion and creation, whatever the user's git is set to.
const MAINLINE: [&str; 9] = [
    "--first-parent",
    "-m",
    "--topo-order",
    "--no-renames",
    "--no-mailmap",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-color",
    "--ignore-submodules=none",
];

/// The sizes of objects.
pub(super) type Sizes = HashMap<String, u64>;

/// A repository, and the last commit of it that is looked at.
pub(super) struct Repository {
    folder: PathBuf,
    tip: String,
}

impl Repository {
    /// The mainline of `branch`, or its oldest `limit` commits.
    pub(super) fn open(folder: &Path, branch: &str, limit: Option<usize>) -> anyhow::Result<Self> {
        let mut repository = Self {
            folder: folder.to_path_buf(),
            tip: String::new(),
        };
        let commit = format!("{branch}^{{commit}}");
        let mut revisions = repository.git(&["rev-parse", "--verify", "--end-of-options"]);
        let tip = command::output(revisions.arg(commit))?;
        String::from_utf8_lossy(&tip)
            .trim()
            .clone_into(&mut repository.tip);
        if let Some(limit) = limit {
            let mainline = command::output(&mut repository.git(&[
                "rev-list",
                "--first-parent",
                "--reverse",
                &repository.tip,
            ]))?;
            let mainline = String::from_utf8_lossy(&mainline);
            if let Some(tip) = mainline.lines().take(limit).last() {
                tip.clone_into(&mut repository.tip);
            }
        }
        Ok(repository)
    }

    /// The last commit looked at.
    pub(super) fn tip(&self) -> &str {
        &self.tip
    }

    /// The mainline, oldest first.
    pub(super) fn history(&self) -> anyhow::Result<Vec<Commit>> {
        let mut git = self.log();
        git.args([
            "--reverse",
            "--raw",
            "--no-abbrev",
            "--encoding=UTF-8",
            "-z",
        ]);
        git.arg(format!("--format={}", history::FORMAT))
            .arg(&self.tip);
        history::parse(&command::output(&mut git)?)
    }

    /// How many commits of the mainline touch each path: another question to git than
    /// [`Self::history`], so that a fault in reading one shows.
    pub(super) fn touches(&self) -> anyhow::Result<BTreeMap<Vec<u8>, u64>> {
        let mut git = self.log();
        git.args(["--format=", "--name-only", "-z"]).arg(&self.tip);
        let mut touches = BTreeMap::new();
        for path in command::output(&mut git)?.split(|byte| *byte == 0) {
            if !path.is_empty() {
                *touches.entry(path.to_vec()).or_default() += 1;
            }
        }
        Ok(touches)
    }

    /// The files of a commit.
    pub(super) fn tree(&self, commit: &str) -> anyhow::Result<Tree> {
        let mut git = self.git(&["ls-tree", "-r", "-l", "-z", "--full-tree", commit]);
        tree::parse(&command::output(&mut git)?)
    }

    /// The sizes of all files of a history, asked of git in one go.
    pub(super) fn sizes(&self, history: &[Commit]) -> anyhow::Result<Sizes> {
        let mut objects = BTreeSet::new();
        for change in history.iter().flat_map(|commit| &commit.changes) {
            let entries = match &change.kind {
                Kind::Create(entry) | Kind::Unlink(entry) => [Some(entry), None],
                Kind::Write(old, new) => [Some(old), Some(new)],
            };
            for entry in entries.into_iter().flatten() {
                if !entry.is_submodule() {
                    objects.insert(entry.blob.as_str());
                }
            }
        }
        let mut child = self
            .git(&[
                "cat-file",
                "--batch-check=%(objectname) %(objectsize)",
                "--buffer",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting `git cat-file`")?;
        let mut stdin = child.stdin.take().context("git takes no questions")?;
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                for object in objects {
                    if writeln!(stdin, "{object}").is_err() {
                        break;
                    }
                }
            });
            child.wait_with_output()
        })?;
        if !output.status.success() {
            bail!("`git cat-file` ended with {}", output.status);
        }
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| {
                let (object, size) = line.split_once(' ').context("git gave no size")?;
                let size = size
                    .parse()
                    .with_context(|| format!("the object {object} is {size}"))?;
                Ok((object.to_owned(), size))
            })
            .collect()
    }

    fn log(&self) -> Command {
        let mut git = self.git(&["log"]);
        git.args(MAINLINE);
        git
    }

    /// Git in this repository. The user named it, so whoever owns it, it may be read.
    fn git(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command
            .args(["-c", "safe.directory=*"])
            .args(["-c", "log.diffMerges=separate", "-c", "log.showRoot=true"])
            .args(["-c", "diff.relative=false", "-c", "diff.noprefix=false"])
            .arg("-C")
            .arg(&self.folder)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}
