### models

models-one = Model
models-title = Models
models-lead = The kinds of records that hosts have reported.
models-none = No models yet
models-none-lead = A model appears here when a host declares it or reports an operation on it, and when one of your groups may read its logs.
models-technical = Technical name
models-viewers-short = Readable by
models-viewers-nobody = Administrators, auditors
models-logs-of = Logs of { $model }
models-settings = Settings
models-settings-of = Settings of { $model }
models-ways = What is known of it
models-records = Records
models-let-go = { $count ->
    [one] { $count } operation let go
   *[other] { $count } operations let go
}
models-seen = not declared
models-declared = The host declares its fields, and which of them are sensitive, personal, ignored or for some groups only. To change that, declare the model anew with the host’s key.
models-undeclared = The host has not declared this model: its fields are as they were seen in operations. None is sensitive, personal, ignored or hidden until the host says so.
models-fields = Fields
models-field = Field
models-type = Type
models-treated = In logs
models-visible = Visible to
models-visible-all = Everyone who reads the model
models-name-field = names the record
models-guessed = guessed
models-words = { $count ->
    [one] { $count } value
   *[other] { $count } values
}
models-sensitive = sensitive
models-sensitive-why = The value is never kept or shown: a log shows that it changed.
models-personal = personal
models-personal-why = The value is about a person: it is kept encrypted, and can be erased. What was recorded before the field was marked stays as it is.
models-subject = names the data subject
models-ignored = ignored
models-ignored-why = Changes of it alone make no log, and it is in none.
models-kept = old and new value
models-type-char = text
models-type-text = long text
models-type-html = text with markup
models-type-integer = whole number
models-type-float = number
models-type-monetary = amount
models-type-boolean = yes or no
models-type-date = day
models-type-datetime = time
models-type-selection = choice
models-type-many2one = one record of
models-type-one2many = records of
models-type-many2many = records of
models-type-reference = a record of any model
models-type-binary = file
models-type-json = JSON
models-viewers = Who reads its logs
models-viewers-groups = Groups
models-viewers-help = Besides administrators and auditors, who read everything. Groups are compared by name with those of the people who sign in.
models-viewers-warning = Members of these groups read every log and every record of this model, past ones, too, with old and new values. Left out are only sensitive values and the fields that are for other groups.
models-viewers-none = Only administrators and auditors.
models-done-viewers = Saved. It holds from now on, for past logs, too.
