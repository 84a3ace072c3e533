"""A small address book whose users are audited: run it and look at the logs.

    REVISOR_URL=http://127.0.0.1:3000 REVISOR_KEY=… python3 demo.py [address_book.db]

The key needs the scope `record`; a rule should follow the models `demo.contact` and `demo.import`.
"""

import decimal
import os
import sys
import threading
import time

from outbox import Deliverer, Outbox, backlog, connect, install
from plain_call import Revisor, operation

SCHEMA = """
CREATE TABLE IF NOT EXISTS contact (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    city TEXT,
    credit TEXT NOT NULL DEFAULT '0.00',
    archived INTEGER NOT NULL DEFAULT 0
)
"""
CONTACT = {
    "label": "Contact",
    "name_field": "name",
    "fields": [
        {"name": "name", "label": "Name", "type": "char"},
        {"name": "city", "label": "City", "type": "char"},
        {"name": "credit", "label": "Credit limit", "type": "monetary"},
        {"name": "archived", "label": "Archived", "type": "boolean"},
    ],
}
ADA = {"login": "ada", "name": "Ada Lovelace", "groups": ["Sales"]}
GRACE = {"login": "grace", "name": "Grace Hopper", "groups": ["Sales", "Managers"]}

audited = Outbox({"contact": "name"}, prefix="demo.")


def work(path: str) -> None:
    """What the users of the address book do."""
    db = connect(path)
    db.execute(SCHEMA)
    install(db)

    with audited.transaction(db, ADA, ip="203.0.113.7") as tx:
        one = tx.insert("contact", {"name": "Łukasz Żółć", "city": "Kraków"})
        two = tx.insert("contact", {"name": "Zoë O’Brien", "city": "Cork"})
    with audited.transaction(db, GRACE, reason="Paid on time for a year") as tx:
        limit = decimal.Decimal("1999.90")
        tx.update("contact", {"credit": str(limit)}, "id = ?", one)
    # Many rows at once: each becomes an operation with its own old and new values.
    with audited.transaction(db, GRACE) as tx:
        tx.update("contact", {"archived": 1}, "id IN (?, ?)", one, two)
    # What is rolled back has not happened, here and there.
    try:
        with audited.transaction(db, ADA) as tx:
            tx.delete("contact", "id = ?", one)
            raise RuntimeError("Ada changes her mind")
    except RuntimeError:
        pass
    with audited.transaction(db, ADA) as tx:
        tx.delete("contact", "id = ?", two)
    db.close()


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else "address_book.db"
    revisor = Revisor(os.environ["REVISOR_URL"], os.environ["REVISOR_KEY"])
    revisor.declare("demo.contact", CONTACT)

    # Here the deliverer is a thread of the host; `outbox.py deliver` makes it a process.
    stop = threading.Event()
    deliverer = threading.Thread(target=Deliverer(path, revisor).run, args=(stop,))
    work(path)
    deliverer.start()
    db = connect(path)
    for _ in range(300):
        if backlog(db).waiting == 0:
            break
        time.sleep(0.1)
    stop.set()
    deliverer.join()
    waiting, aside, *_ = backlog(db)
    print(f"outbox: {waiting} waiting, {aside} set aside")

    # The plain call, for what has no database: a script that has imported something.
    new = {"rows": 2, "source": "contacts.csv"}
    done = operation("create", "demo.import", int(time.time()), ADA, new=new, name="contacts.csv")
    [result] = revisor.record([done])
    print(f"plain call: {result['status']}")
    print(f"See {revisor.url}/logs?q=user%3Aada%2Cgrace")


if __name__ == "__main__":
    main()
