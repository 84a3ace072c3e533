"""A host under load, to be killed: `python3 -m tests.host DATABASE SEED`.

Its threads write at random until the process is ended. Triggers note every row change in the table
`truth`, in the same transaction and without asking the outbox: that is what logs are compared with.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import threading
from typing import Any

import tests.server  # noqa: F401  (makes the examples importable)

from outbox import Outbox, connect

TABLES = {
    "contact": ("id", "name", "city", "credit", "archived"),
    "note": ("id", "text", "weight"),
}
SCHEMA = """
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT,
    credit TEXT NOT NULL DEFAULT '0.00', archived INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL, weight REAL);
CREATE TABLE truth (
    place INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT, record TEXT, kind TEXT, old TEXT, new TEXT
);
"""
USERS: list[dict[str, Any]] = [
    {"login": "ada", "groups": ["Sales"]},
    {"login": "zoë", "name": "Zoë O’Brien"},
    {"login": "grace"},
]
WORDS = ["Łódź", "naïve", "😀", "O'Brien", 'a "quoted" \\ one', "", "tab\there", "日本", "\x7f"]

outbox = Outbox({"contact": "name", "note": "text"}, prefix="book.")


def prepare(db: sqlite3.Connection) -> None:
    """Makes the tables and what notes the truth."""
    db.executescript(SCHEMA)
    for table, columns in TABLES.items():
        sides = {
            side: "json_object(" + ", ".join(f"'{c}', {side}.{c}" for c in columns) + ")"
            for side in ("OLD", "NEW")
        }
        for event, kind, row, old, new in (
            ("INSERT", "create", "NEW", "NULL", sides["NEW"]),
            ("UPDATE", "write", "NEW", sides["OLD"], sides["NEW"]),
            ("DELETE", "unlink", "OLD", sides["OLD"], "NULL"),
        ):
            db.execute(
                f"CREATE TRIGGER truth_{table}_{kind} AFTER {event} ON {table} BEGIN"
                f" INSERT INTO truth (model, record, kind, old, new)"
                f" VALUES ('book.{table}', {row}.id, '{kind}', {old}, {new}); END"
            )


def truth(db: sqlite3.Connection) -> dict[tuple[str, str], list[Any]]:
    """What really happened to each record, in order: the operation and the changed fields."""
    told: dict[tuple[str, str], list[Any]] = {}
    for row in db.execute("SELECT * FROM truth ORDER BY place"):
        old, new = json.loads(row["old"] or "{}"), json.loads(row["new"] or "{}")
        changed = {
            field: (old.get(field), new.get(field))
            for field in {*old, *new}
            if old.get(field) != new.get(field)
        }
        if changed:
            told.setdefault((row["model"], row["record"]), []).append((row["kind"], changed))
    return told


def logged(logs: list[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """What the logs say, in the same form."""
    told: dict[tuple[str, str], list[Any]] = {}
    for log in logs:
        changed = {c["field"]: (c["old"], c["new"]) for c in log["changes"]}
        if "unrecorded_changes" in log:
            changed["unrecorded"] = log["unrecorded_changes"]
        told.setdefault((log["model"], log["record_id"]), []).append((log["operation"], changed))
    return told


class ChangedMind(Exception):
    """Rolls a transaction back."""


def step(db: sqlite3.Connection, chance: random.Random) -> None:
    """One transaction of one to four writes, some of which are rolled back."""

    def text() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, 3)))

    try:
        with outbox.transaction(db, chance.choice(USERS)) as tx:
            for _ in range(chance.randint(1, 4)):
                match chance.randint(0, 7):
                    case 0 | 1:
                        tx.insert("contact", {"name": text(), "city": text()})
                    case 2:
                        credit = f"{chance.randint(0, 10**18)}.{chance.randint(0, 99):02}"
                        some = chance.randint(1, 40)
                        tx.update("contact", {"credit": credit}, "id = ?", some)
                    case 3:
                        some = chance.randint(2, 9)
                        archived = chance.randint(0, 1)
                        tx.update("contact", {"archived": archived}, "id % ? = 0", some)
                    case 4:
                        tx.delete("contact", "id = ?", chance.randint(1, 40))
                    case 5:
                        # Ids that come again: a deleted record begins a new life.
                        key = f"n/{chance.randint(1, 5)}"
                        if not tx.delete("note", "id = ?", key):
                            tx.insert("note", {"id": key, "text": text(), "weight": 0.1})
                    case 6:
                        weight = chance.choice([None, 1, 1.5, 1e300])
                        tx.update("note", {"text": text(), "weight": weight}, "1")
                    case 7:
                        tx.delete("contact", "id > 60")
            if chance.random() < 0.2:
                raise ChangedMind
    except ChangedMind:
        pass


def run(path: str, seed: str, stop: threading.Event, writers: int = 3) -> list[threading.Thread]:
    """Starts the writers."""

    def write(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")
        db = connect(path)
        while not stop.is_set():
            step(db, chance)
        db.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    return threads


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], threading.Event())
