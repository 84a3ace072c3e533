"""Taking Revisor away while the host writes: in any order, the host works on and keeps its data."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
import threading
import time
import unittest

from tests import host
from tests.server import Server, needs_server

import outbox
from plain_call import Revisor


@needs_server
class Uninstalling(unittest.TestCase):
    def test_the_host_goes_on_whatever_is_taken_away_and_in_any_order(self) -> None:
        for order in itertools.permutations(("end", "stop", "drop")):
            with self.subTest(order=order), self.assertLogs("revisor", "WARNING"):
                self.take_away(order)

    def take_away(self, order: tuple[str, ...]) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = f"{folder.name}/host.db"
        db = outbox.connect(path)
        self.addCleanup(db.close)
        host.prepare(db)
        before = schema(db)
        outbox.install(db)
        server = Server()
        self.addCleanup(server.close)
        for table in host.TABLES:
            server.follow(f"book.{table}")
        stop = threading.Event()
        deliverer = outbox.Deliverer(path, Revisor(server.url, server.key))
        delivery = threading.Thread(target=deliverer.run, args=(stop,))
        delivery.start()
        writers = host.run(path, "uninstall", stop)
        try:
            self.works_on(db, writers)
            for what in order:
                match what:
                    case "end":
                        # A server that is stopped can end nothing.
                        if order.index("end") < order.index("stop"):
                            server.ask("DELETE", "/api/v1/hosts/book")
                    case "stop":
                        server.kill()
                    case "drop":
                        outbox.drop(db)
                self.works_on(db, writers)
            delivery.join(70)
            self.assertFalse(delivery.is_alive(), "delivery ends with the outbox")
        finally:
            stop.set()
            for writer in writers:
                writer.join()
            delivery.join()
        self.assertEqual(schema(db), before, "nothing is left of the outbox")
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        # The data are what the triggers saw being written, from the first row to the last.
        state: dict[tuple[str, str], dict[str, object]] = {}
        for record, happened in host.truth(db).items():
            for kind, changed in happened:
                state.setdefault(record, {}).update({f: new for f, (_, new) in changed.items()})
                if kind == "unlink":
                    del state[record]
        for table in host.TABLES:
            for row in db.execute(f"SELECT * FROM {table}"):
                found = {field: value for field, value in dict(row).items() if value is not None}
                kept = state.pop((f"book.{table}", str(row["id"])))
                self.assertEqual({f: v for f, v in kept.items() if v is not None}, found)
        self.assertEqual(state, {})

    def works_on(self, db: sqlite3.Connection, writers: list[threading.Thread]) -> None:
        """The host commits more changes from here on, and none of its threads has failed."""

        def changes() -> int:
            return int(db.execute("SELECT coalesce(max(place), 0) FROM truth").fetchone()[0])

        enough, until = changes() + 30, time.monotonic() + 30
        while changes() < enough:
            self.assertLess(time.monotonic(), until, "the host stands still")
            self.assertTrue(all(writer.is_alive() for writer in writers), "a writer has failed")
            time.sleep(0.01)


def schema(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    """All that the database consists of, as SQLite keeps it."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
    return [tuple(row) for row in rows]


if __name__ == "__main__":
    unittest.main()
