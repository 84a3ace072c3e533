### Integrity.

integrity-title = Integrity
integrity-sub = What keeps the trail as it was written, and how anybody can check it.
integrity-newest = Newest checkpoint
integrity-none = Nothing is sealed yet.
integrity-inactive = This server does not seal; another one may.
integrity-covers = { $count ->
    [one] { $count } log
   *[other] { $count } logs
} under a signed checkpoint
integrity-signed = Signed
integrity-waiting = { $count ->
    [one] { $count } log waits
   *[other] { $count } logs wait
} for the next one.
integrity-all = Every log is under it.
integrity-note = The signed note
integrity-keys = The key that signs
integrity-copy-note = Copy the checkpoint
integrity-copy-key = Copy the key
integrity-keep = Keep both somewhere else. Whoever has this database and the signing key could write another trail; not one that fits what you kept.
integrity-elsewhere = Check it without this server
integrity-elsewhere-how = On the machine of the database, or on a copy of it:
integrity-runs = Verifications
integrity-verify = Verify now
integrity-verify-why = Every log is read again and compared with the tree, and the tree with every checkpoint. Recording goes on meanwhile.
integrity-runs-none = None was run yet.
integrity-run-begun = Begun
integrity-run-by = By
integrity-run-verdict = Verdict
integrity-run-logs = Logs
integrity-run-checkpoints = Checkpoints
integrity-running = { $share } % read
integrity-stopped = Did not come to its end
integrity-more = and { $count } more
integrity-log = Log { $seq }
integrity-range = Logs { $from } to { $to }
integrity-refresh = Look again
integrity-kept = Checkpoints kept for ever
integrity-kept-size = Logs
integrity-kept-root = Root
integrity-holds = What holds
integrity-append = It only grows
integrity-append-why = The database refuses to change or delete a log, whoever asks: triggers stand before the tables.
integrity-gapless = No gap in the numbers
integrity-gapless-why = Each log has the number after the one before, given as it is written. A missing number is a missing log.
integrity-sealed = Sealed within seconds
integrity-sealed-why = Logs are the leaves of a Merkle tree (RFC 6962). Its root is signed; a log that is altered, removed or moved does not lead to it any more.
integrity-together = The trail follows itself
integrity-together-why = Changes to rules, hosts, keys, people and models are logs, too.
integrity-verdicts = The four verdicts
integrity-intact = Intact
integrity-intact-what = every log is as it was under its checkpoint.
integrity-tampered = Tampered
integrity-tampered-what = some logs are not; the run says which.
integrity-truncated = Truncated
integrity-truncated-what = the end of the trail, which a checkpoint knows, is gone.
integrity-nothing = Nothing to verify
integrity-nothing-what = there is no checkpoint to compare with.
