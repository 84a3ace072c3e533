### logs

logs-selected-bar = Journaux sélectionnés
