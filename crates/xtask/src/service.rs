//! Programs that run beside a command: started, watched, and never left behind.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::{command, interrupt};

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(12);

/// A program running beside this one; it ends when this value does.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    log: Option<PathBuf>,
    ending: Ending,
}

/// How a program is asked to end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// SIGTERM, which programs end by.
    Terminate,
    /// SIGINT, for those that wait for their clients on SIGTERM.
    Interrupt,
}

impl Service {
    /// Starts a program, with its output in the file `log` where one is given.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        log: Option<&Path>,
    ) -> anyhow::Result<Self> {
        if let Some(log) = log {
            let file = File::create(log).with_context(|| format!("making {}", log.display()))?;
            command.stdout(file.try_clone()?).stderr(file);
        }
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {name}: `{}`", command::line(&command)))?;
        Ok(Self {
            name,
            child,
            log: log.map(Path::to_path_buf),
            ending: Ending::Terminate,
        })
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// It is asked to end by SIGINT.
    #[must_use]
    pub(crate) fn ended_by_interrupt(mut self) -> Self {
        self.ending = Ending::Interrupt;
        self
    }

    /// Waits until `ready` says so; an error when the program ends before, or is too slow.
    pub(crate) fn wait_until(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            interrupt::check()?;
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}{}", self.name, self.last_words());
            }
            if ready() {
                return Ok(());
            }
            if started.elapsed() > patience {
                let seconds = patience.as_secs();
                bail!(
                    "{} was not ready after {seconds} s{}",
                    self.name,
                    self.last_words()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the program ends or somebody asks to stop; then it is stopped.
    pub(crate) fn wait(mut self) -> anyhow::Result<()> {
        loop {
            if interrupt::asked() {
                self.stop();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                if status.success() || interrupt::asked() {
                    return Ok(());
                }
                bail!("{} ended with {status}{}", self.name, self.last_words());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks the program to end, and ends it when it does not.
    pub(crate) fn stop(&mut self) {
        end(&mut self.child, self.ending, GRACE);
    }

    /// Kills the program, which is told nothing, and waits until it is gone.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until it ends by itself.
    pub(crate) fn ends(&mut self) -> anyhow::Result<ExitStatus> {
        loop {
            interrupt::check()?;
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether it has ended by itself, and how.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// The end of what it wrote, for an error message.
    pub(crate) fn last_words(&self) -> String {
        let mut text = String::new();
        if let Some(log) = &self.log
            && let Ok(mut file) = File::open(log)
        {
            let _ = file.read_to_string(&mut text);
        }
        let lines: Vec<_> = text.lines().collect();
        let from = lines.len().saturating_sub(20);
        lines[from..].iter().fold(String::new(), |mut told, line| {
            told.push_str("\n    ");
            told.push_str(line);
            told
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks a program to end, and kills it when it has not after `grace`.
pub(crate) fn end(child: &mut Child, ending: Ending, grace: Duration) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    let told = match ending {
        Ending::Terminate => Signal::Terminate,
        Ending::Interrupt => Signal::Interrupt,
    };
    signal(child.id(), told);
    let started = Instant::now();
    while cfg!(unix) && started.elapsed() < grace {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What a process is told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// To end.
    Terminate,
    /// To end, as from the keyboard.
    Interrupt,
    /// Nothing: it is ended.
    Kill,
    /// To stand still.
    Stop,
    /// To go on.
    Continue,
}

/// Sends a signal to a process; one that is gone hears nothing.
pub(crate) fn signal(process: u32, signal: Signal) {
    #[cfg(unix)]
    {
        use rustix::process::Signal as Of;
        let signal = match signal {
            Signal::Terminate => Of::TERM,
            Signal::Interrupt => Of::INT,
            Signal::Kill => Of::KILL,
            Signal::Stop => Of::STOP,
            Signal::Continue => Of::CONT,
        };
        let pid = i32::try_from(process)
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
    #[cfg(not(unix))]
    let _ = (process, signal);
}

/// A program that the system ends with this one, even when this one is killed: by `setpriv
/// --pdeathsig` where there is such a thing, else the program as it is.
pub(crate) fn tied(program: impl AsRef<OsStr>) -> Command {
    static CAN: OnceLock<bool> = OnceLock::new();
    let can = *CAN.get_or_init(|| {
        command::find("setpriv").is_some()
            && command::output(Command::new("setpriv").args(["--pdeathsig", "TERM", "true"]))
                .is_ok()
    });
    if can {
        let mut command = command::clean("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        command
    } else {
        command::clean(program)
    }
}

/// The processes that were started by `parent`.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let Ok(found) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    found
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
                let rest = stat.rsplit(')').next().unwrap_or_default();
                rest.split_whitespace()
                    .nth(1)
                    .and_then(|id| id.parse().ok())
                    == Some(parent)
            })
        })
        .collect()
}

/// A port on the loopback that nobody listens on now.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("looking for a free port")?;
    Ok(listener.local_addr()?)
}
