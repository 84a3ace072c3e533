//! A queue of bytes between one writer and one reader that holds little memory.
//!
//! Many HTTP clients read nothing of the answer before they have sent all of the request. Were the
//! results of a long stream to wait for such a reader, both sides would wait for ever; so what the
//! reader has not taken goes to a temporary file once it outgrows its share of memory.

use std::{
    collections::VecDeque,
    fs::File,
    io,
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::{sync::Notify, task::spawn_blocking};

/// Bytes held in memory at most.
const MEMORY: usize = 1024 * 1024;
/// Bytes waiting in the file at most; then the writer waits.
const FILE: u64 = 4 * 1024 * 1024 * 1024;
/// Bytes read from the file at once.
const CHUNK: u64 = 64 * 1024;

/// How the queue ended: well, or by an error that is handed to the reader.
type End<E> = Result<(), Option<E>>;

struct State<E> {
    memory: VecDeque<Bytes>,
    held: usize,
    file: Option<Arc<File>>,
    written: u64,
    read: u64,
    end: Option<End<E>>,
    abandoned: bool,
}

struct Shared<E> {
    state: Mutex<State<E>>,
    filled: Notify,
    taken: Notify,
}

impl<E> Shared<E> {
    fn state(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end that is written to. Dropped without [`Writer::finish`], the reader sees a failure.
pub(super) struct Writer<E>(Arc<Shared<E>>);

/// The end that is read from.
pub(super) struct Reader<E>(Arc<Shared<E>>);

/// A new queue.
pub(super) fn spool<E>() -> (Writer<E>, Reader<E>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            memory: VecDeque::new(),
            held: 0,
            file: None,
            written: 0,
            read: 0,
            end: None,
            abandoned: false,
        }),
        filled: Notify::new(),
        taken: Notify::new(),
    });
    (Writer(Arc::clone(&shared)), Reader(shared))
}

impl<E> Writer<E> {
    /// Puts bytes in. Waits only while the file holds more than it may.
    pub(super) async fn push(&self, bytes: Bytes) -> io::Result<()> {
        let (file, offset) = loop {
            let taken = self.0.taken.notified();
            {
                let mut state = self.0.state();
                if state.abandoned {
                    return Ok(());
                }
                let waiting = state.written - state.read;
                if waiting == 0 && state.held + bytes.len() <= MEMORY.max(bytes.len()) {
                    state.held += bytes.len();
                    state.memory.push_back(bytes);
                    drop(state);
                    self.0.filled.notify_one();
                    return Ok(());
                }
                if waiting < FILE {
                    break (state.file.clone(), state.written);
                }
            }
            taken.await;
        };
        let length = bytes.len() as u64;
        let file = spawn_blocking(move || {
            let file = match file {
                Some(file) => file,
                None => Arc::new(tempfile::tempfile()?),
            };
            file.write_all_at(&bytes, offset)?;
            io::Result::Ok(file)
        })
        .await
        .map_err(io::Error::other)??;
        let mut state = self.0.state();
        state.file = Some(file);
        state.written = offset + length;
        drop(state);
        self.0.filled.notify_one();
        Ok(())
    }

    /// Ends the queue, well or by an error.
    pub(super) fn finish(self, end: Result<(), E>) {
        self.0.state().end = Some(end.map_err(Some));
    }
}

impl<E> Drop for Writer<E> {
    fn drop(&mut self) {
        self.0.state().end.get_or_insert(Err(None));
        self.0.filled.notify_one();
    }
}

/// What the reader finds.
pub(super) enum Next<E> {
    /// The next bytes.
    Bytes(Bytes),
    /// The end, after everything was read.
    End,
    /// The writer's error; none where it went away without one, or the file failed.
    Failed(Option<E>),
}

impl<E> Reader<E> {
    /// Takes the next bytes. Nothing is lost when this is given up half way.
    pub(super) async fn next(&self) -> Next<E> {
        loop {
            let filled = self.0.filled.notified();
            let from_file = {
                let mut state = self.0.state();
                if let Some(bytes) = state.memory.pop_front() {
                    state.held -= bytes.len();
                    return Next::Bytes(bytes);
                }
                if state.written > state.read {
                    state
                        .file
                        .clone()
                        .map(|file| (file, state.read, (state.written - state.read).min(CHUNK)))
                } else if let Some(end) = &mut state.end {
                    return match end {
                        Ok(()) => Next::End,
                        Err(error) => Next::Failed(error.take()),
                    };
                } else {
                    None
                }
            };
            let Some((file, offset, length)) = from_file else {
                filled.await;
                continue;
            };
            let read = spawn_blocking(move || {
                let mut buffer = vec![0; usize::try_from(length).unwrap_or_default()];
                file.read_exact_at(&mut buffer, offset)?;
                io::Result::Ok(buffer)
            })
            .await;
            let Ok(Ok(buffer)) = read else {
                return Next::Failed(None);
            };
            self.0.state().read = offset + length;
            self.0.taken.notify_one();
            return Next::Bytes(Bytes::from(buffer));
        }
    }
}

impl<E> Drop for Reader<E> {
    fn drop(&mut self) {
        self.0.state().abandoned = true;
        self.0.taken.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_outgrows_memory_comes_back_in_order() {
        let (writer, reader) = spool::<()>();
        let mut sent = Vec::new();
        for n in 0..300u32 {
            let bytes: Vec<u8> = n.to_be_bytes().repeat(4_000);
            sent.extend_from_slice(&bytes);
            writer.push(Bytes::from(bytes)).await.unwrap();
        }
        assert!(writer.0.state().held <= MEMORY);
        writer.finish(Ok(()));
        let mut found = Vec::new();
        while let Next::Bytes(bytes) = reader.next().await {
            found.extend_from_slice(&bytes);
        }
        assert!(found == sent);
    }

    #[tokio::test]
    async fn a_reader_that_keeps_up_needs_no_file() {
        let (writer, reader) = spool::<()>();
        let work = tokio::spawn(async move {
            for _ in 0..100 {
                writer.push(Bytes::from_static(b"x")).await.unwrap();
                tokio::task::yield_now().await;
            }
            assert!(writer.0.state().file.is_none());
            writer.finish(Ok(()));
        });
        let mut count = 0;
        while let Next::Bytes(bytes) = reader.next().await {
            count += bytes.len();
        }
        work.await.unwrap();
        assert_eq!(count, 100);
    }

    #[tokio::test]
    async fn a_writer_that_goes_away_is_a_failure() {
        let (writer, reader) = spool::<u8>();
        writer.push(Bytes::from_static(b"x")).await.unwrap();
        drop(writer);
        assert!(matches!(reader.next().await, Next::Bytes(_)));
        assert!(matches!(reader.next().await, Next::Failed(None)));
    }
}
