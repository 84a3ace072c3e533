"""The plain call: what it sends, what it makes of each answer, and that it arrives once."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import enum
import http.server
import json
import threading
import time
import unittest
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from tests.server import Server, needs_server

from plain_call import Backoff, KeyRefused, Refused, Revisor, TryLater, operation, plain

Answer = tuple[int, dict[str, str], Any]
USER = {"login": "ada"}


@contextlib.contextmanager
def answering(answer: Callable[[int], Answer]) -> Iterator[tuple[str, list[Any]]]:
    """A server that answers the n-th request as it is told; gives its address and the requests."""
    seen: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((dict(self.headers), json.loads(body)))
            status, headers, content = answer(len(seen) - 1)
            text = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def always(answer: Answer) -> Callable[[int], Answer]:
    return lambda _: answer


def problem(status: int, code: str, *errors: dict[str, str]) -> Answer:
    return (status, {}, {"detail": "what happened", "code": code, "errors": list(errors)})


def one() -> dict[str, Any]:
    return operation("create", "m", 1, USER, new={"a": 1})


class Answers(unittest.TestCase):
    def test_the_same_operations_are_sent_again_until_they_are_answered(self) -> None:
        results = {"results": [{"status": "recorded", "log_id": "l", "revision": 1}]}
        answers: list[Answer] = [
            (503, {"Retry-After": "0"}, {"detail": "busy", "code": "overloaded"}),
            (502, {}, b"<html>a proxy</html>"),
            (200, {}, results),
        ]
        with answering(lambda n: answers[n]) as (url, seen):
            told = Revisor(url + "/", " rvk_key\n").record([one()])
        self.assertEqual(told, results["results"])
        self.assertEqual(len(seen), 3)
        self.assertEqual(seen[0][0]["Authorization"], "Bearer rvk_key")
        self.assertEqual(seen[0][1], seen[2][1])

    def test_retry_after_is_kept_to(self) -> None:
        def answer(n: int) -> Answer:
            if n == 0:
                return (429, {"Retry-After": "1"}, {"detail": "slow down", "code": "rate_limited"})
            return (200, {}, {"results": [{"status": "unchanged"}]})

        started = time.monotonic()
        with answering(answer) as (url, _):
            Revisor(url, "k").record([one()])
        self.assertGreaterEqual(time.monotonic() - started, 1.0)

    def test_a_server_that_stays_away_is_told_after_a_while(self) -> None:
        with answering(lambda n: (500, {}, b"")) as (url, seen):
            with self.assertRaises(TryLater):
                Revisor(url, "k").record([one()], patience=1.0)
            self.assertGreater(len(seen), 1)
        with self.assertRaisesRegex(TryLater, "refused"):
            Revisor(url, "k").record([one()], patience=0)

    def test_what_never_will_be_recorded_is_told_at_once_and_by_place(self) -> None:
        fault = {"pointer": "/operations/0/model", "code": "missing", "detail": "is required"}
        with answering(lambda n: problem(422, "invalid_request", fault)) as (url, seen):
            with self.assertRaises(Refused) as refused:
                Revisor(url, "k").record([one()])
        self.assertEqual(refused.exception.faults, {0: "model: is required (missing)"})
        self.assertEqual(len(seen), 1)
        conflict = problem(409, "idempotency_conflict")
        large: Answer = (413, {}, b"<html>a proxy's page</html>")
        for answer in (conflict, large):
            with answering(always(answer)) as (url, _):
                with self.assertRaises(Refused) as refused:
                    Revisor(url, "k").send(b"{}", 1)
            self.assertEqual(refused.exception.faults, {})

    def test_a_refused_key_is_told_at_once(self) -> None:
        for status in (401, 403):
            with answering(always(problem(status, "unauthorized"))) as (url, seen):
                with self.assertRaises(KeyRefused):
                    Revisor(url, "k").record([one()])
            self.assertEqual(len(seen), 1)

    def test_another_program_at_that_address_refuses_nothing(self) -> None:
        strange: list[Answer] = [
            (422, {}, {"message": "no"}),
            (404, {}, b"not here"),
            (200, {}, b"<html>hello</html>"),
            (200, {}, {"results": []}),
        ]
        for answer in strange:
            with answering(always(answer)) as (url, _):
                with self.assertRaises(TryLater):
                    Revisor(url, "k").record([one()], patience=0)

    def test_the_key_does_not_follow_a_redirect(self) -> None:
        with answering(lambda n: (200, {}, {"results": [{}]})) as (elsewhere, seen):
            for status in (301, 302, 303, 307, 308):
                moved: Answer = (status, {"Location": elsewhere}, b"")
                with answering(always(moved)) as (url, _):
                    with self.assertRaises(TryLater):
                        Revisor(url, "k").record([one()], patience=0)
        self.assertEqual(seen, [])

    def test_waits_grow_vary_and_end(self) -> None:
        wait = Backoff(first=1.0, longest=8.0)
        waits = [wait.next() for _ in range(6)]
        for waited, full in zip(waits, (1, 2, 4, 8, 8, 8)):
            self.assertTrue(full / 2 <= waited <= full, waits)
        self.assertEqual(Backoff(1.0, 8.0).next(asked=20.0), 20.0)
        self.assertEqual(Backoff(1.0, 8.0).next(asked=1e9), 300.0)


class Operations(unittest.TestCase):
    def test_what_is_too_long_for_the_server_is_cut_and_what_is_empty_left_out(self) -> None:
        context = {"user_agent": "x" * 5_000, "request_id": "y" * 500, "ip": "", "reason": None}
        made = operation("unlink", "m", 1, USER, name="\0" + "z" * 5_000, context=context)
        self.assertEqual(made["record_name"], "\ufffd" + "z" * 1_999)
        self.assertEqual(made["context"], {"user_agent": "x" * 2_000, "request_id": "y" * 256})


class Colour(enum.Enum):
    RED = "red"


class Values(unittest.TestCase):
    def test_values_lose_nothing_on_the_way(self) -> None:
        paris = datetime.timezone(datetime.timedelta(hours=1))
        noon = datetime.datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=paris)
        given = {
            "price": decimal.Decimal("0.10"),
            "huge": 2**70,
            "when": noon,
            "day": datetime.date(2026, 11, 23),
            "tags": {"b", "a"},
            "photo": b"\x00\xff",
            "colour": Colour.RED,
            "nan": float("nan"),
            "file": "caf\udce9",
            "uuid": uuid.UUID(int=1),
            "smile": "😀 Ελλάδα",
        }
        sha = "06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8"
        self.assertEqual(
            json.loads(json.dumps(plain(given), allow_nan=False)),
            {
                "price": "0.10",
                "huge": 1180591620717411303424,
                "when": "2026-11-23T11:00:00.000005Z",
                "day": "2026-11-23",
                "tags": ["a", "b"],
                "photo": {"binary": {"size": 2, "sha256": sha}},
                "colour": "red",
                "nan": "nan",
                "file": "caf?",
                "uuid": "00000000-0000-0000-0000-000000000001",
                "smile": "😀 Ελλάδα",
            },
        )


@needs_server
class WithAServer(unittest.TestCase):
    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.server.follow("plain.thing")

    def test_an_operation_that_is_sent_twice_is_one_log(self) -> None:
        revisor = Revisor(self.server.url, self.server.key)
        fields = [{"name": "price", "type": "monetary"}]
        revisor.declare("plain.thing", {"label": "Thing", "fields": fields})
        made = operation(
            "create",
            "plain.thing",
            "ħ/1",
            {"login": "ada", "groups": ["Sales"]},
            new={"price": decimal.Decimal("0.10"), "huge": 2**70, "photo": b"\x00"},
            context={"reason": "why not", "user_agent": "x" * 5_000, "request_id": "y" * 500},
            name="z\0" * 5_000,
        )
        [first] = revisor.record([made])
        [second] = revisor.record([made])
        self.assertEqual((first["status"], second["status"]), ("recorded", "duplicate"))
        self.assertEqual(first["log_id"], second["log_id"])
        # 0.10 and 0.1 are the same amount, though one is a text.
        user = {"login": "ada"}
        same = operation("write", "plain.thing", "ħ/1", user, new={"price": 0.1})
        self.assertEqual(revisor.record([same]), [{"status": "unchanged"}])
        [log] = self.server.logs("plain.thing")
        changes = {change["field"]: change["new"] for change in log["changes"]}
        self.assertEqual(changes["huge"], 2**70)
        self.assertEqual(changes["photo"]["binary"]["size"], 1)
        self.assertEqual(log["context"]["reason"], "why not")

    def test_a_batch_with_a_fault_is_refused_whole_and_says_where(self) -> None:
        revisor = Revisor(self.server.url, self.server.key)
        good, bad = one() | {"model": "plain.other"}, one() | {"model": ""}
        with self.assertRaises(Refused) as refused:
            revisor.record([good, bad])
        self.assertEqual(list(refused.exception.faults), [1])

    def test_a_server_that_comes_back_is_waited_for(self) -> None:
        revisor = Revisor(self.server.url, self.server.key)
        self.server.kill()
        threading.Timer(0.5, self.server.start).start()
        [result] = revisor.record([one() | {"model": "plain.other"}])
        self.assertEqual(result["status"], "skipped")

    def test_a_key_of_nobody_is_refused(self) -> None:
        with self.assertRaises(KeyRefused):
            Revisor(self.server.url, "rvk_nobody").record([one()])


if __name__ == "__main__":
    unittest.main()
