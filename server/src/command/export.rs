//! `revisor export`: the whole trail, as lines of JSON.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use audit::Principal;
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use types::LogQuery;

use super::{CommandError, open, system};
use crate::config::Settings;

/// What to export, and where to.
#[derive(Args)]
pub(super) struct Export {
    /// Write what proves the logs, too: their leaves and the checkpoints, to be verified anywhere by
    /// `revisor verify --export`; only what is under a checkpoint
    #[arg(long)]
    with_proofs: bool,
    /// The file to write, which must not exist [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(settings: &Settings, export: Export) -> Result<(), CommandError> {
    let audit = open(settings).await?;
    let everything = &Principal::System;
    let lines: BoxStream<'_, Result<String, CommandError>> = if export.with_proofs {
        let lines = audit::integrity::export(&audit, everything).await?;
        lines.map_err(CommandError::from).boxed()
    } else {
        let query = LogQuery {
            order: types::Order::Asc,
            ..LogQuery::default()
        };
        let logs = audit::export::logs(&audit, everything, query).await?;
        logs.map(|log| {
            serde_json::to_string(&log?).map_err(|error| CommandError::Other(error.to_string()))
        })
        .boxed()
    };
    let written = match &export.output {
        Some(path) => {
            let file = File::create_new(path).map_err(system(path.display().to_string()))?;
            let written = write(&file, lines).await;
            file.sync_all()
                .map_err(system(path.display().to_string()))?;
            written
        }
        None => write(io::stdout(), lines).await,
    };
    audit.close().await;
    written
}

async fn write(
    out: impl Write,
    mut lines: BoxStream<'_, Result<String, CommandError>>,
) -> Result<(), CommandError> {
    let mut out = BufWriter::new(out);
    while let Some(line) = lines.next().await {
        writeln!(out, "{}", line?).map_err(system("the export cannot be written"))?;
    }
    out.flush().map_err(system("the export cannot be written"))
}
