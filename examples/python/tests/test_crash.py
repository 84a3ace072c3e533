"""Host, deliverers and server are killed at random moments; every operation arrives once.

`REVISOR_TEST_ROUNDS` says how often (20), `REVISOR_TEST_SEED` repeats a run as far as chance goes.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from tests import host
from tests.server import EXAMPLES, Server, needs_server

import outbox
from plain_call import Revisor

ROUNDS = int(os.environ.get("REVISOR_TEST_ROUNDS", "20"))
SEED = os.environ.get("REVISOR_TEST_SEED", str(time.time_ns()))


@needs_server
class Crashes(unittest.TestCase):
    maxDiff = 4000

    def test_none_is_missing_none_is_there_twice_and_none_is_false(self) -> None:
        chance = random.Random(SEED)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = f"{folder.name}/host.db"
        db = outbox.connect(path)
        self.addCleanup(db.close)
        host.prepare(db)
        outbox.install(db)
        server = Server()
        self.addCleanup(server.close)
        for table in host.TABLES:
            server.follow(f"book.{table}")
        environment = os.environ | {"REVISOR_URL": server.url, "REVISOR_KEY": server.key}

        def program(*arguments: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=EXAMPLES,
                env=environment,
                stderr=subprocess.DEVNULL,
            )

        left, kills = [], 0
        restart = threading.Timer(0, lambda: None)
        restart.start()
        for number in range(ROUNDS):
            # Two deliverers: when one is killed the other takes over, by the system's lock alone.
            running = [program("outbox.py", "deliver", path) for _ in range(2)]
            running.append(program("-m", "tests.host", path, f"{SEED}/{number}"))
            try:
                time.sleep(chance.uniform(0.3, 0.9))
                chance.shuffle(running)
                restart.join()
                if chance.random() < 0.4:
                    server.kill()
                    kills += 1
                    restart = threading.Timer(chance.uniform(0, 0.3), server.start)
                    restart.start()
                for one in running:
                    self.assertIsNone(one.poll(), "it ran until it was killed")
                    one.kill()
                    one.wait()
                    kills += 1
                    time.sleep(chance.uniform(0, 0.15))
            finally:
                for one in running:
                    one.kill()
                    one.wait()
            left.append(outbox.backlog(db).waiting)

        restart.join()
        stop = threading.Event()
        last = outbox.Deliverer(path, Revisor(server.url, server.key, timeout=60))
        thread = threading.Thread(target=last.run, args=(stop,))
        thread.start()
        until = time.monotonic() + 120
        while outbox.backlog(db).waiting and time.monotonic() < until:
            time.sleep(0.05)
        stop.set()
        thread.join()

        self.assertEqual(outbox.backlog(db)[:2], (0, 0))
        truth = host.truth(db)
        logs = [log for table in host.TABLES for log in server.logs(f"book.{table}")]
        logged = host.logged(logs)
        self.assertEqual(set(truth), set(logged), f"seed {SEED}")
        for record, happened in truth.items():
            self.assertEqual(happened, logged[record], f"{record}, seed {SEED}")
        print(
            f"{ROUNDS} rounds, {kills} kills, {len(logs)} operations, each once;"
            f" up to {max(left)} waited after a round",
            file=sys.stderr,
        )
        self.assertGreater(len(logs), ROUNDS, "the host did something")


if __name__ == "__main__":
    unittest.main()
