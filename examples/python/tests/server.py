"""A Revisor server of a test's own: empty, in a folder of its own, killed and started at will.

`REVISOR_TEST_PROGRAM` names the program `revisor`; `cargo xtask test --only hosts` sets it.
"""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from typing import Any

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(EXAMPLES))

PROGRAM = os.environ.get("REVISOR_TEST_PROGRAM")
# Without the program the tests that need it say so. Where all must run, that is a failure.
needs_server = unittest.skipUnless(PROGRAM, "REVISOR_TEST_PROGRAM is not set")


class Server:
    """The program, its data and its keys."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="revisor-python-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"http://{self._address}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        self.key = self.make_key("record,read")
        self.admin = self.make_key("admin,record,read")

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("REVISOR_")}
        kept.pop("DATABASE_URL", None)
        return kept | {
            "REVISOR_ADDR": self._address,
            "REVISOR_DATA_DIR": self._folder.name,
            "REVISOR_LOG": "error",
        }

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(PROGRAM), "serve"],
            cwd=self._folder.name,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the server did not become ready within 60 s")

    def kill(self) -> None:
        """Ends it as a power cut would: SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        self._folder.cleanup()

    def make_key(self, scopes: str, host: str = "book") -> str:
        told = subprocess.run(
            [str(PROGRAM), "key", "create", "--host", host, "--scopes", scopes],
            cwd=self._folder.name,
            env=self._environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        return told.stdout.strip()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.admin}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def follow(self, model: str, **more: Any) -> None:
        """Has every operation on a model followed."""
        rule = {"name": f"All of {model}", "host": "book", "model": model, "log_create": True}
        self.ask("POST", "/api/v1/rules", rule | more)

    def logs(self, model: str) -> list[dict[str, Any]]:
        """All logs of a model, the oldest first."""
        found: list[dict[str, Any]] = []
        query = {"model": model, "order": "asc", "limit": "200"}
        while True:
            page = self.ask("GET", "/api/v1/logs?" + urllib.parse.urlencode(query))
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]
