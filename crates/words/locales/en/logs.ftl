### logs

logs-title = Logs
logs-selected-bar = Selected logs

# What a log has, and what one searches by.
logs-date = Date
logs-recorded = Recorded at
logs-operation = Operation
logs-record = Record
logs-model = Model
logs-host = Host
logs-user = User
logs-summary = Summary
logs-reason = Reason
logs-request = Request
logs-transaction = Transaction
logs-address = Address
logs-revision = Revision
logs-field = Field
logs-text = Text
logs-from = From
logs-to = To
logs-on = On
logs-day = Day
logs-is = Is
logs-after = After number
logs-order = Order
logs-oldest-first = oldest first

# The search.
logs-search-form = Search the logs
logs-search = Search
logs-search-hint = model:crm.lead user:marc op:write keyboards
logs-suggestions = Suggestions
logs-grammar-short = Syntax
logs-grammar-open = How to search
logs-grammar-title = How to search
logs-grammar-lead = A log is found when it fits every term. Follow an example to try it.
logs-grammar-words = Words
logs-grammar-words-what = in the record’s name, the user, an old or a new value
logs-grammar-not = Not
logs-grammar-not-what = leaves out what fits
logs-close = Close
logs-takes-model = a kind of record, by its technical name
logs-takes-user = the login of who did it
logs-takes-op = create, write or unlink
logs-takes-field = a field that changed
logs-takes-record = the id of a record
logs-takes-host = the name of an application
logs-takes-time = a day, a month, a time, today, yesterday, or how long ago: -7d, -12h, -3mo
logs-takes-day = a day or a month: 2026-11-01, 2026-11, today, yesterday
logs-takes-revision = a number, >5, <=3 or 2..4
logs-takes-request = a request of the host
logs-takes-transaction = a transaction of the host
logs-takes-is = unrecorded (changed outside the trail before) or first
logs-term-not = not { $name }
logs-term-unknown = “{ $word }” is no qualifier: searched as text
logs-term-fault = Not understood
logs-fault-empty = needs a value: { $takes }
logs-fault-unclosed = the quotation mark is not closed
logs-fault-trailing = behind a quotation mark comes a comma, a blank or the end
logs-fault-value = “{ $value }” is not understood; write { $takes }
logs-suggest-qualifier = { $what }: { $takes }
logs-suggest-first = the record’s first log
logs-suggest-unrecorded = changed outside the trail before
logs-suggest-behind = behind the fifth
logs-suggest-between = from the second to the fourth
logs-suggest-today = since midnight
logs-suggest-yesterday = the day before
logs-suggest-now = this moment
logs-suggest-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
logs-suggest-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
logs-suggest-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
logs-suggest-months = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
logs-suggest-years = { $count ->
    [one] { $count } year ago
   *[other] { $count } years ago
}

# The facets.
logs-facets = Narrow down
logs-facets-newest = Counts are of the newest 10,000 logs.
logs-facet-more = { $count } more
logs-facet-left = { $count ->
    [one] and { $count } other, by the search
   *[other] and { $count } others, by the search
}

# The list.
logs-more-than = more than { $count } logs
logs-pages = logs
logs-newest = Newest
logs-older = Older
logs-oldest = Oldest
logs-newer = Newer
logs-select = Select revision { $revision } of { $record }
logs-gap = Changed outside the trail before
logs-values-kept = { $count ->
    [one] { $count } value kept
   *[other] { $count } values kept
}
logs-changes = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
logs-to-value = to
logs-columns = Columns
logs-columns-keep = Keep
logs-columns-own = Reset
logs-group = Group
logs-group-none = Not grouped
logs-group-user = By user
logs-group-model = By model
logs-group-day = By day
logs-group-all = { $count ->
    [one] { $count } log
   *[other] All { $count } logs
}
logs-groups = Groups of logs
logs-groups-newest = Groups are of the newest 10,000 logs.
logs-groups-left = { $count ->
    [one] and { $count } other group
   *[other] and { $count } other groups
}
logs-live-one = 1 new log
logs-live-many = { $count } new logs
logs-live-more = more than { $count } new logs

# Export.
logs-export = Export
logs-export-csv = Export as CSV
logs-export-ndjson = Export as NDJSON
logs-export-going = { $rows } logs, { $size }
logs-export-done = Exported: { $rows } logs, { $size }
logs-export-failed = The export broke off. Nothing was kept; try again.
logs-export-stop = Stop

# Saved filters.
logs-filters = Filters
logs-filters-manage = Manage filters
logs-filter-name = Save this search as
logs-filter-shared = Shared with everybody
logs-filter-make-default = Begin with it from now on
logs-filter-save = Save filter
logs-filter-saved = The filter was saved.
logs-filter-default = default
logs-filter-by = by { $name }
logs-default-applied = Your default filter is applied: { $name }.
logs-see-all = See all logs
logs-all = All logs

# What is told instead of a list.
logs-of-records = { $count ->
    [one] Logs of one record of { $model }:
   *[other] Logs of { $count } records of { $model }:
}
logs-of-records-more = { $count ->
    [one] { " " }and { $count } more
   *[other] { " " }and { $count } more
}
logs-begin = No host has reported anything yet.
logs-begin-next = Only what is done here is logged so far. Make a rule for what is to be followed, then let the host report it.
logs-new-rule = New rule
logs-how-host = How a host reports
logs-unclear = The search cannot be understood
logs-unclear-next = Correct what is marked above, or take it away: nothing is shown until then, lest too much be.
logs-none = No logs yet
logs-none-next = Logs appear here as soon as a host reports an operation that a rule follows.
logs-no-match = No log matches
logs-no-match-next = Take one of the terms above away, or begin again.

# The selection.
logs-select-matching = Select all { $count } that match
logs-select-more = Select all that match (more than { $count })
logs-view = View audit logs
logs-compare = Compare
logs-selected-title = Selected logs
logs-selected-records = Records of the selected logs
logs-selected-kinds = Each kind of record has its own list.
logs-selected-more = There are more records than can be listed: these are the last that changed. Narrow the search to have them all.
logs-selected-none = No log is selected
logs-selected-none-next = Tick some lines in the list of logs, then choose Action, View audit logs.
logs-records-of = { $count ->
    [one] { $count } record of { $model }
   *[other] { $count } records of { $model }
}
logs-go = Go to the logs
logs-compare-title = Compare logs
logs-compare-what = Select two logs of one record
logs-compare-count = { $count ->
    [one] One log is selected. Tick another of the same record, then choose Action, Compare.
   *[other] { $count } logs are selected. Tick exactly two of one record, then choose Action, Compare.
}
logs-compare-records = The two logs are of different records. What a record was at two revisions can be compared, not two records.
