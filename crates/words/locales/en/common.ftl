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
common-refused = The server did not take this. Nothing was changed; what you typed is still here.
common-skip = Skip to the content

# Operations. The words are the field's own: create, write, unlink.
operation-create = Create
operation-write = Write
operation-unlink = Unlink

# The frame of every page.
nav-pages = Pages
nav-logs = Logs
nav-records = Records
nav-rules = Rules
nav-overview = Overview
nav-hosts = Hosts
nav-users = Users
nav-integrity = Integrity
nav-keyboard = Keyboard
nav-settings = My settings
nav-sign-out = Sign out
role-administrator = Administrator
role-auditor = Auditor
role-user = User
keys-search = Search
keys-move = Next and previous line
keys-open = Open the line
keys-select = Select the line
keys-actions = Actions
keys-step = Previous and next
keys-palette = Go to anything
keys-help = This help
keys-close = Esc closes this.

common-filters-active = Active filters
common-filter-remove = Remove filter { $name }: { $value }
common-filters-clear = Clear all
common-pages-of = Pages of { $list }
common-selected = Selected:
common-action = Action
common-select = Select
common-select-all = Select all on this page
common-not-found = Not found
value-unknown = unknown
value-unknown-why = Never seen before
value-nothing = Nothing
value-masked = hidden (sensitive)
value-erased = erased
value-erased-at = Erased { $at }: the key that it was kept under is destroyed.
value-erased-why = The key that it was kept under is destroyed.
value-sealed = unreadable
value-sealed-why = It is kept encrypted and cannot be opened: it was altered, or its key is missing. Verify the trail.
value-digest = Beginning of the SHA-256 digest
value-yes = yes
value-no = no
value-empty = empty text
value-none = none
common-add = Add
common-copy = Copy
common-copied = Copied
nav-menu = Menu
common-selected-word = selected
value-hidden = hidden
value-absent = not there
value-whole-text = The whole text
value-whole-json = The whole value
value-more = { $count ->
    [one] { $count } more
   *[other] { $count } more
}
size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
size-kb = KB
size-mb = MB
size-gb = GB
size-tb = TB
keys-enter = Enter
keys-escape = Esc
