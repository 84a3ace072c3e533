//! What `git log --raw -z` says, as data.
//!
//! Each commit is a header (see [`FORMAT`]) ended by NUL, and after it, for each path that differs
//! from the first parent, `:<mode> <mode> <object> <object> <letter>` NUL `<path>` NUL. See
//! "RAW OUTPUT FORMAT" in git-diff(1).

use anyhow::{Context, bail};

/// The header of a commit, for `--format`: none of its lines but the last can hold a line end.
pub(super) const FORMAT: &str = "commit %H%n%at%n%ae%n%an%n%s";

/// The mode that git writes where there is no file.
const NO_FILE: &str = "000000";

/// One commit of the mainline and how it differs from its first parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) id: String,
    /// When its author made it, in seconds since 1970; absent where git cannot say.
    pub(super) time: Option<i64>,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) changes: Vec<Change>,
}

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
}

/// How it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Create(Entry),
    Write(Entry, Entry),
    Unlink(Entry),
}

impl Kind {
    /// The operation's word in the API.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Write(..) => "write",
            Self::Unlink(_) => "unlink",
        }
    }
}

/// What a path is in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// `100644`, `100755`, `120000`, or `160000` for a submodule.
    pub(super) mode: String,
    /// The object's id.
    pub(super) blob: String,
}

impl Entry {
    /// Whether it is a submodule: a commit of another repository, which has no size here.
    pub(super) fn is_submodule(&self) -> bool {
        self.mode == "160000"
    }
}

/// Reads the output of `git log --raw -z --no-abbrev --no-renames --format=<FORMAT>`.
pub(super) fn parse(log: &[u8]) -> anyhow::Result<Vec<Commit>> {
    let mut commits: Vec<Commit> = Vec::new();
    let mut tokens = log.split(|byte| *byte == 0);
    while let Some(token) = tokens.next() {
        // A line end comes between a header and the paths after it.
        let token = token.strip_prefix(b"\n").unwrap_or(token);
        if token.is_empty() {
            continue;
        }
        if let Some(raw) = token.strip_prefix(b":") {
            let path = tokens.next().context("a path is missing")?.to_vec();
            let kind = parse_kind(raw)?;
            let commit = commits.last_mut().context("a path before any commit")?;
            commit.changes.push(Change { path, kind });
        } else {
            commits.push(parse_header(token)?);
        }
    }
    Ok(commits)
}

fn parse_header(token: &[u8]) -> anyhow::Result<Commit> {
    let text = String::from_utf8_lossy(token);
    let mut lines = text.splitn(5, '\n');
    let mut line = || lines.next().context("a commit's header is too short");
    let id = line()?
        .strip_prefix("commit ")
        .context("not a commit's header")?
        .to_owned();
    Ok(Commit {
        id,
        time: line()?.parse().ok(),
        email: line()?.to_owned(),
        name: line()?.to_owned(),
        subject: line()?.to_owned(),
        changes: Vec::new(),
    })
}

fn parse_kind(raw: &[u8]) -> anyhow::Result<Kind> {
    let text = std::str::from_utf8(raw).context("a difference that is not text")?;
    let words: Vec<_> = text.split(' ').collect();
    let [old_mode, new_mode, old_blob, new_blob, letter] = words[..] else {
        bail!("not a difference: {text}");
    };
    let entry = |mode: &str, blob: &str| Entry {
        mode: mode.to_owned(),
        blob: blob.to_owned(),
    };
    match (old_mode == NO_FILE, new_mode == NO_FILE) {
        (true, false) => Ok(Kind::Create(entry(new_mode, new_blob))),
        (false, true) => Ok(Kind::Unlink(entry(old_mode, old_blob))),
        (false, false) => Ok(Kind::Write(
            entry(old_mode, old_blob),
            entry(new_mode, new_blob),
        )),
        (true, true) => bail!("neither side of a difference is there: {letter}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d";
    const B: &str = "0cfbf08886fca9a91cb753ec8734c84fcbe52c9f";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn entry(mode: &str, blob: &str) -> Entry {
        Entry {
            mode: mode.into(),
            blob: blob.into(),
        }
    }

    #[test]
    fn commits_and_their_paths_are_read_whatever_the_paths_hold() {
        let log = format!(
            "commit 1111\n1795420388\na@x\nAnn\none\0\n\
             :000000 100644 {NONE} {A} A\0a\0\
             commit 2222\n\n\n\n\0\
             commit 3333\n-5\nb@x\nBob\ntwo: more\0\n\
             :100644 100755 {A} {A} M\0a\0\
             :000000 120000 {NONE} {B} A\0:b\nc \"d\"\0\
             :100644 000000 {A} {NONE} D\0commit x\0"
        );
        let commits = parse(log.as_bytes()).unwrap();
        assert_eq!(commits.len(), 3);
        assert_eq!(commits[0].time, Some(1_795_420_388));
        assert_eq!(commits[0].changes[0].kind, Kind::Create(entry("100644", A)));
        assert_eq!(
            (commits[1].time, commits[1].email.as_str()),
            (None, ""),
            "a commit without date, author and subject"
        );
        assert!(commits[1].changes.is_empty());
        assert_eq!(commits[2].subject, "two: more");
        let changes: Vec<_> = commits[2]
            .changes
            .iter()
            .map(|change| (change.path.as_slice(), change.kind.word()))
            .collect();
        assert_eq!(
            changes,
            [
                (&b"a"[..], "write"),
                (b":b\nc \"d\"", "create"),
                (b"commit x", "unlink")
            ]
        );
    }

    #[test]
    fn bytes_that_are_no_text_stay_in_paths() {
        let mut log = format!("commit 1\n1\na\na\ns\0\n:000000 160000 {NONE} {A} A\0").into_bytes();
        log.extend(b"caf\xe9\0");
        let commits = parse(&log).unwrap();
        assert_eq!(commits[0].changes[0].path, b"caf\xe9");
        let Kind::Create(entry) = &commits[0].changes[0].kind else {
            panic!("not created");
        };
        assert!(entry.is_submodule());
    }

    #[test]
    fn what_is_cut_short_is_an_error() {
        assert!(
            parse(format!("commit 1\n1\na\na\ns\0:000000 100644 {NONE} {A} A").as_bytes()).is_err()
        );
        assert!(parse(b"commit 1\n1\0").is_err());
        assert!(parse(b":1 2 3\0x\0").is_err());
    }
}
