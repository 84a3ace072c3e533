### hosts

hosts-title = Hosts
hosts-one = Host
hosts-lead = The applications that report what their users do, and the keys they do it with.
hosts-new = New host
hosts-name = Technical name
hosts-name-help = Small letters, digits and . _ -, such as “shop”. It cannot be changed.
hosts-label = Name
hosts-label-help = What people call it. Left empty, it is made from the technical name.
hosts-create = Create the host
hosts-models = Models
hosts-rules = Rules in force
hosts-rules-label = { $count ->
    [one] { $count } rule in force of { $host }
   *[other] { $count } rules in force of { $host }
}
hosts-rules-of = { $active } of { $count }
hosts-always = always
hosts-keys = Keys
hosts-last = Last log
hosts-since = Known since
hosts-never = never
hosts-builtin = built in
hosts-builtin-why = Revisor itself. What administrators do here is recorded under this host, always; it needs no rule and cannot be uninstalled.
hosts-ended = uninstalled
hosts-ended-why = Uninstalled { $time }. Its keys and rules have ended; its logs stay. Creating a host of the same name brings it back.
hosts-ended-show = { $count ->
    [one] Show { $count } uninstalled
   *[other] Show { $count } uninstalled
}
hosts-ended-hide = Hide uninstalled
hosts-none = No application reports here yet
hosts-none-lead = Create a host, make a key for it, and try the key with the call shown beside it.
hosts-done-created = The host is there. Make a key with which it reports.
hosts-done-revoked = The key is revoked and works no more.
hosts-done-again = No key was made this time: there are other keys than when that form was opened. A key is shown once; if you did not keep it, revoke it and make another.
hosts-done-uninstalled = The host is uninstalled. Its logs stay.

hosts-key = Key
hosts-no-keys = No key yet
hosts-no-keys-lead = Without a key the host can report nothing.
hosts-new-key = New key
hosts-new-key-lead = It is shown once, right after it is made.
hosts-key-name = Name
hosts-key-name-help = Which program uses it, and where: “Shop, production”.
hosts-scopes = May
hosts-scope-record = record
hosts-scope-read = read
hosts-scope-admin = administer
hosts-scope-record-help = Report operations and declare models of this host. All that an application needs.
hosts-scope-read-help = Read the logs, records and models of this host.
hosts-scope-admin-help = Everything of every host: rules, hosts, keys. For tools of administrators only.
hosts-key-made = Created
hosts-key-used = Last used
hosts-key-ends = Ends
hosts-key-never = never
hosts-key-in = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
hosts-key-create = Make the key
hosts-revoked = revoked
hosts-expired = expired
hosts-revoke = Revoke
hosts-revoke-label = Revoke { $key }
hosts-revoke-page = Revoke a key
hosts-revoke-title = Revoke “{ $name }”?
hosts-revoke-what = Every program that uses the key { $prefix } is refused from now on. This cannot be undone.
hosts-revoke-used = Last used: { $time }.
hosts-revoke-unused = It was never used.
hosts-revoke-submit = Revoke the key
hosts-revoke-keep = Keep it

hosts-fresh = The key “{ $name }”
hosts-fresh-once = This is shown once.
hosts-fresh-keep = Copy it to where the application keeps its secrets. Only a hash of it is kept here: nobody can show it again.
hosts-fresh-done = I have kept it
hosts-copy-key = Copy the key
hosts-copy-call = Copy the call
hosts-try-record = Report an operation with it
hosts-try-read = Read logs with it
hosts-try-why = Without a rule for { $model } the operation is counted in the coverage and let go: { $rule } to see its log.
hosts-try-rule = follow it first

hosts-uninstall = Uninstall
hosts-uninstall-page = Uninstall a host
hosts-uninstall-title = Uninstall “{ $name }”?
hosts-uninstall-ends = What ends
hosts-uninstall-keys = { $count ->
    [0] Its keys: none works now.
    [one] { $count } key: it works no more.
   *[other] { $count } keys: they work no more.
}
hosts-uninstall-rules = { $count ->
    [0] Its rules: there is none.
    [one] { $count } rule: it is deleted.
   *[other] { $count } rules: they are deleted.
}
hosts-uninstall-reports = Whatever it reports from now on is refused.
hosts-uninstall-stays = What stays
hosts-uninstall-logs = Every log, readable as before.
hosts-uninstall-models = { $count ->
    [one] { $count } model, with its records and their history.
   *[other] { $count } models, with their records and histories.
}
hosts-uninstall-proof = The proof that no log was changed.
hosts-uninstall-back = Creating a host of the same name later goes on where this one ended; keys and rules are then made anew.
hosts-uninstall-submit = Uninstall the host
hosts-uninstall-keep = Keep it
