//! The bounded queue in front of the writer, and the writer's loop.
//!
//! The writer has a thread of its own: between two statements it must not wait until the threads that
//! serve requests have read the bodies that came meanwhile.

use std::sync::{Arc, Weak};

use tokio::runtime::Builder;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use types::{Operation, Outcome};

use super::{Batch, append};
use crate::audit::Inner;
use crate::{Audit, Error};

/// How much waits at most, in KiB of operations.
const DEFAULT: usize = 64 * 1024;
/// How many operations one transaction takes, unless a single batch has more.
const GROUP: usize = 2_000;
/// Of what may wait, so much may be read at the same time: what is read takes up several times its
/// size while it is looked at.
const READ: usize = 4;
/// So much may be read however little may wait, in KiB: the largest body there is.
const LARGEST: usize = 8 * 1024;
/// Room is taken in steps of so many KiB.
const STEP: usize = 64;
/// Seconds after which a caller that found the queue full should come again.
const RETRY_AFTER: u32 = 1;

/// A batch that waits, and who waits for it.
struct Job {
    batch: Batch,
    reply: oneshot::Sender<Result<Vec<Outcome>, Error>>,
    // Held until the batch is answered: what it takes up is free again then.
    permit: OwnedSemaphorePermit,
}

/// The queue.
pub(crate) struct Queue {
    sender: std::sync::Mutex<Option<mpsc::UnboundedSender<Job>>>,
    permits: Arc<Semaphore>,
    capacity: usize,
    reading: Arc<Semaphore>,
    /// Closed when the writer has ended.
    writer: Mutex<Option<oneshot::Receiver<()>>>,
}

/// What the writer works on: whose it is, and where the batches come from.
type Duty = (Weak<Inner>, mpsc::UnboundedReceiver<Job>);

/// The writer's thread, which waits to be told what to do. Without that, it ends.
pub(crate) struct Writer {
    duty: oneshot::Sender<Duty>,
    ended: oneshot::Receiver<()>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) async fn new() -> std::io::Result<Self> {
        let (duty, given) = oneshot::channel::<Duty>();
        let (ready, made) = oneshot::channel();
        let (running, ended) = oneshot::channel();
        let thread = std::thread::Builder::new().name("recorder".to_owned());
        thread.spawn(move || {
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok(()));
            runtime.block_on(async {
                if let Ok((inner, receiver)) = given.await {
                    write(inner, receiver).await;
                }
            });
            drop(runtime);
            drop(running);
        })?;
        made.await.map_err(std::io::Error::other)??;
        Ok(Self { duty, ended })
    }
}

impl Queue {
    /// Starts the `writer` of `inner` behind a queue of `capacity` KiB (0: the default).
    pub(crate) fn start(writer: Writer, inner: Weak<Inner>, capacity: usize) -> Self {
        let capacity = if capacity == 0 { DEFAULT } else { capacity };
        let (sender, receiver) = mpsc::unbounded_channel();
        let Writer { duty, ended } = writer;
        // Were the thread gone, nothing could be submitted: its end of the channel is, too.
        let _ = duty.send((inner, receiver));
        Self {
            sender: std::sync::Mutex::new(Some(sender)),
            permits: Arc::new(Semaphore::new(capacity)),
            capacity,
            reading: Arc::new(Semaphore::new(LARGEST.max(capacity / READ))),
            writer: Mutex::new(Some(ended)),
        }
    }

