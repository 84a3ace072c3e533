### The overview.

overview-title = Overview
overview-sub = What was recorded lately, by day, model and user.
overview-sub-partial = What was recorded lately of the models that you may see.
overview-range = Days shown
overview-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
overview-utc = Days are those of UTC, by when operations were recorded.
overview-by-day = Operations by day
overview-by-week = Operations by week
overview-day = Day
overview-all = All
overview-table = As a table
overview-told = { $all }: { $parts }
overview-totals = Totals
overview-all-logs = Logs
overview-unrecorded = Outside the trail
overview-unrecorded-of = { $count ->
    [one] { $count } found a change made outside the trail
   *[other] { $count } found changes made outside the trail
}
overview-models = Busiest models
overview-users = Busiest users
overview-quiet = Nothing in these days.
overview-latest = Latest logs
overview-latest-all = All logs
overview-date = Date
overview-operation = Operation
overview-record = Record
overview-model = Model
overview-user = User
overview-summary = Summary
overview-coverage = Coverage
overview-coverage-more = See which models
overview-covered = Every operation that hosts reported in these days was followed by a rule.
overview-let-go = { $operations ->
    [one] { $written } operation was let go, because no rule follows it
   *[other] { $written } operations were let go, because no rule follows them
}: { $models ->
    [one] of { $models } model.
   *[other] of { $models } models.
}
overview-integrity-more = Checkpoints and verifications
overview-nothing = Nothing recorded yet
overview-nothing-why = As soon as a host reports an operation that a rule follows, it is counted here.
overview-new-rule = New rule
overview-verified = Last verified
