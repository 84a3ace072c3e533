### filters

filters-title = Saved filters
filters-lead = Searches under a name. Shared ones are everybody’s to use; only who made one changes it.
filters-none = No filter is saved
filters-none-next = Search the logs, then choose Filters, Save filter.
filters-default = default
filters-shared = shared
filters-by = by { $name }
filters-broken = It cannot be understood any more. Apply it to see what to correct.
filters-make-default = Make default
filters-unset-default = Not default
filters-share = Share
filters-unshare = Keep private
filters-rename = Rename
filters-rename-named = Rename { $name }
filters-name = Name
filters-save = Save
filters-delete = Delete
filters-delete-named = Delete { $name }
filters-delete-ask = Delete this filter? No log is touched.
filters-delete-yes = Delete filter
filters-exists = You have a filter of this name already.
