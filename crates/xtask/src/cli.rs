//! The commands and their arguments.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::test::StepName;

/// Build, serve, test and ship Revisor.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Build the site and the server, and serve
    Serve(ServeArguments),
    /// Build the site and the server
    Build {
        /// Optimised, for measuring
        #[arg(long)]
        release: bool,
    },
    /// Run every check and test, with all that they need
    Test(TestArguments),
    /// Serve the example of a host, with a Revisor of its own that follows it
    Contacts(ContactsArguments),
    /// Make target/release/revisor: one file with the site in it
    Dist,
    /// Build the site as it is shipped, and check what a browser fetches against a budget
    Weigh,
    /// Measure recording and reading on both databases
    Bench(crate::bench::Bench),
    /// Break servers, databases, disks and connections under load, and check that nothing is lost
    Torture(crate::torture::Arguments),
    /// Count instructions and what databases look at, and hold them against what is kept
    Guard(crate::guard::Arguments),
    /// Replay a git repository's history through the HTTP API and check what comes back
    ReplayGit(ReplayArguments),
}

/// How to serve.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Start afresh with the demo: a small CRM with some thousand operations
    #[arg(long)]
    pub(crate) demo: bool,
    /// Build optimised
    #[arg(long)]
    pub(crate) release: bool,
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "REVISOR_ADDR", default_value = "127.0.0.1:3000")]
    pub(crate) addr: SocketAddr,
    /// Where the SQLite database is kept [default: data, or data/demo with --demo]
    #[arg(long)]
    pub(crate) data_dir: Option<PathBuf>,
}

/// Where the example and its Revisor listen.
#[derive(Debug, Args)]
pub(crate) struct ContactsArguments {
    /// Where the contacts listen
    #[arg(long, default_value = "127.0.0.1:3100")]
    pub(crate) addr: SocketAddr,
    /// Where Revisor listens
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub(crate) revisor_addr: SocketAddr,
}

/// Which checks.
#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Leave these steps out, separated by commas; they then cannot fail the run
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) skip: Vec<StepName>,
    /// Run these steps only, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', conflicts_with = "skip")]
    pub(crate) only: Vec<StepName>,
}

/// What to replay, and where to.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArguments {
    /// A git repository, bare or not
    pub(crate) repository: PathBuf,
    /// A running Revisor; without it a throw-away one is built and started
    #[arg(long, requires = "key")]
    pub(crate) url: Option<String>,
    /// A key of the host, with the scopes `record` and `read`, and `admin` where the rule is missing
    #[arg(long, env = "REVISOR_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// The host that the key belongs to
    #[arg(long, default_value = "replay")]
    pub(crate) host: String,
    /// The branch, tag or commit to replay; its first parents are followed
    #[arg(long, default_value = "HEAD")]
    pub(crate) branch: String,
    /// Replay the oldest N commits only
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// Compare every path at the commits in between, not a sample of them
    #[arg(long)]
    pub(crate) thorough: bool,
}
