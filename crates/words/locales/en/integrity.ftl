### Integrity.

integrity-title = Integrity
integrity-sub = What keeps the log as it was written, and how anybody can check it.
integrity-honest = Proofs are not made yet: there is no checkpoint and no verification to show. What this page says holds by how the log is kept, and is to be believed as the server is.
integrity-holds = What holds today
integrity-none = Nothing is recorded yet.
integrity-count = { $count ->
    [one] { $count } log, numbered 1.
   *[other] { $count } logs, numbered from 1 without a gap.
}
integrity-seen = The last log that you may see is number { $seq }.
integrity-last = The last was recorded
integrity-append = It only grows
integrity-append-why = The database refuses to change or delete a log, whoever asks: triggers stand before the tables.
integrity-gapless = No gap in the numbers
integrity-gapless-why = Each log has the number after the one before, given as it is written. A missing number is a missing log.
integrity-durable = What is answered is kept
integrity-durable-why = A host hears that an operation was recorded only once it is on disk.
integrity-together = The trail follows itself
integrity-together-why = Changes to rules, hosts, keys, people and models are logs, too.
integrity-comes = What comes
integrity-comes-what = Checkpoints, signed at intervals, that commit to every log so far; and verification runs that compare the log with them. A run ends in one of four verdicts:
integrity-intact = Intact
integrity-intact-what = every log is as it was under its checkpoint.
integrity-tampered = Tampered
integrity-tampered-what = some logs are not; the run says which.
integrity-truncated = Truncated
integrity-truncated-what = logs that a checkpoint knows are gone.
integrity-nothing = Nothing to verify
integrity-nothing-what = there is no checkpoint to compare with.
