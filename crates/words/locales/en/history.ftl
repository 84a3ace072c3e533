### history

history-document-title = { $name } – history
history-logs = Audit logs
history-revisions = Revisions
history-revision = Revision { $revision }
history-one = Revision { $revision } of { $latest }
history-two = Revisions { $from } and { $to }
history-steps = Step through the revisions
history-previous = Previous
history-next = Next
history-previous-revision = Previous revision
history-next-revision = Next revision
history-slider = Go to a revision
history-slider-label = Revision
history-show = Show
history-open-log = Open this log
history-views = Ways to look at the record
history-record = Record
history-compare = Compare
history-compare-form = Compare two revisions
history-compare-from = Revision
history-compare-to = with
history-compare-these = Compare revisions { $from } and { $to }
history-compared = Two revisions side by side
history-fields = Which fields
history-fields-differ = Only what differs
history-fields-all = All fields
history-differs = differs
history-same = Nothing that you may see differs between these revisions.
history-as-of = The record as of a time
history-as-of-until = As known on ({ $zone })
history-as-of-told = The record as it was known on { $time }.
history-before-first = Nothing was known of this record yet on { $time }. This is its first revision.
history-deleted-here = This revision deleted the record. Its last known values:
history-no-values = No value is known at this revision.
history-form = The record at this revision
history-value = Value
history-changed = changed
history-newer = Newer revisions
history-older = Older revisions
history-outside = Changed outside the trail before this:
history-more = +{ $count }
history-values = { $count ->
    [one] { $count } value
   *[other] { $count } values
}
history-values-kept = { $count ->
    [one] { $count } value kept
   *[other] { $count } values kept
}
restore-title = How to restore revision { $revision }
restore-why = A JSON Patch (RFC 6902) for the host to apply. This server never writes to a host.
restore-tests = It begins with a test of every value that it replaces: where the record has changed since, nothing is applied.
restore-deleted = The record is deleted: it has to be created again with these values.
restore-nothing = Nothing to do: what can be restored has these values now.
restore-copy = Copy
restore-copied = Copied
