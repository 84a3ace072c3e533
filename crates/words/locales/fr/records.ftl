### records

records-selected-bar = Enregistrements sélectionnés
