"""The outbox: committed together, delivered in order, each once, and nothing in its way for ever."""

from __future__ import annotations

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest
from typing import Any

from tests import host
from tests.server import EXAMPLES, Server, needs_server

import outbox
from plain_call import KeyRefused, Refused, Revisor, TryLater

USER = {"login": "ada"}


class Fake:
    """A server in memory: it knows ids, refuses what it is told to, and stops where it is told."""

    url = "nowhere"

    def __init__(self) -> None:
        self.logs: list[dict[str, Any]] = []
        self.sent: list[list[str]] = []
        self.tells_places = True
        self.refuses: set[str] = set()
        self.before: BaseException | None = None
        self.after: BaseException | None = None

    def send(self, body: bytes, count: int) -> list[dict[str, Any]]:
        operations = json.loads(body)["operations"]
        assert len(operations) == count
        self.sent.append([one["record_name"] for one in operations])
        if self.before:
            raise self.before
        bad = [n for n, one in enumerate(operations) if one["record_name"] in self.refuses]
        if bad:
            raise Refused("no", {n: "bad name" for n in bad} if self.tells_places else {})
        known = {one["id"] for one in self.logs}
        self.logs += [one for one in operations if one["id"] not in known]
        if self.after:
            raise self.after
        return [{"status": "recorded"}] * count

    def names(self) -> list[str]:
        return [one["record_name"] for one in self.logs]


class Killed(BaseException):
    """Stands for the end of the process."""


