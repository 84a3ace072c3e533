"""The transactional outbox: data and operation are committed together, or neither is.

The host writes its data through `Outbox.transaction`, which puts one operation for each changed row
into the table `revisor_outbox` of the same SQLite database, in the same transaction. A `Deliverer`,
in a thread of the host or in a process of its own, sends them to Revisor in order and takes out
what was answered. Whatever crashes and whenever, each operation arrives once, and none that was
rolled back does. Standard library only; copy this file and `plain_call.py`.
`docs/hosts-outbox.md` tells what is promised.

    python3 outbox.py deliver app.db     # REVISOR_URL and REVISOR_KEY say where to
    python3 outbox.py status app.db
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from plain_call import Backoff, Refused, Revisor, TryLater, batch, operation

log = logging.getLogger("revisor")

# Operations in one request, and bytes; the server takes 1,000 and 8 MiB.
MOST_OPERATIONS = 500
MOST_BYTES = 4 * 1024 * 1024
LARGEST = 7 * 1024 * 1024

TABLE = """
CREATE TABLE IF NOT EXISTS revisor_outbox (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL,
    written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    refused TEXT
) STRICT
"""


def connect(path: str) -> sqlite3.Connection:
    """A connection as the outbox needs it; one for each thread."""
    # isolation_level None: transactions are ours to begin, not the library's to guess.
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    # With less, the machine's power could take back a commit whose operation was delivered.
    db.execute("PRAGMA synchronous = FULL")
    return db


def install(db: sqlite3.Connection) -> None:
    """Makes the outbox, unless it is there. From then on operations are written."""
    db.execute(TABLE)


def drop(db: sqlite3.Connection) -> None:
    """Drops the outbox with all that waits in it: auditing ends, the host goes on."""
    db.execute("DROP TABLE IF EXISTS revisor_outbox")


def installed(db: sqlite3.Connection) -> bool:
    """Whether there is an outbox."""
    found = db.execute("SELECT 1 FROM sqlite_schema WHERE type='table' AND name='revisor_outbox'")
    return found.fetchone() is not None


class Backlog(NamedTuple):
    """What the outbox holds."""

    waiting: int
    set_aside: int
    oldest: str | None
    """When the one that waits longest was written."""
    bytes: int
    """How large all of them are, those set aside included."""


def backlog(db: sqlite3.Connection) -> Backlog:
    """How far delivery is behind: something to watch."""
    row = db.execute(
        "SELECT count(*) FILTER (WHERE refused IS NULL), count(refused),"
        " min(written_at) FILTER (WHERE refused IS NULL),"
        " coalesce(sum(length(operation)), 0) FROM revisor_outbox"
    ).fetchone()
    return Backlog(*row)


class Bound(NamedTuple):
    """How much the outbox may hold, what is set aside included."""

    operations: int = 1_000_000
    bytes: int = 2 << 30


class Full(Exception):
    """The outbox holds as much as it may: the transaction is not done, since it is not audited."""


class Outbox:
    """How a host's tables are told to Revisor."""

    def __init__(
        self, names: Mapping[str, str], prefix: str = "", bound: Bound | None = None
    ) -> None:
        """`names`: for each audited table the column that names a record to people. The model is
        the table's name after `prefix`."""
        self.names, self.prefix, self.bound = names, prefix, bound or Bound()
        self._seen = (0, 0)
        self._good_until = 0.0

    @contextlib.contextmanager
    def transaction(
        self, db: sqlite3.Connection, user: Mapping[str, Any], **context: str
    ) -> Iterator[Transaction]:
        """A transaction of `user`; `context` may say `reason`, `ip`, `request_id` and so on.

        Committed at its end; rolled back, operations included, when an exception leaves it.
        """
        # The lock is taken now: what is read as the old value stays so until the commit.
        db.execute("BEGIN IMMEDIATE")
        try:
            tx = Transaction(self, db, user, {"transaction_id": str(uuid.uuid4()), **context})
            yield tx
            tx._put()
            db.execute("COMMIT")
        except BaseException:
            # SQLite rolls back by itself on some errors (a full disk).
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def _make_room(self, db: sqlite3.Connection, texts: list[str]) -> None:
        """Refuses what goes beyond the bound.

        To count a large outbox takes its time, so it is done once a second, and the less often the
        longer it takes; so much more than the bound may others write meanwhile.
        """
        start = time.monotonic()
        if start >= self._good_until:
            found = backlog(db)
            self._seen = (found.waiting + found.set_aside, found.bytes)
            now = time.monotonic()
            self._good_until = now + max(1.0, 50 * (now - start))
        operations = self._seen[0] + len(texts)
        size = self._seen[1] + sum(map(len, texts))
        if operations > self.bound.operations or size > self.bound.bytes:
            held = "%d operations (%d bytes)" % self._seen
            raise Full(f"not audited, so not done: the outbox holds {held}, as much as it may")
        self._seen = (operations, size)


