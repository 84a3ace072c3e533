### Erasing what is kept of a person.

erasure-title = Erasure
erasure-sub = What is kept of a person can be erased for ever. Every log stays where it is, and every proof still holds.
erasure-open = Erase personal data
erasure-find = A data subject
erasure-find-why = The record that the personal values are about: of most models a record is about itself, of others about the one that a field names, such as an order’s customer.
erasure-host = Host
erasure-model = Model
erasure-record = Record’s id
erasure-look = Look
erasure-history = History
erasure-logs = Logs
erasure-about = The values of this record are about { $subject }.
erasure-nothing = Nothing is kept that can be erased.
erasure-before = Erased by { $by }
erasure-count-logs = { $count ->
    [one] { $count } log holds
   *[other] { $count } logs hold
} personal values of this subject,
erasure-count-records = { $count ->
    [one] of { $count } record,
   *[other] of { $count } records,
}
erasure-since = kept since
erasure-warning = This cannot be undone, by nobody. All personal values of this subject are unreadable afterwards, in every log, every history and every export. What a host reports of this subject later is kept anew, so erase it there first.
erasure-reason = Reason
erasure-reason-help = It is recorded and never erased: name no person in it.
erasure-confirm = To confirm, type the record’s id: { $record }
erasure-confirm-wrong = This is not the record’s id.
erasure-submit = Erase for ever
erasure-done = Erased. The key is destroyed, and the erasure is recorded.
erasure-done-not-cleared = Erased: the key is destroyed, and the erasure is recorded. What the database keeps beside its tables could not be cleared away just now; it goes with its next checkpoint.
erasure-list = Erasures
erasure-none = Nothing was erased yet.
erasure-whom = Data subject
erasure-when = When
erasure-by = By
erasure-limits = What is not erased here
erasure-limit-open = What was recorded before its field was marked as personal, record ids, and what other fields say of the person.
erasure-limit-backups = Backups made before: they hold the key. Whoever restores one erases again, from the list that `revisor erase --list` prints.
erasure-limit-hosts = The hosts’ own data, and operations that wait in their outboxes.
erasure-limit-logins = Who did what: logins, names and addresses of users are part of each log.
