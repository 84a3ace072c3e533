### log

log-where = Where this is
log-document-title = { $name } – revision { $revision }
log-revision = revision { $revision }
log-history = History revision
log-previous = Previous
log-next = Next
log-previous-why = The log before this one in the list you came from
log-next-why = The log after this one in the list you came from
log-changes = Changes
log-no-changes = The operation told no values.
log-field = Field
log-old = Old value
log-new = New value
log-to = to
log-outside = Changed outside the trail
log-outside-why = before this operation. Nobody knows by whom:
log-observed = { $count ->
    [one] { $count } value seen and not changed
   *[other] { $count } values seen and not changed
}
log-observed-why = The operation told these beside its changes; the trail did not know them before.
log-who-and-when = Who and when
log-user = User
log-on-behalf = On behalf of
log-done = Done
log-recorded = Recorded
log-model = Model
log-host = Host
log-rules = Rules
log-always = always followed
log-place = Log
log-context = Context
log-no-context = The host gave no context.
log-reason = Reason
log-ip = Address
log-request = Request
log-transaction = Transaction
log-trace = Trace
log-agent = Program
log-what-else = What else it changed
log-others = Changed along with it
log-others-more = And more.
log-others-request = All of the request
log-others-transaction = All of the transaction
proof-title = Proof
proof-none = No checkpoint is over this log yet. It is a matter of seconds.
proof-under = Under a signed checkpoint of { $size } logs
proof-good = Checked in this browser just now: this log is in the trail as it was sealed.
proof-bad = Checked in this browser just now: the proof does not hold. This log is not as it was sealed.
proof-details = What the proof is made of
proof-leaf-hash = Hash of this log
proof-root = Root of the tree
proof-path = Way to the root
proof-hashes = { $count ->
    [one] { $count } hash
   *[other] { $count } hashes
}
proof-more = The checkpoint, the key, and how to check them elsewhere
