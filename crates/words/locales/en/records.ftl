### records

records-selected-bar = Selected records
