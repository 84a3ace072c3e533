//! The tasks beside the host's own: delivering, declaring models, asking for the rules.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::ModelInput;

use super::outbox::{self, Backlog, Queue};
use super::trail::{Mode, Trail};
use crate::delivery::{self, Pace, Progress};
use crate::{Refusal, Server, TaggedRules};

/// How a host's auditing is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What happens when the outbox cannot be written.
    pub mode: Mode,
    /// Auditing was ended: nothing is audited.
    pub ended: bool,
    /// This process is the one that delivers.
    pub delivers: bool,
    /// The rules are known: what nobody follows costs nothing. Else everything is recorded.
    pub knows_rules: bool,
    /// How delivery goes.
    pub progress: Progress,
    /// What keeps the outbox from being written.
    pub trouble: Option<String>,
    /// What lies in the outbox.
    pub backlog: Backlog,
    /// `buffered`: operations in memory.
    pub spooled: usize,
    /// `buffered`: operations lost since the start.
    pub lost: u64,
}

/// The running delivery of a [`Trail`].
#[derive(Debug)]
pub struct Delivery {
    trail: Trail,
    progress: watch::Receiver<Progress>,
    stop: watch::Sender<bool>,
    delivering: JoinHandle<Queue>,
    asking: JoinHandle<()>,
}

impl Delivery {
    /// Starts delivering to `server`, and asking it for the rules.
    ///
    /// Every process of a host may do so; one of them delivers at a time. To be called within a
    /// Tokio runtime.
    pub fn spawn<S: Server + 'static>(trail: &Trail, server: S) -> Self {
        Self::spawn_at(trail, server, Pace::default())
    }

    /// The same at another pace.
    pub fn spawn_at<S: Server + 'static>(trail: &Trail, server: S, pace: Pace) -> Self {
        let server = Arc::new(server);
        let (stop, stopped) = watch::channel(false);
        let (told, progress) = watch::channel(Progress::default());
        let delivering = tokio::spawn({
            let (server, stopped) = (Arc::clone(&server), stopped.clone());
            let mut queue = Queue::of(trail);
            async move {
                delivery::deliver(&mut queue, server.as_ref(), &pace, &told, stopped).await;
                // What waits now is tried once more before the lease is given back.
                if let Err(why) = delivery::drain(&mut queue, server.as_ref(), &pace, &told).await {
                    tracing::warn!(why, "delivery.left");
                }
                queue
            }
        });
        let asking = tokio::spawn(ask(trail.clone(), server, stopped));
        Self {
            trail: trail.clone(),
            progress,
            stop,
            delivering,
            asking,
        }
    }

    /// How it is doing. Reads what lies in the outbox.
    pub async fn status(&self) -> Result<Status, DbErr> {
        let ended = self.trail.has_ended() || self.trail.find_ended(self.trail.database()).await;
        // Taken before the outbox is asked: the borrow would keep delivery from going on.
        let progress = self.progress.borrow().clone();
        let backlog = if ended {
            Backlog::default()
        } else {
            outbox::backlog(self.trail.database()).await?
        };
        Ok(Status {
            mode: self.trail.mode(),
            ended,
            delivers: self.trail.delivers(),
            knows_rules: self.trail.knows_rules(),
            progress,
            trouble: self.trail.trouble(),
            backlog,
            spooled: self.trail.spooled(),
            lost: self.trail.lost(),
        })
    }

    /// How delivery goes, to be watched.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Delivers what waits, for at most `patience`, and stops. What is left stays in the outbox;
    /// what `buffered` still held in memory is counted as lost.
    ///
    /// Dropping a delivery stops it as well, without waiting.
    pub async fn shutdown(mut self, patience: Duration) {
        // Fails when both tasks ended already.
        let _ = self.stop.send(true);
        let task = &mut self.delivering;
        match tokio::time::timeout(patience, task).await {
            Ok(Ok(mut queue)) => {
                if let Err(error) = queue.release().await {
                    tracing::warn!(%error, "delivery.release");
                }
            }
            Ok(Err(error)) => tracing::error!(%error, "delivery.ended"),
            Err(_) => self.delivering.abort(),
        }
        if self.trail.spooled() > 0 {
            if let Err(error) = self.trail.enter_spooled().await {
                tracing::error!(%error, "audit.outbox");
            }
            self.trail.lose_spooled();
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.delivering.abort();
        self.asking.abort();
    }
}

/// Declares models and asks for the rules, again and again.
async fn ask<S: Server>(trail: Trail, server: Arc<S>, mut stop: watch::Receiver<bool>) {
    let mut declared = BTreeMap::new();
    let mut tag = None;
    while !*stop.borrow_and_update() {
        if !trail.has_ended() {
            declare(&trail, server.as_ref(), &mut declared).await;
            tag = follow(&trail, server.as_ref(), tag).await;
        }
        tokio::select! {
            () = tokio::time::sleep(trail.refresh()) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Declares the models that were not, or say something else now.
async fn declare<S: Server>(
    trail: &Trail,
    server: &S,
    declared: &mut BTreeMap<String, ModelInput>,
) {
    for (model, input) in trail.models() {
        if declared.get(&model) == Some(&input) {
            continue;
        }
        match server.declare(&model, &input).await {
            Ok(()) => {
                declared.insert(model, input);
            }
            Err(Refusal::Later { why, .. }) => {
                tracing::debug!(model, why, "audit.declare");
                return;
            }
            Err(refusal) => {
                // Trying again would not help; its operations are recorded all the same.
                tracing::error!(model, %refusal, "audit.declare");
                declared.insert(model, input);
            }
        }
    }
}

/// Asks for the rules; answers the tag to ask with next.
async fn follow<S: Server>(trail: &Trail, server: &S, tag: Option<String>) -> Option<String> {
    // What the server answers was true after it was asked.
    let asked = Instant::now();
    match server.rules(tag.as_deref()).await {
        Ok(Some(TaggedRules { rules, tag })) => {
            trail.follow(Some(rules), asked);
            tag
        }
        Ok(None) => {
            trail.follow(None, asked);
            tag
        }
        Err(refusal) => {
            tracing::debug!(%refusal, "audit.rules");
            tag
        }
    }
}
