### Going to anything by its name.

find-title = Go to
find-what = A page, a model, a record, a saved filter …
find-do = Find
find-pages = Pages
find-actions = Actions
find-filters = Saved filters
find-models = Models
find-records = Records
find-coverage = Coverage of the rules
find-groups = Groups
find-new-rule = New rule
find-new-user = New user
find-logs-with = Logs with “{ $text }”
find-none = Nothing of this name
find-none-next = Names of records are looked for among those seen last; an id is found always.
find-move = choose
find-open = open
find-close = close
