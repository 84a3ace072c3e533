### What more than one page says.

common-records = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
common-logs = { $count ->
    [one] { $count } log
   *[other] { $count } logs
}
common-quoted = “{ $name }”
common-tagline = The audit trail: who changed what, when, from what to what.
common-offline = The server cannot be reached. Nothing was changed; what you typed is still here.
common-skip = Skip to the content

# Operations. The words are the field's own: create, write, unlink.
operation-create = Create
operation-write = Write
operation-unlink = Unlink