    /// Puts a batch on the queue and waits for its answer. When the queue is full, waits for room
    /// if `patient`, else refuses at once.
    pub(crate) async fn submit(&self, batch: Batch, patient: bool) -> Result<Vec<Outcome>, Error> {
        let weight = weight(&batch).min(self.capacity);
        let weight = u32::try_from(weight).unwrap_or(u32::MAX);
        let permits = Arc::clone(&self.permits);
        let overloaded = || Error::Overloaded {
            retry_after: RETRY_AFTER,
        };
        let permit = if patient {
            permits
                .acquire_many_owned(weight)
                .await
                .map_err(|_| overloaded())?
        } else {
            permits
                .try_acquire_many_owned(weight)
                .map_err(|_| overloaded())?
        };
        let (reply, answer) = oneshot::channel();
        let sender = self.sender.lock().ok().and_then(|sender| sender.clone());
        sender
            .and_then(|sender| {
                sender
                    .send(Job {
                        batch,
                        reply,
                        permit,
                    })
                    .ok()
            })
            .ok_or_else(overloaded)?;
        answer.await.map_err(|_| overloaded())?
    }

    /// Takes no more, and waits until what was taken is recorded.
    pub(crate) async fn stop(&self) {
        if let Ok(mut sender) = self.sender.lock() {
            sender.take();
        }
        if let Some(writer) = self.writer.lock().await.take() {
            let _ = writer.await;
        }
    }
}

/// Room in memory for operations of one caller that are being read. Free again when it is dropped,
/// which is when they are answered.
#[derive(Debug)]
pub struct Room {
    reading: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
    kib: usize,
}

impl Room {
    /// No room yet.
    pub fn new(audit: &Audit) -> Self {
        Self {
            reading: Arc::clone(&audit.0.queue.reading),
            taken: None,
            kib: 0,
        }
    }

    /// Room for `bytes` in all; [`Error::Overloaded`] where others have it.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Error> {
        let wanted = bytes.div_ceil(1024).min(LARGEST);
        if wanted <= self.kib {
            return Ok(());
        }
        let more = (wanted - self.kib).next_multiple_of(STEP);
        let permits = u32::try_from(more).unwrap_or(u32::MAX);
        let taken = Arc::clone(&self.reading).try_acquire_many_owned(permits);
        let taken = taken.map_err(|_| Error::Overloaded {
            retry_after: RETRY_AFTER,
        })?;
        self.kib += more;
        match &mut self.taken {
            Some(before) => before.merge(taken),
            None => self.taken = Some(taken),
        }
        Ok(())
    }
}

/// What a batch takes up in KiB, at least one an operation.
fn weight(batch: &Batch) -> usize {
    batch
        .items
        .iter()
        .map(|item| 1 + size(&item.operation) / 1024)
        .sum()
}

fn size(operation: &Operation) -> usize {
    fn of(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::String(text) => text.len(),
            serde_json::Value::Array(items) => items.iter().map(of).sum::<usize>() + 24,
            serde_json::Value::Object(members) => {
                members
                    .iter()
                    .map(|(name, value)| name.len() + of(value))
                    .sum::<usize>()
                    + 24
            }
            _ => 16,
        }
    }
    let sides = [&operation.old, &operation.new];
    let values = sides.into_iter().flatten().flat_map(|side| side.iter());
    values.map(|(name, value)| name.len() + of(value)).sum()
}

/// Gathers what waits into one transaction after another, until nobody can send any more.
async fn write(inner: Weak<Inner>, mut receiver: mpsc::UnboundedReceiver<Job>) {
    while let Some(first) = receiver.recv().await {
        let mut operations = first.batch.items.len();
        let mut jobs = vec![first];
        while operations < GROUP {
            let Ok(job) = receiver.try_recv() else { break };
            operations += job.batch.items.len();
            jobs.push(job);
        }
        let Some(inner) = inner.upgrade() else { return };
        let (mut batches, mut replies) = (Vec::new(), Vec::new());
        for job in jobs {
            batches.push(job.batch);
            replies.push((job.reply, job.permit));
        }
        let audit = Audit(inner);
        let answers = append::group(&audit, &mut batches).await;
        audit.0.arrivals.committed();
        for ((reply, permit), answer) in replies.into_iter().zip(answers) {
            // Nobody may be waiting any more; what was recorded stays recorded.
            let _ = reply.send(answer);
            drop(permit);
        }
    }
    if let Some(inner) = inner.upgrade() {
        inner.store.close_recorder().await;
    }
}
