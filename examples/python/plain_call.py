"""The plain call: report operations to Revisor by one HTTP request.

For scripts, imports and hosts without a database of their own. A host with one is better served by
`outbox.py`: an operation that is reported by a plain call is lost when the process ends between its
commit and the answer. Standard library only; copy this file. `docs/http-hosts.md` tells the rest.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import hashlib
import http.client
import json
import math
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

JSON = "application/json"
# Longest texts that the server takes, in characters. Longer ones are cut: a user who sends an endless
# user agent must not keep the log of what he did from being made.
NAME = 2_000
CONTEXT = {"request_id": 256, "transaction_id": 256, "traceparent": 256}
# The statuses by which a server says that these operations cannot be recorded as they are.
MINE = {400, 409, 413, 422}
LONGEST_WAIT = 300.0


class TryLater(Exception):
    """Nothing was recorded, or nobody knows: the same operations may be sent again."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after
        """How many seconds the server asks to wait."""


class KeyRefused(TryLater):
    """The key is not known (any more), has ended, or lacks a scope: somebody has to see to it."""


class Refused(Exception):
    """Nothing of the batch was recorded, and these operations never will be as they are."""

    def __init__(self, why: str, faults: Mapping[int, str]) -> None:
        super().__init__(why)
        self.faults = faults
        """What is wrong, by the operation's place in the batch. Empty: it is not known whose."""


def operation(
    kind: str,
    model: str,
    record_id: object,
    user: Mapping[str, Any],
    *,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    name: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An operation with an id of its own, ready to be sent, and to be sent again.

    Make it once for each thing that a user did and keep it until it is answered: the id is what
    makes a second sending harmless.
    """
    made: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "operation": kind,
        "model": model,
        "record_id": str(record_id),
        "record_name": name and _cut(name, NAME),
        "user": user,
        "occurred_at": datetime.datetime.now(datetime.timezone.utc),
        "old": old,
        "new": new,
        "context": {
            key: _cut(str(text), CONTEXT.get(key, NAME))
            for key, text in (context or {}).items()
            if text
        },
    }
    return {key: plain(value) for key, value in made.items() if value is not None}


class Revisor:
    """A server, spoken to with a host's key of scope `record`."""

    def __init__(self, url: str, key: str, *, timeout: float = 15.0) -> None:
        self.url = url.strip().rstrip("/")
        self.timeout = timeout
        self._key = key.strip()
        # A redirect would take the key to somebody else, and a proxy has no business with it.
        self._opener = urllib.request.build_opener(
            _NoRedirect(), urllib.request.ProxyHandler({})
        )

    def record(
        self, operations: Sequence[Mapping[str, Any]], *, patience: float = 30.0
    ) -> list[dict[str, Any]]:
        """Reports operations and answers what became of each, once they are durable.

        They are recorded all or none. A server that is away or busy is asked again for `patience`
        seconds; then `TryLater` says that the outcome is not known. `Refused` and `KeyRefused` come
        at once, since asking again changes nothing.
        """
        body = batch([json.dumps(plain(one)) for one in operations])
        until = time.monotonic() + patience
        wait = Backoff(first=0.25, longest=10.0)
        while True:
            try:
                return self.send(body, len(operations))
            except KeyRefused:
                raise
            except TryLater as later:
                pause = wait.next(later.after)
                if time.monotonic() + pause > until:
                    raise
                time.sleep(pause)

    def send(self, body: bytes, count: int) -> list[dict[str, Any]]:
        """One attempt to have a batch of `count` operations recorded."""
        answer = self._ask("POST", "/api/v1/operations", body)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != count:
            raise TryLater(f"{self.url} does not answer as Revisor does")
        return results

    def declare(self, model: str, description: Mapping[str, Any]) -> None:
        """Tells labels, types and sensitive fields of a model; once, when the host starts."""
        path = "/api/v1/models/" + urllib.parse.quote(model, safe="")
        self._ask("PUT", path, json.dumps(plain(description)).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Any:
        request = urllib.request.Request(
            self.url + path,
            data=body,
            method=method,
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": JSON, "Accept": JSON},
        )
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                raise _refusal(answer) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Refused, timed out, broken off, or cut short: it may have been recorded all the same.
            raise TryLater(f"no answer from {self.url}: {error}") from error


class Backoff:
    """How long to wait after a failure: twice as long each time, up to `longest`.

    Of that, somewhere between half and all, so that many hosts do not come back at once. Never
    less than the server asked for.
    """

    def __init__(self, first: float, longest: float) -> None:
        self.first, self.longest, self.failures = first, longest, 0

    def next(self, asked: float = 0.0) -> float:
        """The next wait, in seconds."""
        full = min(self.longest, self.first * 2.0 ** min(self.failures, 20))
        self.failures += 1
        return max(full * random.uniform(0.5, 1.0), min(asked, LONGEST_WAIT))

    def reset(self) -> None:
        """It went well."""
        self.failures = 0


def batch(operations: Sequence[str]) -> bytes:
    """The body of a request, of operations that are JSON texts already."""
    return ('{"operations":[' + ",".join(operations) + "]}").encode()


def plain(value: Any) -> Any:
    """A value as JSON has it, without losing anything on the way.

    A `Decimal` goes as text, since JSON numbers pass through doubles in many programs: declare the
    field as `monetary` or `float`, and the server compares it as a number. Bytes go as size and
    digest; their content stays in the host.
    """
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        # A lone surrogate (from a file name, say) is no character, and no JSON.
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            return value.isoformat()  # The server reads a time without a zone as UTC.
        text = value.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds")
        return text.replace("+00:00", "Z")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        digest = hashlib.sha256(data).hexdigest()
        return {"binary": {"size": len(data), "sha256": digest}}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(one) for one in value), key=json.dumps)
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    return str(value)


def _cut(text: str, longest: int) -> str:
    return text.replace("\0", "\ufffd")[:longest]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _refusal(answer: urllib.error.HTTPError) -> Exception:
    """What a status that is no success means for a batch."""
    try:
        problem = json.load(answer)
    except (OSError, http.client.HTTPException, ValueError):
        problem = None
    # What is no problem of Revisor's (a proxy's page, another program) tells nothing of the batch.
    known = isinstance(problem, dict) and "code" in problem
    why = f"{problem.get('detail')} ({problem['code']})" if known else f"status {answer.code}"
    if answer.code in (401, 403):
        return KeyRefused(why)
    if answer.code not in MINE or not (known or answer.code == 413):
        return TryLater(why, _seconds(answer.headers.get("Retry-After")))
    return Refused(why, _by_operation(problem.get("errors") if known else None))


def _seconds(text: str | None) -> float:
    """`Retry-After` in seconds; it may also be a date, which is not worth trusting two clocks."""
    return float(text) if text and text.strip().isdecimal() else 0.0


def _by_operation(errors: Any) -> dict[int, str]:
    """The faults by the operation they point at; empty when one points elsewhere."""
    told: dict[int, list[str]] = {}
    for fault in errors or []:
        head, _, rest = str(fault.get("pointer", "")).removeprefix("/operations/").partition("/")
        if not head.isdecimal():
            return {}
        text = f"{fault.get('detail')} ({fault.get('code')})"
        told.setdefault(int(head), []).append(f"{rest}: {text}" if rest else text)
    return {index: "; ".join(texts) for index, texts in told.items()}