class Transaction:
    """Writes of one user; each row that really changes becomes an operation.

    Audited tables are tables with a primary key `id`. Rows that SQLite changes by itself (ON DELETE
    CASCADE, triggers on other tables) are not seen: change those through here as well.
    """

    def __init__(
        self,
        outbox: Outbox,
        db: sqlite3.Connection,
        user: Mapping[str, Any],
        context: Mapping[str, str],
    ) -> None:
        self.db = db
        self._outbox, self._user, self._context = outbox, user, context
        self._operations: list[dict[str, Any]] = []

    def insert(self, table: str, values: Mapping[str, Any]) -> Any:
        """Inserts a row and answers its id."""
        columns = ", ".join(map(_quoted, values))
        marks = ", ".join("?" * len(values))
        what = f"({columns}) VALUES ({marks})" if values else "DEFAULT VALUES"
        done = self.db.execute(
            f"INSERT INTO {_quoted(table)} {what} RETURNING id", tuple(values.values())
        )
        # All rows are fetched: only then is the statement finished.
        [(key,)] = done.fetchall()
        self._record("create", table, key, None, self._rows(table, "id = ?", key)[key])
        return key

    def update(self, table: str, values: Mapping[str, Any], where: str, *given: Any) -> int:
        """Updates the rows that `where` selects; answers how many there were."""
        if "id" in values:
            raise ValueError("an id stays: delete the record and create another")
        before = self._rows(table, where, *given)
        changes = ", ".join(f"{_quoted(column)} = ?" for column in values)
        for key, old in before.items():
            self.db.execute(
                f"UPDATE {_quoted(table)} SET {changes} WHERE id = ?", (*values.values(), key)
            )
            # Read again, since defaults, triggers and column types have their say.
            new = self._rows(table, "id = ?", key).get(key)
            if new != old:
                self._record("write" if new else "unlink", table, key, old, new)
        return len(before)

    def delete(self, table: str, where: str, *given: Any) -> int:
        """Deletes the rows that `where` selects; answers how many there were."""
        before = self._rows(table, where, *given)
        for key, old in before.items():
            self.db.execute(f"DELETE FROM {_quoted(table)} WHERE id = ?", (key,))
            self._record("unlink", table, key, old, None)
        return len(before)

    def _rows(self, table: str, where: str, *given: Any) -> dict[Any, dict[str, Any]]:
        found = self.db.execute(f"SELECT * FROM {_quoted(table)} WHERE {where}", given)
        return {row["id"]: dict(row) for row in found.fetchall()}

    def _record(
        self,
        kind: str,
        table: str,
        key: Any,
        old: dict[str, Any] | None,
        new: dict[str, Any] | None,
    ) -> None:
        name = (new or old or {}).get(self._outbox.names[table])
        self._operations.append(
            operation(
                kind,
                self._outbox.prefix + table,
                key,
                self._user,
                old=old,
                new=new,
                name=None if name is None else str(name),
                context=self._context,
            )
        )

    def _put(self) -> None:
        if not self._operations:
            return
        # The table is the switch: who drops it ends the audit, and the host goes on without.
        if not installed(self.db):
            log.warning("there is no outbox: %d operations not audited", len(self._operations))
            return
        texts = [json.dumps(one, allow_nan=False) for one in self._operations]
        self._outbox._make_room(self.db, texts)
        self.db.executemany(
            "INSERT INTO revisor_outbox (id, operation) VALUES (?, ?)",
            [(one["id"], text) for one, text in zip(self._operations, texts)],
        )


