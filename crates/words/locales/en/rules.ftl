### rules

rules-coverage = Coverage
rules-one = Rule
rules-crumbs = Where this is
rules-lead = What is followed: which operations, on which model, by whom.
rules-new = New rule
rules-name = Name
rules-name-help = What it is for, in a few words.
rules-creation = Creation
rules-update = Update
rules-deletion = Deletion
rules-groups = Groups
rules-active = Active
rules-inactive = Inactive
rules-all = All
rules-everyone = Everyone
rules-reason-tag = reason required
rules-switch = { $what } of { $rule }
rules-mark = { $what }: { $word }
rules-caught = Logs, { $days } days
rules-caught-label = { $count ->
    [one] { $count } log in { $days } days asked for by { $rule }
   *[other] { $count } logs in { $days } days asked for by { $rule }
}

rules-filter = Filter the rules
rules-filter-submit = Filter
rules-search = Search
rules-search-in = Name or model
rules-which = Which rules
rules-operations = Operation
rules-chip-text = Text
rules-chip-inactive = inactive
rules-chip-all = active and inactive
rules-first = First
rules-next = Next

rules-done-created = The rule is made and in force from the next operation on.
rules-done-saved = The rule is saved and in force from the next operation on.
rules-done-deleted = The rule is deleted. Its logs stay.
rules-done-followed = Followed from the next operation on. What was let go before is not brought back.
rules-done-which = See or change it: { $rule }.
rules-unchanged = Nothing was changed.
rules-none-match = No rule matches
rules-none-active = No rule is in force
rules-none = No rules yet
rules-none-lead = Without a rule nothing is recorded: a rule says which operations of a model are followed.
rules-none-coverage = See what is let go
rules-none-all = All rules

rules-read-only = Only administrators change rules. This is how it stands.
rules-host-choose = Choose a host
rules-host-none = No host yet: begin with one of the { $hosts }.
rules-host-help = The application that reports the operations.
rules-model-help = The technical name, such as { $example }. It need not be known yet.
rules-followed = Operations followed
rules-groups-help = Only users in one of these are followed. None: everyone.
rules-groups-add = Add a group
rules-users = Users left out
rules-users-help = Logins that are never followed, such as a job’s. Offered are users with logs of the host.
rules-users-add = Add a login
rules-fields = Fields left out
rules-fields-help = A change of these alone makes no log. Kept where another rule follows them.
rules-fields-add = Add a field
rules-in-force = In force
rules-reason = Refuse operations without a reason
rules-reason-help = An operation that gives no reason is then refused to its host, and so not done.
rules-save = Save
rules-cancel = Cancel
rules-delete = Delete

rules-preview = What it would have caught
rules-preview-first = Choose a host and a model, and try it on the last operations before saving.
rules-preview-nothing = No operation was reported yet: there is nothing to try it on.
rules-preview-try = Try it
rules-preview-of = { $count ->
    [one] of the last operation counted
   *[other] of the last { $count } operations counted
}
rules-preview-share = Share of the operations counted
rules-preview-already = Recorded already
rules-preview-new = New by this rule
rules-preview-since = Operations of all hosts since { $time }, whether recorded or let go.

rules-delete-page = Delete a rule
rules-delete-title = Delete “{ $name }”?
rules-delete-what = From then on, operations on { $model } are no longer followed by this rule.
rules-delete-stay = Its logs stay.
rules-delete-instead = Nobody can change or delete a log. To pause the rule instead, make it inactive.
rules-delete-logs = See its logs
rules-delete-submit = Delete the rule
rules-delete-keep = Keep it

coverage-lead = Operations that hosts reported and no active rule asked for. Only their number is kept.
coverage-open = { $count ->
    [one] { $count } model with operations that no rule follows
   *[other] { $count } models with operations that no rule follows
}
coverage-days = { $count } days
coverage-days-label = How far back
coverage-let-go = Let go
coverage-share = Share
coverage-percent = { $share }%
coverage-first = First
coverage-last = Last
coverage-no-rule = none
coverage-inactive = inactive
coverage-follow = Follow this
coverage-widen = Add to its rule
coverage-act = { $what }: { $model }
coverage-done = Followed now
coverage-left-out = Users left out by { $rule }
coverage-left-out-rule = its rule
coverage-none = Everything reported is followed
coverage-none-lead = In the last { $count } days no operation was let go. What a host does not report is not seen here.
coverage-to-rules = See the rules
