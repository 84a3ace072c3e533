//! A PostgreSQL of a test's own, to be killed.
//!
//! As root its programs run as the user `postgres`, since they refuse root. Where there are no such
//! programs there is no cluster, and the test says so and passes.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A cluster, running or killed.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    settings: Vec<String>,
    server: Child,
}

impl Cluster {
    /// Makes a cluster and starts it with these settings; none where PostgreSQL is not installed.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: no initdb and postgres in /usr/lib/postgresql or on PATH");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("revisor-killed-")
            .tempdir()
            .unwrap();
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        done(
            as_user(&programs.join("initdb"), folder.path())
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
                .args(["--locale=C", "--no-sync", "--pgdata=data"]),
        );
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let settings: Vec<String> = settings.iter().map(|&one| one.to_owned()).collect();
        let server = spawn(&programs, folder.path(), port, &settings);
        let mut cluster = Self {
            programs,
            folder,
            port,
            settings,
            server,
        };
        cluster.wait();
        Some(cluster)
    }

    /// The address of a database in it.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// `kill -9` of the server with all its processes at once.
    pub(crate) fn kill(&mut self) {
        let mut all = self.children();
        all.push(self.server.id());
        kill(&all);
        self.server.wait().unwrap();
    }

    /// `kill -9` of one of its processes: the server ends all the others and recovers by itself.
    pub(crate) fn kill_one(&mut self, chance: u64) {
        let children = self.children();
        if !children.is_empty() {
            let at = usize::try_from(chance).unwrap_or_default() % children.len();
            kill(&children[at..=at]);
        }
    }

    /// Starts it again after a kill, and waits until it has recovered.
    pub(crate) fn restart(&mut self) {
        self.server = spawn(
            &self.programs,
            self.folder.path(),
            self.port,
            &self.settings,
        );
        self.wait();
    }

    /// Waits until it takes connections; one that ended meanwhile (what was killed was not gone
    /// yet) is started again.
    pub(crate) fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_mins(1);
        let ready = self.programs.join("pg_isready");
        let port = self.port.to_string();
        while Instant::now() < deadline {
            if self.server.try_wait().unwrap().is_some() {
                self.server = spawn(
                    &self.programs,
                    self.folder.path(),
                    self.port,
                    &self.settings,
                );
            }
            let asked = Command::new(&ready)
                .args(["-q", "-h", "127.0.0.1", "-p", &port])
                .status();
            if asked.unwrap().success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL does not come up: {log}");
    }

    /// The processes that the server started.
    fn children(&self) -> Vec<u32> {
        let server = self.server.id().to_string();
        let listed = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &server])
            .output()
            .unwrap();
        String::from_utf8_lossy(&listed.stdout)
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut all = self.children();
        all.push(self.server.id());
        kill(&all);
        let _ = self.server.wait();
    }
}

fn spawn(programs: &Path, folder: &Path, port: u16, settings: &[String]) -> Child {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    as_user(&programs.join("postgres"), folder)
        .args(["-D", "data", "-h", "127.0.0.1", "-p", &port.to_string()])
        .arg("-k")
        .arg(folder)
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn as_user(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
}

/// Kills these at once: one message for all, so that none has time to act on another's end.
fn kill(processes: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg("-9");
    kill.args(processes.iter().map(u32::to_string));
    // Some may have ended by themselves.
    let _ = kill.stderr(Stdio::null()).status();
}

fn done(command: &mut Command) {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// The folder with the programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let newest = versions
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry)))
        .max_by_key(|(version, _)| *version)
        .map(|(_, entry)| entry.path().join("bin"));
    let on_path = std::env::var_os("PATH")
        .iter()
        .flat_map(|path| std::env::split_paths(path).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    newest.into_iter().chain(on_path).find(|folder| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

/// A number that whoever runs the tests may say.
pub(crate) fn number(name: &str, usual: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(usual, |said| {
        said.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {said}"))
    })
}
