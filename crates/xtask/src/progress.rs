//! How far a command is, on standard error: a spinner with the time gone by in a terminal, plain
//! lines elsewhere.

use std::io::IsTerminal;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Whether standard error is a terminal.
pub(crate) fn interactive() -> bool {
    static INTERACTIVE: OnceLock<bool> = OnceLock::new();
    *INTERACTIVE.get_or_init(|| std::io::stderr().is_terminal())
}

/// A duration as people read it: `0.4 s`, `12.3 s`, `4 min 05 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// One step under way.
pub(crate) struct Step {
    name: String,
    started: Instant,
    bar: Option<ProgressBar>,
    finished: bool,
}

impl Step {
    /// Says that the step begins.
    pub(crate) fn start(name: impl Into<String>) -> Self {
        let name = name.into();
        let bar = interactive().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {prefix} [{elapsed}] {wide_msg}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(name.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("==> {name}");
        }
        Self {
            name,
            started: Instant::now(),
            bar,
            finished: false,
        }
    }

    /// What it is at, beside the spinner; nothing elsewhere.
    pub(crate) fn at(&self, message: impl Into<String>) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.into());
        }
    }

    /// A line that stays.
    pub(crate) fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Says that the step is done, and how long it took.
    pub(crate) fn done(self) {
        self.done_with("");
    }

    /// Says that the step is done, with a word on the outcome.
    pub(crate) fn done_with(mut self, outcome: &str) {
        self.finished = true;
        let time = elapsed(self.started.elapsed());
        let outcome = if outcome.is_empty() {
            String::new()
        } else {
            format!(": {outcome}")
        };
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            eprintln!("✓ {}{outcome} ({time})", self.name);
        } else {
            eprintln!("    {}{outcome}: done in {time}", self.name);
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.finished {
            let time = elapsed(self.started.elapsed());
            if let Some(bar) = &self.bar {
                bar.finish_and_clear();
            }
            eprintln!("✗ {} stopped after {time}", self.name);
        }
    }
}

/// How often a count is told where there is no terminal.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// A count towards a known total: a bar in a terminal, a line now and then elsewhere.
pub(crate) struct Count {
    name: String,
    started: Instant,
    total: u64,
    told: Mutex<Instant>,
    bar: ProgressBar,
}

impl Count {
    /// Starts at nought.
    pub(crate) fn start(name: impl Into<String>, total: usize) -> Self {
        let name = name.into();
        let total = total as u64;
        let target = if interactive() {
            ProgressDrawTarget::stderr()
        } else {
            eprintln!("==> {name}: {total}");
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template =
            "{prefix} [{elapsed}] {wide_bar} {human_pos}/{human_len} {per_sec} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.clone());
        Self {
            name,
            started: Instant::now(),
            total,
            told: Mutex::new(Instant::now()),
            bar,
        }
    }

    /// So many more are done.
    pub(crate) fn add(&self, done: usize) {
        self.bar.inc(done as u64);
        if interactive() {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() >= TOLD_EVERY {
            *told = Instant::now();
            let (done, time) = (self.bar.position(), elapsed(self.started.elapsed()));
            eprintln!("    {done} of {} after {time}", self.total);
        }
    }

    /// All are done.
    pub(crate) fn done(self) {
        self.bar.finish_and_clear();
        let time = elapsed(self.started.elapsed());
        eprintln!("✓ {}: {} ({time})", self.name, self.total);
    }
}
