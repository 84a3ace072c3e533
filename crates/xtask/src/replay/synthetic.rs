//! A repository made up for tests: a few hundred commits with all that git paths and histories
//! can hold, the same every time.
//!
//! It is handed to `git fast-import`, so that names which a file system may refuse come in too.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::command;

/// Commits of the mainline.
const COMMITS: u64 = 320;
/// 2024-01-01T00:00:00Z.
const BEGIN: u64 = 1_704_067_200;
/// Names that have been trouble to somebody.
const NAMES: [&[u8]; 14] = [
    b"README.md",
    b"src/main.rs",
    b"docs/\xc3\x9cbersicht.md",
    b"docs/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.txt",
    b"with space/and  two .txt",
    b"line\nend",
    b"quote\"back\\slash'",
    b"tab\there",
    b"percent%2Fslash?query#part&more=+",
    b"caf\xe9-latin1.txt",
    b":colon",
    b"bytes:prefix",
    b"...dots",
    b"NULL",
];

/// Makes the repository, bare, in the empty folder `folder`.
pub(crate) fn make(folder: &Path) -> anyhow::Result<()> {
    let mut git = git();
    command::output(git.args(["init", "--quiet", "--bare"]).arg(folder))?;
    let stream = Story::default().tell();
    let mut child = self::git()
        .arg("-C")
        .arg(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .context("starting `git fast-import`")?;
    child
        .stdin
        .take()
        .context("git takes no stream")?
        .write_all(&stream)?;
    let status = child.wait()?;
    if !status.success() {
        bail!("`git fast-import` ended with {status}");
    }
    let mut git = self::git();
    git.arg("-C").arg(folder);
    command::output(git.args(["symbolic-ref", "HEAD", "refs/heads/main"]))?;
    Ok(())
}

fn git() -> Command {
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    git.env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    git
}

/// The history under way.
#[derive(Default)]
struct Story {
    stream: Vec<u8>,
    /// The mainline's files: path to mode and content.
    files: BTreeMap<Vec<u8>, (&'static str, Vec<u8>)>,
    random: u64,
    commits: u64,
}

impl Story {
    /// The whole history, for `git fast-import`.
    fn tell(mut self) -> Vec<u8> {
        for number in 0..COMMITS {
            let side = (number % 20 == 13).then(|| self.side_branch(number));
            self.commit(
                "main",
                number,
                &format!("Change {number}: größer\u{a0}& \"besser\""),
            );
            if let Some(side) = side {
                self.write(format!("merge :{side}\n").as_bytes());
                let merged = format!("side/{number}.txt").into_bytes();
                self.put(merged, "100644", format!("side {number}\n").into_bytes());
            }
            self.changes(number);
            self.write(b"\n");
        }
        self.stream
    }

    /// A branch of one commit off the mainline, to be merged at once; its mark.
    fn side_branch(&mut self, number: u64) -> u64 {
        let mark = self.commit("side", number, "Work on the side");
        self.write(b"from refs/heads/main\n");
        let content = format!("side {number}\n");
        let line = format!(
            "M 100644 inline side/{number}.txt\ndata {}\n{content}\n",
            content.len()
        );
        self.write(line.as_bytes());
        mark
    }

    /// What a commit of the mainline changes.
    fn changes(&mut self, number: u64) {
        // One in ten changes nothing.
        if number % 10 == 9 {
            return;
        }
        for (index, name) in (0_u64..).zip(NAMES) {
            if number % 14 == index {
                self.toggle(name.to_vec(), number);
            }
        }
        for _ in 0..=self.next(6) {
            let file = self.next(60);
            let path = format!("data/{}/file-{file}.txt", file % 7).into_bytes();
            match self.next(8) {
                0 => self.delete(&path),
                1 => self.flip_mode(path),
                2 => self.rename(&path, number),
                _ => {
                    let lines = usize::try_from(self.next(40)).unwrap_or_default();
                    let line = format!("{number} {file} {}\n", self.random);
                    self.put(path, "100644", line.repeat(lines).into_bytes());
                }
            }
        }
        match number % 40 {
            // A file becomes a folder and a folder a file; a link; a submodule.
            5 => {
                self.delete(b"shape");
                self.put(b"shape/inner".to_vec(), "100644", b"inside\n".to_vec());
            }
            25 => {
                self.delete(b"shape/inner");
                self.put(b"shape".to_vec(), "100644", b"a file\n".to_vec());
            }
            7 => self.put(
                b"link".to_vec(),
                "120000",
                format!("to-{number}").into_bytes(),
            ),
            27 => self.put(b"link".to_vec(), "100644", b"no link any more\n".to_vec()),
            11 => {
                let commit = format!("{:040x}", number + 1);
                self.write(format!("M 160000 {commit} module\n").as_bytes());
            }
            31 => self.write(b"D module\n"),
            _ => {}
        }
        if number == 100 {
            let long = format!("{}end", "long-name/".repeat(60));
            self.put(long.into_bytes(), "100644", b"far down\n".to_vec());
        }
    }

    /// Creates what is not there, edits it, deletes it, and begins again.
    fn toggle(&mut self, path: Vec<u8>, number: u64) {
        if self.files.contains_key(&path) && number.is_multiple_of(4) {
            self.delete(&path);
        } else {
            self.put(path, "100644", format!("version {number}\n").into_bytes());
        }
    }

    fn put(&mut self, path: Vec<u8>, mode: &'static str, content: Vec<u8>) {
        let mut line = format!("M {mode} inline ").into_bytes();
        line.extend(quoted(&path));
        line.extend(format!("\ndata {}\n", content.len()).bytes());
        line.extend(&content);
        line.push(b'\n');
        self.write(&line);
        self.files.insert(path, (mode, content));
    }

    fn delete(&mut self, path: &[u8]) {
        if self.files.remove(path).is_some() {
            let mut line = b"D ".to_vec();
            line.extend(quoted(path));
            line.push(b'\n');
            self.write(&line);
        }
    }

    fn flip_mode(&mut self, path: Vec<u8>) {
        if let Some((mode, content)) = self.files.get(&path).cloned() {
            let mode = if mode == "100644" { "100755" } else { "100644" };
            self.put(path, mode, content);
        }
    }

    fn rename(&mut self, path: &[u8], number: u64) {
        if let Some((mode, content)) = self.files.get(path).cloned() {
            self.delete(path);
            let target = format!("moved/{}-{}", number, String::from_utf8_lossy(path));
            self.put(target.into_bytes(), mode, content);
        }
    }

    /// The head of a commit; its mark.
    fn commit(&mut self, branch: &str, number: u64, subject: &str) -> u64 {
        self.commits += 1;
        let mark = self.commits;
        let (name, email) = match number % 4 {
            0 => ("Änne Übersee", "anne@example.org"),
            1 => ("Bo", "bo@example.org"),
            2 => ("Nobody", ""),
            _ => ("O'Hara \"Q\"", "ohara@example.org"),
        };
        let (written, committed) = (BEGIN + number * 3_600, BEGIN + number * 3_600 + 60);
        let head = format!(
            "commit refs/heads/{branch}\nmark :{mark}\n\
             author {name} <{email}> {written} +0200\n\
             committer Committer <committer@example.org> {committed} -0330\n\
             data {}\n{subject}\n",
            subject.len()
        );
        self.write(head.as_bytes());
        mark
    }

    fn write(&mut self, bytes: &[u8]) {
        self.stream.extend_from_slice(bytes);
    }

    /// A number below `below`, the same row of them every time (Knuth's MMIX constants).
    fn next(&mut self, below: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }
}

/// A path as `git fast-import` takes it: in quotes, with octal escapes for what is not plain.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for &byte in path {
        if byte.is_ascii_graphic() && byte != b'"' && byte != b'\\' {
            text.push(byte);
        } else {
            text.extend(format!("\\{byte:03o}").bytes());
        }
    }
    text.push(b'"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::git::Repository;
    use crate::replay::history::Kind;

    #[test]
    fn what_git_says_in_different_ways_agrees() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).unwrap();
        let repository = Repository::open(folder.path(), "HEAD", None).unwrap();
        let history = repository.history().unwrap();
        assert_eq!(history.len() as u64, COMMITS);

        let sizes = repository.sizes(&history).unwrap();
        let (mut files, mut touches) = (BTreeMap::new(), BTreeMap::new());
        for change in history.iter().flat_map(|commit| &commit.changes) {
            *touches.entry(change.path.clone()).or_insert(0_u64) += 1;
            match &change.kind {
                Kind::Create(new) => assert!(
                    files.insert(change.path.clone(), new.clone()).is_none(),
                    "created what was there"
                ),
                Kind::Write(old, new) => assert_eq!(
                    files.insert(change.path.clone(), new.clone()).as_ref(),
                    Some(old),
                    "written over something else"
                ),
                Kind::Unlink(old) => assert_eq!(
                    files.remove(&change.path).as_ref(),
                    Some(old),
                    "deleted something else"
                ),
            }
        }
        assert_eq!(repository.touches().unwrap(), touches);
        let tree = repository.tree(repository.tip()).unwrap();
        assert_eq!(tree.len(), files.len());
        for (path, (entry, size)) in &tree {
            assert_eq!(files.get(path), Some(entry));
            let counted = sizes.get(&entry.blob).copied();
            assert_eq!(if entry.is_submodule() { None } else { counted }, *size);
        }
    }

    #[test]
    fn a_limit_takes_the_oldest_commits() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).unwrap();
        let whole = Repository::open(folder.path(), "main", None).unwrap();
        let part = Repository::open(folder.path(), "main", Some(10)).unwrap();
        assert_eq!(part.history().unwrap(), whole.history().unwrap()[..10]);
    }
}