class Case(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/host.db"
        self.db = outbox.connect(self.path)
        self.addCleanup(self.db.close)
        host.prepare(self.db)
        outbox.install(self.db)
        self.server = Fake()
        self.deliverer = outbox.Deliverer(self.path, self.server, idle=0.01)  # type: ignore[arg-type]

    def contacts(self, *names: str) -> None:
        for name in names:
            with host.outbox.transaction(self.db, USER) as tx:
                tx.insert("contact", {"name": name})

    def waiting(self) -> list[dict[str, Any]]:
        rows = self.db.execute("SELECT operation FROM revisor_outbox ORDER BY place")
        return [json.loads(row[0]) for row in rows]


class Writing(Case):
    def test_each_row_is_an_operation_with_its_old_and_new_values(self) -> None:
        self.contacts("Ada", "Grace")
        with host.outbox.transaction(self.db, USER, reason="moved") as tx:
            self.assertEqual(tx.update("contact", {"city": "Paris"}, "1"), 2)
            self.assertEqual(tx.update("contact", {"city": "Paris"}, "1"), 2)
            self.assertEqual(tx.delete("contact", "name = ?", "Ada"), 1)
        told = self.waiting()
        self.assertEqual(
            [(one["operation"], one["record_name"]) for one in told],
            [
                ("create", "Ada"),
                ("create", "Grace"),
                ("write", "Ada"),
                ("write", "Grace"),
                ("unlink", "Ada"),
            ],
        )
        self.assertEqual((told[2]["old"]["city"], told[2]["new"]["city"]), (None, "Paris"))
        self.assertEqual(told[0]["new"]["credit"], "0.00", "the database's default")
        self.assertEqual(told[2]["context"]["reason"], "moved")
        self.assertEqual(len({one["context"]["transaction_id"] for one in told}), 3)
        self.assertNotIn("new", told[4])

    def test_what_is_rolled_back_leaves_no_operation(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            with host.outbox.transaction(self.db, USER) as tx:
                tx.insert("contact", {"name": "Ada"})
                1 / 0
        with self.assertRaises(sqlite3.IntegrityError):
            with host.outbox.transaction(self.db, USER) as tx:
                tx.insert("contact", {"name": "Ada"})
                tx.insert("contact", {"name": None})
        self.assertEqual(self.waiting(), [])
        self.assertEqual(self.db.execute("SELECT count(*) FROM contact").fetchone()[0], 0)

    def test_an_operation_that_cannot_be_written_takes_the_data_with_it(self) -> None:
        self.db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON revisor_outbox"
            " BEGIN SELECT raise(ABORT, 'disk full'); END"
        )
        with self.assertRaises(sqlite3.IntegrityError):
            self.contacts("Ada")
        self.assertEqual(self.db.execute("SELECT count(*) FROM contact").fetchone()[0], 0)

    def test_at_the_bound_nothing_is_done_until_there_is_room(self) -> None:
        for bound in (outbox.Bound(operations=2), outbox.Bound(bytes=700)):
            with self.subTest(bound):
                narrow = outbox.Outbox({"contact": "name"}, bound=bound)

                def add(name: str) -> None:
                    with narrow.transaction(self.db, USER) as tx:
                        tx.insert("contact", {"name": name})

                before = self.db.execute("SELECT count(*) FROM contact").fetchone()[0]
                add("a")
                add("b")
                with self.assertRaisesRegex(outbox.Full, "not audited, so not done.* 2 operations"):
                    add("c")
                after = self.db.execute("SELECT count(*) FROM contact").fetchone()[0]
                self.assertEqual((after - before, outbox.backlog(self.db).waiting), (2, 2))
                while self.deliverer.deliver(self.db):
                    pass
                narrow._good_until = 0  # A second later.
                add("c")
                self.deliverer.deliver(self.db)


class Delivering(Case):
    def test_operations_arrive_in_order_and_leave_the_outbox(self) -> None:
        self.contacts("a", "b", "c")
        self.assertEqual(self.deliverer.deliver(self.db), 3)
        self.assertEqual(self.server.names(), ["a", "b", "c"])
        self.assertEqual(outbox.backlog(self.db), (0, 0, None, 0))
        self.assertEqual(self.deliverer.deliver(self.db), 0)

    def test_a_crash_between_answer_and_delete_sends_again_and_records_once(self) -> None:
        self.contacts("a", "b")
        self.server.after = Killed()
        with self.assertRaises(Killed):
            self.deliverer.deliver(self.db)
        self.assertEqual(outbox.backlog(self.db).waiting, 2)
        self.server.after = None
        self.contacts("c")
        self.deliverer.deliver(self.db)
        self.assertEqual(self.server.names(), ["a", "b", "c"])
        self.assertEqual(self.server.sent, [["a", "b"], ["a", "b", "c"]])

    def test_a_poisonous_operation_is_set_aside_and_the_others_go_on(self) -> None:
        for tells_places in (True, False):
            with self.subTest(tells_places=tells_places):
                self.server = Fake()
                self.deliverer.revisor = self.server  # type: ignore[assignment]
                self.server.tells_places = tells_places
                self.server.refuses = {"c", "f"}
                self.contacts(*"abcdefg")
                with self.assertLogs("revisor", "ERROR"):
                    while self.deliverer.deliver(self.db):
                        pass
                self.assertEqual(self.server.names(), list("abdeg"))
                self.assertEqual(outbox.backlog(self.db)[:2], (0, 2))
                self.db.execute("DELETE FROM revisor_outbox")

    def test_what_is_too_large_to_be_sent_stands_in_nobodys_way(self) -> None:
        self.contacts("a", "b" * (outbox.LARGEST + 1), "c")
        with self.assertLogs("revisor", "ERROR"):
            self.assertEqual(self.deliverer.deliver(self.db), 1)
            self.assertEqual(self.deliverer.deliver(self.db), 1)
        self.assertEqual(self.server.names(), ["a", "c"])
        self.assertEqual(outbox.backlog(self.db)[:2], (0, 1))

    def test_requests_stay_small(self) -> None:
        self.contacts(*(str(n) + "x" * 1_000_000 for n in range(6)))
        while self.deliverer.deliver(self.db):
            pass
        self.assertEqual([len(sent) for sent in self.server.sent], [4, 2])
        self.assertEqual(len(self.server.logs), 6)

    def test_of_two_deliverers_one_stands_by_and_takes_over(self) -> None:
        self.contacts(*(f"{n}" for n in range(1200)))
        stop = threading.Event()
        threads = [
            threading.Thread(target=outbox.Deliverer(self.path, self.server, idle=0.01).run, args=(stop,))  # type: ignore[arg-type]
            for _ in range(2)
        ]
        with outbox._alone(self.path):
            for thread in threads:
                thread.start()
            threads[0].join(0.2)
            self.assertEqual(self.server.sent, [], "a third one has the lock")
        self._until_empty()
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual([len(sent) for sent in self.server.sent], [500, 500, 200])

    def test_trouble_is_waited_out_and_told_once(self) -> None:
        self.contacts("a")
        self.server.before = KeyRefused("the key was revoked")
        stop = threading.Event()
        thread = threading.Thread(target=self.deliverer.run, args=(stop,))
        with self.assertLogs("revisor", "INFO") as told:
            thread.start()
            while len(self.server.sent) < 3:
                stop.wait(0.01)
            self.assertEqual(self.deliverer.trouble, "the key was revoked")
            self.server.before = TryLater("busy")
            while len(self.server.sent) < 4:
                stop.wait(0.01)
            self.server.before = None
            self._until_empty()
            stop.set()
            thread.join()
        self.assertEqual(
            [record.getMessage() for record in told.records],
            [
                "delivery waits: the key was revoked",
                "delivery waits: busy",
                "delivery goes on",
            ],
        )

    def test_a_dropped_outbox_ends_audit_and_delivery_and_nothing_else(self) -> None:
        self.contacts("a")
        stop = threading.Event()
        thread = threading.Thread(target=self.deliverer.run, args=(stop,))
        with self.assertLogs("revisor", "WARNING"):
            thread.start()
            self._until_empty()
            outbox.drop(self.db)
            thread.join(10)
            self.assertFalse(thread.is_alive())
            self.contacts("b")
        self.assertEqual(self.db.execute("SELECT count(*) FROM contact").fetchone()[0], 2)
        outbox.install(self.db)
        self.contacts("c")
        self.assertEqual([one["record_name"] for one in self.waiting()], ["c"])

    def _until_empty(self) -> None:
        for _ in range(1000):
            if outbox.backlog(self.db).waiting == 0:
                return
            threading.Event().wait(0.01)
        self.fail("the outbox is not emptied")


@needs_server
class WithAServer(Case):
    def test_the_server_refuses_one_and_it_is_set_aside_with_its_reason(self) -> None:
        server = Server()
        self.addCleanup(server.close)
        server.follow("book.contact", require_reason=True)
        with host.outbox.transaction(self.db, USER, reason="spring clean") as tx:
            tx.insert("contact", {"name": "a"})
        self.contacts("b", "c")
        with host.outbox.transaction(self.db, USER, reason="spring clean") as tx:
            tx.insert("contact", {"name": "d"})
        # The same id with another content: a conflict, which tells no place.
        self.db.execute(
            "INSERT INTO revisor_outbox (place, id, operation) SELECT 99, 'copy',"
            " replace(operation, '\"d\"', '\"e\"') FROM revisor_outbox WHERE place = 4"
        )
        self.deliverer.revisor = Revisor(server.url, server.key)
        with self.assertLogs("revisor", "ERROR"):
            while self.deliverer.deliver(self.db):
                pass
        self.assertEqual([log["record_name"] for log in server.logs("book.contact")], ["a", "d"])
        reasons = [
            row[0] for row in self.db.execute("SELECT refused FROM revisor_outbox ORDER BY place")
        ]
        self.assertEqual(len(reasons), 3)
        for reason, code in zip(reasons, ("reason_required", "reason_required", "conflict")):
            self.assertIn(code, reason)

    def test_the_demonstration_runs_and_its_logs_are_there(self) -> None:
        server = Server()
        self.addCleanup(server.close)
        server.follow("demo.contact")
        server.follow("demo.import")
        told = subprocess.run(
            [sys.executable, EXAMPLES / "demo.py", str(pathlib.Path(self.path).with_name("b.db"))],
            env={"REVISOR_URL": server.url, "REVISOR_KEY": server.key, "PATH": ""},
            check=True,
            capture_output=True,
            text=True,
        )
        self.assertIn("outbox: 0 waiting, 0 set aside", told.stdout)
        self.assertIn("plain call: recorded", told.stdout)
        logs = server.logs("demo.contact")
        self.assertEqual(
            [(log["operation"], log["user"]["login"], log["record_name"]) for log in logs],
            [
                ("create", "ada", "Łukasz Żółć"),
                ("create", "ada", "Zoë O’Brien"),
                ("write", "grace", "Łukasz Żółć"),
                ("write", "grace", "Łukasz Żółć"),
                ("write", "grace", "Zoë O’Brien"),
                ("unlink", "ada", "Zoë O’Brien"),
            ],
        )
        [credit] = logs[2]["changes"]
        self.assertEqual((credit["label"], credit["old"]), ("Credit limit", "0.00"))
        self.assertEqual(credit["new"], "1999.90")

    def test_the_commands_tell_retry_and_drop(self) -> None:
        def command(word: str) -> str:
            told = subprocess.run(
                [sys.executable, EXAMPLES / "outbox.py", word, self.path],
                capture_output=True,
                text=True,
            )
            return told.stdout + told.stderr

        self.contacts("a", "b")
        self.db.execute("UPDATE revisor_outbox SET refused = 'too odd' WHERE place = 1")
        told = command("status")
        self.assertRegex(told, r"^1 waiting since .*Z, 1 set aside, \d+ bytes\n  [-0-9a-f]{36}: too odd\n$")
        self.assertRegex(command("retry"), "^2 waiting since .*Z, 0 set aside, \d+ bytes\n$")
        self.assertEqual(command("drop"), "")
        self.assertIn("has no outbox", command("status"))


if __name__ == "__main__":
    unittest.main()