class Deliverer:
    """Takes operations from the outbox of one database to a server, in order, each once.

    Several may run for one database: one works, the others stand by.
    """

    def __init__(self, path: str, revisor: Revisor, *, idle: float = 0.2) -> None:
        self.path, self.revisor, self.idle = path, revisor, idle
        self.trouble: str | None = None
        """What keeps it from going on now."""

    def run(self, stop: threading.Event) -> None:
        """Delivers until `stop` is set, or the outbox is dropped. Waits out everything else."""
        wait = Backoff(first=0.5, longest=60.0)
        while not stop.is_set():
            try:
                with _alone(self.path), contextlib.closing(connect(self.path)) as db:
                    while not stop.is_set():
                        if not installed(db):
                            log.warning("there is no outbox: delivery ends")
                            return
                        delivered = self.deliver(db)
                        self._tell(None)
                        wait.reset()
                        stop.wait(0 if delivered else self.idle)
            except _Taken:
                stop.wait(self.idle)
            except TryLater as later:
                self._tell(str(later))
                stop.wait(wait.next(later.after))
            except sqlite3.Error as error:
                self._tell(f"the outbox cannot be used: {error}")
                stop.wait(wait.next())

    def deliver(self, db: sqlite3.Connection) -> int:
        """Delivers one batch; answers how many operations left the queue, 0 when none waits."""
        rows = self._next(db)
        start, length = 0, len(rows)
        while start < len(rows):
            part = rows[start : start + length]
            try:
                # The text goes as it was written, so that a second sending is the same one.
                self.revisor.send(batch([row["operation"] for row in part]), len(part))
            except Refused as refused:
                first = min(refused.faults, default=-1)
                if len(part) == 1 or first == 0:
                    self._set_aside(db, part[0], refused.faults.get(0, str(refused)))
                    start, length = start + 1, len(rows)
                elif 0 < first < len(part):
                    length = first  # What comes before the refused one goes alone.
                else:
                    length = len(part) // 2  # It is not told which one: halve until it is.
                continue
            # A crash here sends the batch again, and the server knows the ids. They go by id, not
            # by place, since SQLite gives a place again once all behind it are free.
            with _immediately(db):
                db.executemany(
                    "DELETE FROM revisor_outbox WHERE id = ?", [(row["id"],) for row in part]
                )
            start, length = start + len(part), len(rows)
        return len(rows)

    def _next(self, db: sqlite3.Connection) -> list[sqlite3.Row]:
        """The next operations, as many as one request takes."""
        rows: list[sqlite3.Row] = []
        size = 0
        found = db.execute(
            "SELECT id, operation FROM revisor_outbox WHERE refused IS NULL"
            " ORDER BY place LIMIT ?",
            (MOST_OPERATIONS,),
        )
        for row in found.fetchall():
            length = len(row["operation"])  # Its JSON is ASCII: characters are bytes.
            if length > LARGEST:
                if not rows:
                    self._set_aside(db, row, f"too large to be sent: {length} bytes")
                    continue
                break
            if rows and size + length > MOST_BYTES:
                break
            rows.append(row)
            size += length
        return rows

    def _set_aside(self, db: sqlite3.Connection, row: sqlite3.Row, why: str) -> None:
        log.error("operation %s is set aside: %s", row["id"], why)
        db.execute("UPDATE revisor_outbox SET refused = ? WHERE id = ?", (why, row["id"]))

    def _tell(self, trouble: str | None) -> None:
        """Tells a trouble once, not at each attempt."""
        if trouble != self.trouble:
            if trouble:
                log.warning("delivery waits: %s", trouble)
            else:
                log.info("delivery goes on")
            self.trouble = trouble


class _Taken(Exception):
    """Another deliverer is at work."""


@contextlib.contextmanager
def _alone(path: str) -> Iterator[None]:
    """Holds a lock that the operating system takes back when the process ends, however it ends.

    It is SQLite's own lock, on a file of its own so that the host is not kept from writing.
    """
    with contextlib.closing(
        sqlite3.connect(f"{path}-deliverer", timeout=0, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise _Taken from error
            raise
        yield


@contextlib.contextmanager
def _immediately(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def main() -> None:
    """`deliver`, `status`, `retry` what was set aside, or `drop`."""
    parser = argparse.ArgumentParser(description="Deliver an outbox to Revisor, or look at it.")
    parser.add_argument("command", choices=["deliver", "status", "retry", "drop"])
    parser.add_argument("database", help="the host's SQLite database")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if not os.path.exists(given.database):
        sys.exit(f"{given.database} does not exist")
    if given.command == "deliver":
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        # Nobody waits for a deliverer, and a large batch may take its time.
        revisor = Revisor(os.environ["REVISOR_URL"], os.environ["REVISOR_KEY"], timeout=60.0)
        Deliverer(given.database, revisor).run(stop)
        return
    with contextlib.closing(connect(given.database)) as db:
        if not installed(db):
            sys.exit(f"{given.database} has no outbox")
        if given.command == "drop":
            drop(db)
            return
        if given.command == "retry":
            db.execute("UPDATE revisor_outbox SET refused = NULL")
        waiting, aside, oldest, size = backlog(db)
        since = f" since {oldest}" if oldest else ""
        print(f"{waiting} waiting{since}, {aside} set aside, {size} bytes")
        for row in db.execute("SELECT id, refused FROM revisor_outbox WHERE refused IS NOT NULL"):
            print(f"  {row['id']}: {row['refused']}")


if __name__ == "__main__":
    main()
